"""How the sources stand: for everybody a quiet line on those that need a maintainer, for maintainers a table of all."""

import hashlib
import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import PurePath
from urllib.parse import urlsplit

from assistant.ingest.sources.source import is_address
from assistant.maintenance.source_state import SourceState
from assistant.utils.formatting import day
from assistant.utils.strings import one_line
from assistant.utils.urls import safe_to_show

from .markup import ago, ahead, count, escaped, line

_MOST_NAMED = 3
_KINDS = {"web": "address"}
_COLUMNS = ("Source", "Kind", "Articles", "Newest article", "Last read", "To be seen to")


def wanting(states: Sequence[SourceState], *, only_failing: bool = False, unlisted: bool = False) -> str:
    """Which sources need a maintainer and why, in a line without addresses; "" when none does.

    `unlisted`: their list has a mistake, so that not all of them are known.
    """
    if unlisted:
        return '<p class="wanting">The list of sources needs a maintainer: there is a mistake in it.</p>'
    troubled = [one for one in states if one.warnings and (one.health.failures or not only_failing)]
    if not troubled:
        return ""
    told = ", ".join(f"{line(_plain_name(one), 60)} ({line(_plainly(one), 120)})" for one in troubled[:_MOST_NAMED])
    more = f", and {len(troubled) - _MOST_NAMED:,} more" if troubled[_MOST_NAMED:] else ""
    needs = "needs" if len(troubled) == 1 else "need"
    return f'<p class="wanting">{count(len(troubled), "source")} {needs} a maintainer: {told}{more}.</p>'


def _plain_name(one: SourceState) -> str:
    """A name that says nothing of where the source lies: that of a source which is not listed is its location."""
    if one.name != one.location:
        return one_line(one.name)
    try:
        return (urlsplit(one.name).hostname if is_address(one.name) else PurePath(one.name).name) or "a source"
    except ValueError:
        return "a source"


def _plainly(one: SourceState) -> str:
    if one.health.failures:  # the reason, which may name places, is the maintainers'
        return f"could not be read since {day(one.health.since)}" if one.health.since else "could not be read"
    return safe_to_show(re.split("[,;:]", one.warnings[0])[0])


def key(one: SourceState) -> str:
    """What names a source in the page: its location can have secrets in it."""
    return hashlib.sha256(one.location.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def title(one: SourceState) -> str:
    """What a source is called before maintainers."""
    return safe_to_show(one.name)


def table(states: Sequence[SourceState], now: datetime) -> str:
    """All sources: how many articles each gave, how old it is and what should be seen to."""
    if not states:
        return ""
    heads = "".join(f'<th scope="col">{name}</th>' for name in _COLUMNS)
    rows = "".join(_row(one, now) for one in states)
    return (
        f'<table class="standing"><caption class="unseen">The sources</caption><thead><tr>{heads}</tr></thead>'
        f"<tbody>{rows}</tbody></table>"
    )


def _row(one: SourceState, now: datetime) -> str:
    place = f'<span class="about">{line(safe_to_show(one.location), 200)}</span>' if one.name != one.location else ""
    read = one.health.succeeded
    cells = (
        _KINDS.get(one.kind, line(one.kind)),
        f"{one.articles:,}",
        day(one.newest) if one.newest else "none has a date" if one.articles else "none",
        ago(read, now) if read else "never",
        _notes(one, now),
    )
    told = "".join(f'<td data-label="{name}">{cell}</td>' for name, cell in zip(_COLUMNS[1:], cells, strict=True))
    return f'<tr><th scope="row"><bdi>{line(title(one), 200)}</bdi>{place}</th>{told}</tr>'


def _notes(one: SourceState, now: datetime) -> str:
    warnings = "".join(f'<li class="warning">{escaped(note)}</li>' for note in map(_shown, one.warnings))
    notes = "".join(f"<li>{note}</li>" for note in _others(one, now))
    return f'<ul class="notes">{warnings}{notes}</ul>' if warnings or notes else "nothing"


def _shown(text: str) -> str:
    return one_line(safe_to_show(text), 400)


def _others(one: SourceState, now: datetime) -> Iterator[str]:
    if one.health.next_try and one.health.next_try > now:
        yield f"next try {ahead(one.health.next_try, now)}"
    if one.health.unread:
        yield f"{one.health.unread:,} of it could not be read"
    if not one.read:
        yield "no longer read, its articles stay"
