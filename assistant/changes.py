"""What a refresh would change: the sources as they are now against the index as it is."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from assistant.errors import RefreshError
from assistant.gathering import Gathered
from assistant.index.articles_db import Held
from assistant.sources import Source


@dataclass(frozen=True, slots=True)
class Changes:
    """Ids of articles; `kept` are those that a failed file or source no longer shows and that stay."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    kept: tuple[str, ...]
    unchanged: int

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)


def compare(
    gathered: Gathered, held: Mapping[str, Held], known: Mapping[str, Source], *, replace: bool, forget: Collection[str]
) -> Changes:
    """What is new, changed and gone.

    `known` are the sources that the index has and that are not given up, by location. Articles of sources that were not
    read stay, unless `replace`, and so do those of the web that their source no longer lists; those of `forget` go.
    """
    owners = _Owners(gathered, held, known)
    added = [name for name in gathered.arrived if name not in held]
    changed = [name for name in gathered.arrived if name in held and owners.is_changed(name)]
    missing = [was for was in held.values() if was.id not in gathered.places]
    gone = [was for was in missing if owners.is_gone(was, replace=replace) or was.origin in forget]
    kept = {was.id for was in gone if was.origin not in forget and gathered.has_failed(was.origin, was.file)}
    removed = tuple(was.id for was in gone if was.id not in kept)
    return Changes(
        added=tuple(added),
        changed=tuple(changed),
        removed=removed,
        kept=tuple(sorted(kept)),
        unchanged=len(gathered.places) - len(added) - len(changed),
    )


class _Owners:
    """Whose an article is that several sources have: a file's before a page's, else that of the one that had it."""

    def __init__(self, gathered: Gathered, held: Mapping[str, Held], known: Mapping[str, Source]) -> None:
        self._gathered, self._held = gathered, held
        self._read = {one.location: one for one in gathered.sources}
        self._known = {**known, **self._read}

    def is_changed(self, name: str) -> bool:
        """Whether the article that arrived is to be written in place of the one that is held."""
        was, place = self._held[name], self._gathered.places[name]
        digest = self._gathered.arrived[name].digest
        owner, giver = self._known.get(was.origin), self._read[place.origin]
        if was.origin == place.origin:
            return was.digest != digest or (giver.is_local and was.file != place.file)
        if owner is None or giver.is_local:
            return True
        if owner.is_local:
            return owner.location in self._read and not self._gathered.has_failed(was.origin, was.file)
        return was.digest != digest

    def is_gone(self, was: Held, *, replace: bool) -> bool:
        """Whether an article that no source gave is no longer there."""
        source = self._read.get(was.origin)
        return replace if source is None else source.is_local


def refuse_mass_removal(changes: Changes, held: Mapping[str, Held], forget: Collection[str]) -> None:
    """Raises RefreshError when over half of a source's articles would go: more likely a fault than news."""
    had = Counter(was.origin for was in held.values())
    going = Counter(held[name].origin for name in changes.removed)
    for origin, count in going.items():
        if count * 2 > had[origin] and origin not in forget:
            raise RefreshError(
                f"{origin}: {count} of its {had[origin]} articles are gone, so nothing was changed; "
                "if that is right, refresh again with --allow-removals"
            )
