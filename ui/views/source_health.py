"""The health of the sources: for every user a line on those that need a maintainer, and how each is named."""

import hashlib
import re
from collections.abc import Sequence
from pathlib import PurePath
from urllib.parse import urlsplit

from assistant import SourceState
from assistant.ingest.sources import is_address
from assistant.utils import day, one_line, safe_to_show

from .icons import icon
from .markup import count, line

_MAX_NAMED = 3


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
