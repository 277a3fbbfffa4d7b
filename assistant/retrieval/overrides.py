"""Takes back what a question was understood to mean, where a user says that it does not mean that."""

import re
from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import get_args

from assistant.answers import Aspect
from assistant.errors import QuestionError
from assistant.retrieval.corpus_questions import Request
from assistant.retrieval.question import Query
from assistant.text import WordPattern, content_stems, content_terms

Aspects = Collection[Aspect]
TextSpan = tuple[int, int]

_ASPECTS: tuple[Aspect, ...] = get_args(Aspect)
_LEAD = WordPattern(r"(?:\b{press.leads}\s+)?(?:\bboth\s+)?(?:\bthe\s+)?\Z", re.IGNORECASE)
_THE = re.compile(r"(?:the|an?)\s+", re.IGNORECASE)
_QUOTED = ("''", "‘’", '""', "“”")
_OWNER = re.compile(r"['’]s\b|(?<=s)['’](?=\s)")
_PIECE = WordPattern(r"\s+{press.pieces_of_publications}\b", re.IGNORECASE)
_LISTED = re.compile(r"[\s,;]*+(?:(?:\b(?:and|or)\b|&)\s*+)?")


def aspects(ignoring: Aspects) -> frozenset[Aspect]:
    """`ignoring` as a set. Raises QuestionError for what is no aspect."""
    unknown = [aspect for aspect in ignoring if aspect not in _ASPECTS]
    if isinstance(ignoring, str) or unknown:
        problem = "it must be a collection" if isinstance(ignoring, str) else f"there is no aspect {unknown[0]!r}"
        raise QuestionError(f"ignoring = {ignoring!r}: {problem}; give some of {', '.join(_ASPECTS)}")
    return frozenset(ignoring)


def widened(request: Request, ignoring: Aspects) -> Request:
    """`request` for every publication or every date, where those that it names are ignored."""
    if "publications" in ignoring:
        request = replace(request, publications=())
    return replace(request, since=None, until=None) if "dates" in ignoring else request


def spans_of(names: Iterable[str], question: str) -> list[TextSpan]:
    """Where `names` are in `question`."""
    return [found.span() for name in names for found in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", question)]


def with_lead(question: str, span: TextSpan) -> TextSpan:
    """The span of a publication's name with its quotation marks, its "’s" and its lead ("according to the ...").

    "In the Chronicle article" and "in the Chronicle’s account" are left with "in the".
    """
    start, end = span
    if question[max(0, start - 1) : start] + question[end : end + 1] in _QUOTED:
        start, end = start - 1, end + 1
    owner = _OWNER.match(question, end)
    end = owner.end() if owner else end
    if owner or _PIECE.match(question, end):
        the = _THE.match(question, start, end)
        return the.end() if the else start, end
    lead = _LEAD.search(question, 0, start)
    return lead.start() if lead else start, end


def _joined(question: str, spans: Iterable[TextSpan]) -> list[TextSpan]:
    """`spans` in order, each list of them ("Fortune, Wired and The Verge") as one."""
    found: list[TextSpan] = []
    for start, end in sorted(spans):
        if found and _LISTED.fullmatch(question[found[-1][1] : start]):
            start, last = found.pop()
            end = max(end, last)
        found.append((start, end))
    return found


def blanked(query: Query, spans: Iterable[TextSpan]) -> Query:
    """`query` with spaces at `spans`, so that all else stays where it is; as it is when that leaves nothing to ask.

    It has as many parts as before.
    """
    text = query.question
    for start, end in _joined(text, spans):
        text = f"{text[:start]}{' ' * (end - start)}{text[end:]}"
    if text == query.question or not content_stems(text):
        return query
    parts, end = list[str](), 0
    for part in query.parts:
        start = query.question.index(part, end)
        end = start + len(part)
        parts.append(tidy(text[start:end], part) if content_stems(text[start:end]) else part)
    return Query(text, content_terms(text), tuple(parts))


def tidy(text: str, before: str) -> str:
    """A blanked `text` without the gaps in it; it begins with a capital if it did `before`."""
    if text == before:
        return text
    closed = re.sub(r"(?<![\s,;:])[\s,;:]+(?=[,;:?.!]|\Z)", "", " ".join(text.split())).lstrip(" ,;:")
    return f"{closed[:1].upper()}{closed[1:]}" if before[:1].isupper() else closed
