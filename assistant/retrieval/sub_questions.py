"""The clauses of a question: what it asks of which publication.

"Does the Verge article suggest A, while the TechCrunch article claims B" asks the one for A and the other
for B. Each stretch of the question that names a publication is a clause; a list ("both The Verge and
TechCrunch") is one clause of several publications.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from assistant.text import lexicon
from assistant.text.entities import Mention
from assistant.text.lexicon import alternatives
from assistant.text.words import content_terms

_BREAK = re.compile(rf"\s*[,;]?\s+{alternatives('press', 'breaks')}\s+|\s*[,;:]\s+", re.IGNORECASE)
_CLOSED = re.compile(r"['’\"”]?\s*(?:,|;|\?|and\b)")  # after a name: what was said of it came before
_LIST = 2  # telling words between two names of one list, at most


@dataclass(frozen=True, slots=True)
class Clause:
    """The stretch `start` to `end` of a question, without the publications it names, and these publications."""

    text: str
    publications: tuple[str, ...]
    start: int
    end: int


def clauses(question: str, mentions: Sequence[Mention]) -> tuple[Clause, ...]:
    """The clauses of `question`, in order; none when it names no publication.

    `mentions` are the publications that it names, in order of place.
    """
    if not mentions:
        return ()
    # A short name that several publications share is a mention of each of them at one place.
    places = [list(same) for _, same in groupby(mentions, key=lambda one: one.start)]
    ends = [_end(question, one[0], following[0]) for one, following in pairwise(places)]
    found: list[Clause] = []
    start, group = 0, list[list[Mention]]()
    for place, end in zip(places, [*ends, len(question)], strict=True):
        group.append(place)
        if end is not None:
            text = _without(question, start, end, [one[0] for one in group])
            names = dict.fromkeys(one.name for same in group for one in same)
            found.append(Clause(text, tuple(names), start, end))
            start, group = end, []
    return tuple(found)


def _end(question: str, mention: Mention, following: Mention) -> int | None:
    """Where the clause of `mention` ends before `following`; None when both are in one list."""
    between = question[mention.end : following.start]
    breaks = [mention.end + one.start() for one in _BREAK.finditer(between)]
    if not breaks:
        return mention.end
    if len(content_terms(between)) <= _LIST and not _tells(between):
        return None
    # "A, as The Verge reported, while Fortune ...": the clause ends with the name; else where the next begins.
    return breaks[0] if _CLOSED.match(question, mention.end) else breaks[-1]


def _tells(between: str) -> bool:
    """Whether there is more between two names than what joins a list."""
    return (
        len([word for word in re.findall(r"\w+", between) if word.lower() not in lexicon.words("press", "joining")]) > 1
    )


def _without(question: str, start: int, end: int, mentions: Sequence[Mention]) -> str:
    text = question[start:end]
    for one in reversed(mentions):
        text = f"{text[: one.start - start]} {text[one.end - start :]}"
    return " ".join(text.split()).strip(" ,;")
