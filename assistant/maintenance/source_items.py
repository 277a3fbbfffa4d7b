"""Reads sources: files and folders, whose new files others may parse, and the web."""

import logging
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import TypeVar

from assistant.ingest import Item, KnownState, files, without_impossible_dates
from assistant.ingest.files import Sandbox
from assistant.ingest.sources import Source
from assistant.maintenance.parsing import Found, parsed_elsewhere
from assistant.maintenance.workers import ParseFiles
from assistant.settings import Settings
from assistant.utils import CancelToken, log_event

T = TypeVar("T")

_log = logging.getLogger(__name__)


def read_items(
    sources: Sequence[Source],
    known: KnownState,
    settings: Settings,
    stop: CancelToken | None,
    sandbox: Sandbox,
    parse: ParseFiles | None = None,
) -> Iterator[tuple[str, Item]]:
    """What each of `sources` gives, with its location: first files and folders, then the web.

    An article whose date cannot be is without one, and a notice says so. With `parse`, many new files are parsed by
    it, but for those of sources with a budget of time.
    """
    return without_impossible_dates(_read_items(sources, known, settings, stop, sandbox, parse))


def _read_items(
    sources: Sequence[Source],
    known: KnownState,
    settings: Settings,
    stop: CancelToken | None,
    sandbox: Sandbox,
    parse: ParseFiles | None,
) -> Iterator[tuple[str, Item]]:
    local = [source for source in sources if source.is_local]
    if parse is None:
        for source in local:
            yield from _located(source, _parsed_here(source, known, settings, sandbox))
    else:
        yield from parsed_elsewhere(_found(local, known, settings, sandbox), parse, sandbox)
    remote = [source for source in sources if not source.is_local]
    if remote:
        from assistant.ingest import web

        yield from web.read(remote, known, settings, stop=stop, log=partial(log_event, _log), sandbox=sandbox)


def _found(sources: Sequence[Source], known: KnownState, settings: Settings, sandbox: Sandbox) -> Iterator[Found]:
    """What local sources have; their new files are still to be parsed, unless the time for that is bounded."""
    for source in sources:
        if source.budget is not None:
            yield from _located(source, _parsed_here(source, known, settings, sandbox))
            continue
        unparsed = files.read_unparsed(
            source.location,
            settings.max_file_mb * 1_000_000,
            known=partial(known, source.location),
            include=source.include,
            exclude=source.exclude,
        )
        yield from _located(source, unparsed)


def _parsed_here(source: Source, known: KnownState, settings: Settings, sandbox: Sandbox) -> Iterator[Item]:
    return files.read(
        source.location,
        settings.max_file_mb * 1_000_000,
        known=partial(known, source.location),
        include=source.include,
        exclude=source.exclude,
        sandbox=sandbox,
        budget=source.budget,
    )


def _located(source: Source, items: Iterable[T]) -> Iterator[tuple[str, T]]:
    return ((source.location, item) for item in items)
