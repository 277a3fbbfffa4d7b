"""Publications that a question names and that the corpus does not have ("a Bloomberg article", with none from it).

They are known by the words of the press beside them, not by a list.
"""

import re
from collections.abc import Iterator, Sequence

from assistant.naming import Mention

_PIECE = r"(?:articles?|reports?|reviews?|stor(?:y|ies)|coverage|pieces?|editorials?|columns?|interviews?|analys[ie]s)"
_WORD = r"[A-Z0-9][\w.&’'-]*"
_NAME = rf"(?P<name>{_WORD}(?:\s+(?:of\s+|the\s+|and\s+|&\s+)*{_WORD}){{0,3}})"
_FORMS = (
    # "a recent Bloomberg article", "the Wall Street Journal report", "Bloomberg's report"
    re.compile(rf"\b(?:an?|the|another|this|that|recent|separate|both|and)\s+{_NAME}(?:['’]s?)?\s+{_PIECE}\b"),
    # "an article from The Korea Herald", "a report by 9to5Mac", "another in Forbes"
    re.compile(rf"\b(?:{_PIECE}|another)\s+(?:from|by|in)\s+(?:the\s+|The\s+)?{_NAME}"),
    # "reported by Reuters", "as published in The Hindu"
    re.compile(rf"\b(?:reported|published|printed)\s+(?:by|in)\s+(?:the\s+|The\s+)?{_NAME}"),
    # "did Reuters report", "whereas CNET wrote"
    re.compile(rf"\b(?:did|does|has|while|whereas)\s+(?:the\s+|The\s+)?{_NAME}\s+(?:report|publish|write)(?:ed|s)?\b"),
)
_ARTICLE = re.compile(r"^(?:The|A|An)\s+")
_NO_NAMES = frozenset(
    """january february march april may june july august september october november december monday tuesday wednesday
    thursday friday saturday sunday first second third last latest new this that both one two i""".split()
)


def absent_publications(question: str, mentions: Sequence[Mention]) -> tuple[str, ...]:
    """The publications that `question` asks of and that are none of its `mentions`, each once, as it writes them."""
    return tuple(dict.fromkeys(_found(question, mentions)))


def _found(question: str, mentions: Sequence[Mention]) -> Iterator[str]:
    for form in _FORMS:
        for match in form.finditer(question):
            start, end = match.span("name")
            name = re.sub(r"['’]s?$", "", _ARTICLE.sub("", match["name"])).rstrip(".,")
            known = any(one.start < end and start < one.end for one in mentions)
            if not known and any(map(str.isalpha, name)) and not _NO_NAMES.intersection(name.lower().split()):
                yield name
