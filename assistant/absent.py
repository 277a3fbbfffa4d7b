"""Publications that a question names and that the corpus does not have ("a Bloomberg article", with none from it).

They are known by the words of the press beside them, not by a list. Places, people and companies stand beside such
words too ("reports from Ukraine", "an article by Jane Doe"), so every doubt is decided against it.
"""

import re
from collections.abc import Callable, Iterator, Sequence

from assistant.retrieval.publications import MEDIA, PRESS
from assistant.text.entities import Mention
from assistant.text.words import words

Known = Callable[[str], int]

_SURE = r"(?:articles?|reviews?|editorials?|columns?)"
_PIECE = r"(?:articles?|reviews?|editorials?|columns?|coverage|interviews?|analys[ie]s|pieces?|stor(?:y|ies))"
_WORD = r"[A-Z0-9][\w.&’'-]*"
_NAME = rf"(?P<name>(?:The\s+)?{_WORD}(?:\s+(?:of\s+|the\s+|and\s+|&\s+)*{_WORD}){{0,3}})"
_BEFORE = rf"\b(?:an?|the|another|this|that|recent|separate|both|and)\s+{_NAME}(?:['’]s?)?\s+"
_FORMS = (
    # "a recent Bloomberg article", "the Wall Street Journal's review"
    (re.compile(rf"{_BEFORE}{_PIECE}\b"), False),
    # "a Reuters report", but not "the FBI report" where the articles tell of the FBI
    (re.compile(rf"{_BEFORE}reports?\b"), True),
    # "an article from The Korea Herald", "a report by 9to5Mac", "another by The Guardian"
    (re.compile(rf"\b(?:{_SURE}|another)\s+(?:from|by)\s+(?:the\s+)?{_NAME}"), False),
    (re.compile(rf"\b(?:{_SURE}|another)\s+in\s+{_NAME}"), True),
    (re.compile(rf"\breports?\s+by\s+(?:the\s+)?{_NAME}"), True),
    # "as reported by Reuters"
    (re.compile(rf"\breported\s+by\s+(?:the\s+)?{_NAME}"), True),
)
_NO_NAMES = frozenset(
    """january february march april may june july august september october november december monday tuesday wednesday
    thursday friday saturday sunday first second third last latest new this that both one two i""".split()
)


def absent_publications(question: str, mentions: Sequence[Mention], known: Known = lambda name: 0) -> tuple[str, ...]:
    """The publications that `question` asks of and that are none of its `mentions`, each once, as it writes them.

    `known` gives the number of passages that have a name: what the articles tell of is less surely a publication.
    """
    return tuple(dict.fromkeys(_found(question, mentions, known)))


def _found(question: str, mentions: Sequence[Mention], known: Known) -> Iterator[str]:
    for form, doubtful in _FORMS:
        for match in form.finditer(question):
            start, end = match.span("name")
            whole = re.sub(r"['’]s?$", "", match["name"]).rstrip(".,")
            name = re.sub(r"^(?:The|A|An)\s+", "", whole)
            if any(one.start < end and start < one.end for one in mentions) or not _may_be_one(name):
                continue
            if not (doubtful and known(" ".join(words(name)))) and not _may_be_a_person(whole, match[0]):
                yield name


def _may_be_one(name: str) -> bool:
    return any(map(str.isalpha, name)) and not _NO_NAMES.intersection(name.lower().split())


def _may_be_a_person(name: str, phrase: str) -> bool:
    """Whether it is two or three plain words after "by": "an article by Jane Doe", but not "by The Hindu"."""
    parts = name.split()
    plain = len(parts) in (2, 3) and parts[0] != "The" and all(part.isalpha() for part in parts)
    return plain and " by " in phrase and not any(part.lower() in PRESS | MEDIA for part in parts)
