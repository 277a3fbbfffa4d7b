"""What a refresh would change: the sources as they are now against the index as it is."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from assistant.gathering import Gathered, Place
from assistant.index.fetch_state import Visits
from assistant.index.sqlite_store import Held
from assistant.ingest.sources.source import Source


@dataclass(frozen=True, slots=True)
class Changes:
    """Ids of articles; `kept` are those that a failed file or source no longer shows and that stay.

    `rehomed` are those of a source that is given up and that another one has too, with that one and the place in it.
    """

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    kept: tuple[str, ...]
    unchanged: int
    rehomed: tuple[tuple[str, str, str], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed or self.rehomed)


def compare(
    gathered: Gathered,
    held: Mapping[str, Held],
    kept: Mapping[str, Source],
    visits: Visits,
    *,
    replace: bool,
    forget: Collection[str],
) -> Changes:
    """What is new, changed and gone.

    `kept` are the sources that the index has and will have, by location, and `visits` those before. Articles of sources
    that were not read stay, unless `replace`, and so do those of the web that their source no longer lists; those of
    `forget` go, unless another source has them.
    """
    owners = _Owners(gathered, held, kept, visits)
    added = [name for name in gathered.arrived if name not in held]
    changed = [name for name in gathered.arrived if name in held and owners.is_changed(name)]
    missing = [was for was in held.values() if was.id not in gathered.places]
    forgotten = {was.id for was in missing if was.origin in forget}
    rehomed = _rehomed(forgotten, visits, kept)
    gone = [was for was in missing if owners.is_gone(was, replace=replace) and was.origin not in forget]
    stay = {was.id for was in gone if gathered.has_failed(was.origin, was.file)}
    removed = [was.id for was in gone if was.id not in stay]
    return Changes(
        added=tuple(added),
        changed=tuple(changed),
        removed=(*removed, *sorted(forgotten.difference(name for name, _, _ in rehomed))),
        kept=tuple(sorted(stay)),
        unchanged=len(gathered.places) - len(added) - len(changed),
        rehomed=tuple(rehomed),
    )


def _rehomed(forgotten: Collection[str], visits: Visits, kept: Mapping[str, Source]) -> list[tuple[str, str, str]]:
    if not forgotten:
        return []
    givers = visits.givers()
    found = ((name, [one for one in givers.get(name, ()) if one[0] in kept]) for name in sorted(forgotten))
    return [(name, *others[0]) for name, others in found if others]


class _Owners:
    """Whose an article is that several sources have: a file's before a page's, else that of the one that had it."""

    def __init__(
        self, gathered: Gathered, held: Mapping[str, Held], kept: Mapping[str, Source], visits: Visits
    ) -> None:
        self._gathered, self._held, self._kept, self._visits = gathered, held, kept, visits
        self._read = {one.location: one for one in gathered.sources}

    def is_changed(self, name: str) -> bool:
        """Whether the article that arrived is to be written in place of the one that is held."""
        was, place = self._held[name], self._gathered.places[name]
        other = was.digest != self._gathered.arrived[name].digest
        owner, giver = self._kept.get(was.origin), self._read[place.origin]
        if was.origin == place.origin:
            return other or (giver.is_local and was.file != place.file)
        if owner is None:
            return True
        if owner.is_local:
            may_have_it = owner.location not in self._read or self._gathered.has_failed(was.origin, was.file)
            return not may_have_it or (giver.is_local and owner.location not in self._read)
        return giver.is_local or (other and (self._has_changed(place) or not self._still_has(was)))

    def _still_has(self, was: Held) -> bool:
        """Whether the web source of an article, which did not give it now, still lists it and will tell of changes."""
        return self._visits.lists(was.origin, was.file)

    def _has_changed(self, place: Place) -> bool:
        """Whether the place gives something else than at the visit before, and not only something else than others."""
        before = self._visits.places.get(place.origin, {}).get(place.file)
        return before is not None and before.digest != self._gathered.digest(place.origin, place.file)

    def is_gone(self, was: Held, *, replace: bool) -> bool:
        """Whether an article that no source gave is no longer there."""
        source = self._read.get(was.origin)
        return replace if source is None else source.is_local


def mass_removals(changes: Changes, held: Mapping[str, Held], forget: Collection[str]) -> dict[str, str]:
    """The sources of which over half of the articles would go, each with what to say: more likely a fault than news."""
    had = Counter(was.origin for was in held.values())
    going = Counter(held[name].origin for name in changes.removed)
    return {
        origin: f"{count} of its {had[origin]} articles are gone, so they were kept; "
        "if that is right, refresh again with --allow-removals"
        for origin, count in going.items()
        if count * 2 > had[origin] and origin not in forget
    }
