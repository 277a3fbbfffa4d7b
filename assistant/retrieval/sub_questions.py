"""The clauses of a question: what it asks of which publication.

"Does the Verge article suggest A, while the TechCrunch article claims B" asks The Verge for A and TechCrunch for B.
Each stretch that names a publication is a clause; a list ("both The Verge and TechCrunch") is one clause of several.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from assistant.text import Mention, WordPattern, content_terms, word_list

_BREAK = WordPattern(r"(?:(?:(?<!\s)\s++)?[,;]|(?<!\s))\s++{press.breaks}\s++|(?:(?<!\s)\s++)?[,;:]\s++", re.IGNORECASE)
_CLOSED = re.compile(r"['’\"”]?\s*(?:,|;|\?|and\b)")  # after a name: its clause came before it
_MOST_IN_LIST = 2  # content words between two names of one list


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
    places = [list(shared) for _, shared in groupby(mentions, key=lambda mention: mention.start)]
    ends = [_end(question, first[0], second[0]) for first, second in pairwise(places)]
    found: list[Clause] = []
    start, group = 0, list[list[Mention]]()
    for place, end in zip(places, [*ends, len(question)], strict=True):
        group.append(place)
        if end is not None:
            text = _without(question, start, end, [shared[0] for shared in group])
            names = dict.fromkeys(mention.name for shared in group for mention in shared)
            found.append(Clause(text, tuple(names), start, end))
            start, group = end, []
    return tuple(found)


def _end(question: str, mention: Mention, following: Mention) -> int | None:
    """Where the clause of `mention` ends before `following`; None when both are in one list."""
    between = question[mention.end : following.start]
    breaks = [mention.end + found.start() for found in _BREAK.finditer(between)]
    if not breaks:
        return mention.end
    more = [word for word in re.findall(r"\w+", between) if word.lower() not in word_list("press", "joining")]
    if len(content_terms(between)) <= _MOST_IN_LIST and len(more) <= 1:
        return None
    # "A, as The Verge reported, while Fortune ...": the clause ends with the name; else where the next begins.
    return breaks[0] if _CLOSED.match(question, mention.end) else breaks[-1]


def _without(question: str, start: int, end: int, mentions: Sequence[Mention]) -> str:
    text = question[start:end]
    for mention in reversed(mentions):
        text = f"{text[: mention.start - start]} {text[mention.end - start :]}"
    return " ".join(text.split()).strip(" ,;")
