"""The health of the sources: for every user a line on those that need a maintainer, for maintainers a table of all."""

import hashlib
import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import PurePath
from urllib.parse import urlsplit

from assistant import SourceState
from assistant.ingest.sources import is_address
from assistant.utils import day, one_line, safe_to_show

from .icons import icon
from .markup import ago, count, escaped, line, until

_MAX_NAMED = 3
_KINDS = {"web": "address"}
_COLUMNS = ("Source", "Kind", "Articles", "Newest article", "Last read", "To be seen to")


def warning(states: Sequence[SourceState], *, only_failing: bool = False, unlisted: bool = False) -> str:
    """Which sources need a maintainer and why, in a line without addresses; "" when none does.

    `unlisted`: the list of sources has a mistake, so that not all of them are known.
    """
    if unlisted:
        return _warned("The list of sources needs a maintainer: there is a mistake in it.")
    failing = [source for source in states if source.warnings and (source.health.failures or not only_failing)]
    if not failing:
        return ""
    named = failing[:_MAX_NAMED]
    names = ", ".join(f"{line(_public_name(source), 60)} ({line(_public_reason(source), 120)})" for source in named)
    more = f", and {len(failing) - _MAX_NAMED:,} more" if failing[_MAX_NAMED:] else ""
    needs = "needs" if len(failing) == 1 else "need"
    return _warned(f"{count(len(failing), 'source')} {needs} a maintainer: {names}{more}.")


def _warned(html: str) -> str:
    return f'<p class="source-warning">{icon("triangle-alert")}{html}</p>'


def _public_name(source: SourceState) -> str:
    """A name without the location, which is the name of a source that is not listed."""
    if source.name != source.location:
        return one_line(source.name)
    try:
        return (urlsplit(source.name).hostname if is_address(source.name) else PurePath(source.name).name) or "a source"
    except ValueError:
        return "a source"


def _public_reason(source: SourceState) -> str:
    if source.health.failures:  # the reason, which may hold addresses, is for maintainers only
        return f"could not be read since {day(source.health.since)}" if source.health.since else "could not be read"
    return safe_to_show(re.split("[,;:]", source.warnings[0])[0])


def key(source: SourceState) -> str:
    """An id of a source for the page; its location can hold secrets."""
    return hashlib.sha256(source.location.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def title(source: SourceState) -> str:
    """The name of a source for maintainers."""
    return safe_to_show(source.name)


def table(states: Sequence[SourceState], now: datetime) -> str:
    """All sources: how many articles each has, how old these are, and what needs attention."""
    if not states:
        return ""
    heads = "".join(f'<th scope="col">{name}</th>' for name in _COLUMNS)
    rows = "".join(_row(source, now) for source in states)
    return (
        '<table class="source-table"><caption class="screen-reader-only">The sources</caption>'
        f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
    )


def _row(source: SourceState, now: datetime) -> str:
    location = (
        f'<span class="about">{line(safe_to_show(source.location), 200)}</span>'
        if source.name != source.location
        else ""
    )
    read = source.health.succeeded
    cells = (
        _KINDS.get(source.kind, line(source.kind)),
        f"{source.articles:,}",
        day(source.newest) if source.newest else "none has a date" if source.articles else "none",
        ago(read, now) if read else "never",
        _notes(source, now),
    )
    columns = "".join(f'<td data-label="{name}">{cell}</td>' for name, cell in zip(_COLUMNS[1:], cells, strict=True))
    return f'<tr><th scope="row"><bdi>{line(title(source), 200)}</bdi>{location}</th>{columns}</tr>'


def _notes(source: SourceState, now: datetime) -> str:
    warnings = "".join(
        f'<li class="warning">{escaped(one_line(safe_to_show(text), 400))}</li>' for text in source.warnings
    )
    notes = "".join(f"<li>{note}</li>" for note in _other_notes(source, now))
    return f'<ul class="notes">{warnings}{notes}</ul>' if warnings or notes else "nothing"


def _other_notes(source: SourceState, now: datetime) -> Iterator[str]:
    if source.health.next_try and source.health.next_try > now:
        yield f"next try {until(source.health.next_try, now)}"
    if source.health.unread:
        yield f"{source.health.unread:,} of it could not be read"
    if not source.read:
        yield "no longer read, its articles stay"
