"""Chosen: which sources a refresh reads, and which the index has after it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from assistant.errors import RefreshError
from assistant.index import Manifest
from assistant.ingest import files
from assistant.ingest.sources import registry
from assistant.ingest.sources.source import Source, location_key, url_or_path
from assistant.maintenance import source_health
from assistant.maintenance.collect import Gathered
from assistant.maintenance.reports import RefreshRequest
from assistant.paths import sample_articles


@dataclass(frozen=True, slots=True)
class Choice:
    """The sources to read, and by location all that the index then has."""

    read: tuple[Source, ...]
    kept: Mapping[str, Source]

    def usable(self, gathered: Gathered, before: Manifest | None) -> dict[str, Source]:
        """Those kept that could be read, had been before or are listed: a slip of the hand is no source."""
        had = before.sources if before else ()
        return {
            location: source
            for location, source in self.kept.items()
            if location in had or source.listed or location not in gathered.broken
        }


def choose(
    wish: RefreshRequest, known: list[Source], before: Manifest | None, healths: source_health.Healths, now: datetime
) -> Choice:
    """What `wish` asks for, with the sources that are listed (`known`) and those that the index has.

    Raises RefreshError for a wish that would take articles away that nobody asked to go.
    """
    if wish.replace and (wish.only_failed or wish.every is not None or not wish.sources):
        raise RefreshError("to replace the corpus, name all its sources, and have all of them read")
    standing = _standing(known, before)
    read = _asked(wish, known, standing, before)
    if wish.only_failed:
        read = [one for one in read if healths.get(one.location, source_health.Health()).failed]
    if wish.every is not None:
        # A source may have been given up since its turn was planned.
        still = {one.location for one in [*known, *standing]}
        read = [one for one in source_health.due(read, healths, now) if one.location in still or before is None]
    had = [] if wish.replace else standing
    kept = {one.location: one for one in [*had, *read] if one.location not in wish.forget}
    return Choice(tuple(read), kept)


def unlisted(location: str) -> Source:
    """The source of that location, when no file lists it."""
    return registry.resolve([url_or_path(location)], [])[0]


def _standing(known: list[Source], before: Manifest | None) -> list[Source]:
    """The sources that the index has: those that were given to it, and those that were listed and still are."""
    if before is None:
        return []
    by_place = {location_key(one.location): one for one in known}
    had = [one for one in before.sources if location_key(one) in by_place or one not in before.listed]
    return [by_place.get(location_key(one)) or unlisted(one) for one in had]


def _asked(wish: RefreshRequest, known: list[Source], standing: list[Source], before: Manifest | None) -> list[Source]:
    if wish.sources:
        return registry.resolve(wish.sources, known)
    if wish.forget:
        return []
    if before is None and not known:
        return [unlisted(files.source_name(sample_articles()))]
    return list({one.location: one for one in [*known, *standing]}.values())
