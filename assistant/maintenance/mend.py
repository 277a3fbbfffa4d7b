"""Mends a damaged index: a new generation of all articles that can still be read, before the sources are read again."""

from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from assistant.errors import DamagedError
from assistant.index import (
    SCHEME,
    ArticleDraft,
    ArticlesDraft,
    FetchStates,
    HomeLibrary,
    Library,
    Manifest,
    Salvaged,
    put_back,
    salvage,
    vectors_of,
)
from assistant.maintenance import source_health
from assistant.maintenance.build import GenerationBuilder
from assistant.models import Vectors
from assistant.utils import counted, set_aside


@dataclass(frozen=True, slots=True)
class Damage:
    """The published generation is damaged: each damaged generation with its fault, newest first, and a sound one.

    `sound` is the newest sound generation, None when there is none.
    """

    faults: dict[str, str]
    sound: str | None


def find_damage(library: Library) -> Damage | None:
    """What is damaged of the index, None when the published generation is sound; it is looked through as a whole.

    None, too, for an index on servers, which look after their data themselves.
    """
    if not isinstance(library, HomeLibrary):
        return None
    faults: dict[str, str] = {}
    for name in library.candidates():
        fault = library.fault(name, keep_open=True)
        if fault is None:
            return Damage(faults, name) if faults else None
        faults[name] = fault
    return Damage(faults, None) if faults else None


def restored_pointer(library: Library) -> str | None:
    """Have CURRENT name the newest generation again where it names none; what was done, None for nothing."""
    if not isinstance(library, HomeLibrary):
        return None
    try:
        library.named_as_current()
    except DamagedError as error:
        name = library.current()
        if name is not None:
            library.point_to(name)
            return f"index/{error}; it names {name}, the newest generation, again"
    return None


class Mender:
    """Mends the damage to the index of one library, under its refresh lock."""

    def __init__(self, library: HomeLibrary, damage: Damage, embedder: str, now: datetime) -> None:
        self._library, self._damage, self._embedder, self._now = library, damage, embedder, now
        self._names = [*damage.faults, *([damage.sound] if damage.sound else [])]
        self._manifests = {name: manifest for name in self._names if (manifest := self._manifest(name)) is not None}
        self._salvaged = self._salvage()

    def _manifest(self, name: str) -> Manifest | None:
        with suppress(DamagedError):
            return self._library.manifest(name)
        return self._library.manifest_in_history(name)

    def _salvage(self) -> dict[str, Salvaged]:
        """What can be read of the articles, newest generation first, up to one of which all can be read."""
        found: dict[str, Salvaged] = {}
        for name in self._names:
            manifest = self._manifests.get(name)
            expected = manifest.articles if manifest else None
            found[name] = salvage(self._library.folder / name, expected)
            if expected is not None and len(found[name].articles) == expected:
                break
        return found

    def mend(self, builder: GenerationBuilder) -> tuple[Manifest, tuple[str, ...]]:
        """Publish the mended generation and set the damaged ones aside; its manifest, and lines that say what was done.

        Raises NoSpaceError and RefreshError; the damaged generations are then as they were.
        """
        states = FetchStates(aliases=self._library.known_aliases())  # so that all sources are read again
        history_entry = {"failures": [self._line(name) for name in self._damage.faults]}
        manifest = builder.restore(self._put_articles, self._known_vectors, self._next_manifest, states, history_entry)
        lines = [self._line(name) for name in self._damage.faults]
        for name in self._damage.faults:
            with suppress(OSError):
                lines.append(f"index/{name} was set aside as index/{set_aside(self._library.folder / name).name}")
        kept = f"generation {manifest.name} has {counted(manifest.articles, 'article')} that could still be read"
        return manifest, (*lines, kept)

    def _line(self, name: str) -> str:
        return f"index/{name}/{self._damage.faults[name]}; the index is built anew"

    def _put_articles(self, db: ArticleDraft) -> None:
        assert isinstance(db, ArticlesDraft)  # it is a home that is mended
        newest = next(iter(self._salvaged.values()))
        for salvaged in reversed(self._salvaged.values()):
            # What the newest generation no longer had was removed; where that cannot be told, all stays.
            put_back(db, salvaged, lambda name: newest.ids is None or name in newest.ids)

    def _next_manifest(self, name: str, articles: int, chunks: int) -> Manifest:
        before = next((self._manifests[each] for each in self._names if each in self._manifests), None)
        made = self._now.isoformat(timespec="microseconds")
        if before is not None:
            before = replace(before, name=name, parent=self._damage.sound, made=made, articles=articles, chunks=chunks)
            return replace(before, embedder=self._embedder, chunking=SCHEME, changes={})
        return Manifest(name, self._damage.sound, made, self._embedder, articles, chunks, self._known_sources())

    def _known_sources(self) -> tuple[str, ...]:
        """The locations of the sources where no manifest tells them."""
        origins = {str(row["origin"]) for salvaged in self._salvaged.values() for row in salvaged.articles.values()}
        return tuple(dict.fromkeys([*self._library.unread_locations(), *sorted(origins)]))

    def _known_vectors(self, contents: Collection[str]) -> dict[str, Vectors]:
        known: dict[str, Vectors] = {}
        for name in self._names:
            manifest = self._manifests.get(name)
            if manifest is None or manifest.embedder != self._embedder:
                continue
            known |= vectors_of(self._library.folder / name, set(contents) - known.keys())
        return known


def set_aside_damaged(library: Library) -> list[str]:
    """Set aside every damaged file beside the generations; a line for each. What else is in them stays in use."""
    if not isinstance(library, HomeLibrary):
        return []
    lines = []
    healths_file = (library.folder / source_health.FILE, lambda path: source_health.check_healths(library))
    for path, check in (*library.files_beside(), healths_file):
        try:
            check(path)
        except FileNotFoundError:
            continue
        except DamagedError as error:
            healths = source_health.read_healths(library)
            lines.append(f"index/{error}; it was set aside as {set_aside(path).name}")
            if healths and path.name == source_health.FILE:
                source_health.write_healths(library, healths)
    return lines
