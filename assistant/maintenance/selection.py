"""Selects the sources that a refresh reads, and those that the index has after it."""

from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import datetime

from assistant.errors import RefreshError
from assistant.index import Manifest
from assistant.ingest import files
from assistant.ingest import sources as ingest_sources
from assistant.ingest.sources import Source, location_key, url_or_path
from assistant.maintenance.reports import RefreshRequest
from assistant.maintenance.source_health import Health, Healths, is_due
from assistant.paths import sample_articles


@dataclass(frozen=True, slots=True)
class Selection:
    """The sources to read, and by location (`kept`) those that the index has afterwards."""

    read: tuple[Source, ...]
    kept: Mapping[str, Source]

    def usable(self, broken: Container[str], before: Manifest | None) -> dict[str, Source]:
        """The kept sources that are in the index, are listed or are not `broken`: a mistyped path is no source."""
        indexed = before.sources if before else ()
        return {
            location: source
            for location, source in self.kept.items()
            if location in indexed or source.listed or location not in broken
        }


def select(
    request: RefreshRequest, listed: list[Source], before: Manifest | None, healths: Healths, now: datetime
) -> Selection:
    """The sources that `request` asks for, of those that are listed and those that the index has, without paused ones.

    Raises RefreshError for a paused one that is named, and for a `replace` that would remove articles which nobody
    asked to remove.
    """
    if request.replace and (request.only_failed or request.every is not None or not request.sources):
        raise RefreshError("to replace the corpus, name all its sources, and have all of them read")
    indexed = _indexed_sources(listed, before)
    read = _requested_sources(request, listed, indexed, before)
    if request.only_failed:
        read = [source for source in read if healths.get(source.location, Health()).failed]
    if request.every is not None:
        # A source may have been removed since its turn was planned.
        known = {source.location for source in [*listed, *indexed]}
        read = [source for source in read if source.location in known or before is None]
        read = [source for source in read if is_due(healths.get(source.location, Health()), now)]
    staying = [] if request.replace else indexed
    kept = {source.location: source for source in [*staying, *read] if source.location not in request.forget}
    return Selection(tuple(read), kept)


def unlisted_source(location: str) -> Source:
    """The source at a location that `sources.toml` does not list."""
    return ingest_sources.resolve([url_or_path(location)], [])[0]


def _indexed_sources(listed: list[Source], before: Manifest | None) -> list[Source]:
    """The sources of the index, without those that came from `sources.toml` and are no longer listed there."""
    if before is None:
        return []
    by_location = {location_key(source.location): source for source in listed}
    staying = [
        location
        for location in before.sources
        if location_key(location) in by_location or location not in before.listed
    ]
    return [by_location.get(location_key(location)) or unlisted_source(location) for location in staying]


def _requested_sources(
    request: RefreshRequest, listed: list[Source], indexed: list[Source], before: Manifest | None
) -> list[Source]:
    if request.sources:
        named = ingest_sources.resolve(request.sources, listed)
        if request.every is None and (paused := [source.name for source in named if source.paused]):
            raise RefreshError(f"{paused[0]} is paused; to have it read, run: assistant sources resume {paused[0]}")
        return [source for source in named if not source.paused]
    if request.forget or request.remove:
        return []
    if before is None and not listed:
        return [unlisted_source(files.source_name(sample_articles()))]
    known = {source.location: source for source in [*listed, *indexed]}
    return [source for source in known.values() if not source.paused]
