"""Claims: what a sentence says that can be looked up: figures, dates, names and quotations."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from assistant.text.date_expressions import expressions
from assistant.text.date_ranges import date_range
from assistant.text.entities import NameClaim, names
from assistant.text.quantities import Figure, figures
from assistant.text.words import stems_beside

_QUOTED = re.compile(r"“([^”]{2,})”|\"([^\"]{2,})\"|(?<!\w)‘((?:[^’]|’(?=\w)){2,})’(?!\w)|«([^»]{2,})»")
_YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d\b")


@dataclass(frozen=True, slots=True)
class DateClaim:
    """A date or a span of days, inclusive, with its words, what stands before them and the telling words next to it."""

    since: date
    until: date
    words: str
    before: str
    about: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Claims:
    """What can be looked up in a source. `years` are all years that are mentioned."""

    figures: tuple[Figure, ...]
    moments: tuple[DateClaim, ...]
    years: frozenset[int]
    names: tuple[NameClaim, ...]
    quotations: tuple[str, ...]


@lru_cache(maxsize=4096)
def claims(text: str, seen_from: date) -> Claims:
    """The claims of `text`; its days are counted from `seen_from`, the day of the article."""
    bare, moments = text, list[DateClaim]()
    for said in expressions(text):
        days = date_range(said, seen_from)
        told = said.words.rstrip(".")
        start = text.find(told, said.start)
        if days is not None and start >= 0:
            end = start + len(told)
            moments.append(DateClaim(*days, told, text[max(0, start - 40) : start], stems_beside(text, start, end)))
            bare = f"{bare[:start]}{'#' * len(told)}{bare[end:]}"
    return Claims(
        figures=tuple(figures(bare)),
        moments=tuple(moments),
        years=frozenset(map(int, _YEAR.findall(text))),
        names=tuple(names(text)),
        quotations=tuple(quotations(text)),
    )


def quotations(text: str) -> Iterator[str]:
    """What stands in quotation marks."""
    for found in _QUOTED.finditer(text):
        yield next(filter(None, found.groups())).strip()
