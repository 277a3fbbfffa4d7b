"""What a refresh would change: the sources as they are now against the index as it is."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from assistant import loading
from assistant.articles import Article
from assistant.errors import RefreshError
from assistant.index.articles_db import Held
from assistant.loading import Failure, Loaded


@dataclass(frozen=True, slots=True)
class Arrived:
    """An article as a source holds it now; `origin` is the source and `file` the file in it."""

    article: Article
    origin: str
    file: str
    where: str

    @property
    def path(self) -> Path:
        """The file, whichever source it was found by."""
        return Path(self.origin) if Path(self.origin).is_file() else Path(self.origin, self.file)


@dataclass
class Reading:
    """All that the sources hold now, by article id, and all that could not be read."""

    arrived: dict[str, Arrived] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)
    failed_files: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    failed_sources: set[str] = field(default_factory=set)

    def take(self, item: Loaded | Failure, origin: str) -> None:
        """Add what a source gave. A second article with an id that is taken becomes a failure."""
        if isinstance(item, Loaded):
            new = Arrived(item.article, origin, item.file, item.where)
            first = self.arrived.setdefault(new.article.id, new)
            if first is new or (first.article == new.article and first.path == new.path):
                return  # a file that is given twice, by itself and by its folder, is one
            cure = "give each article its own url or id"
            item = Failure(item.file, item.where, f"same id as {first.where} ({first.article.id}), left out; {cure}")
        self.failures.append(item)
        self.failed_files[origin].add(item.file)
        if item.whole:
            self.failed_sources.add(origin)

    def failed(self, origin: str, file: str) -> bool:
        """Whether this file of this source was not read whole, so that nothing may be concluded from it."""
        return origin in self.failed_sources or file in self.failed_files.get(origin, ())


def read_sources(origins: Iterable[str], max_bytes: int, progress: Callable[[int], None]) -> Reading:
    """Read every source; `progress` is told the number of articles so far."""
    reading = Reading()
    for origin in origins:
        for item in loading.read(origin, max_bytes):
            reading.take(item, origin)
            progress(len(reading.arrived))
    return reading


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


def compare(reading: Reading, held: Mapping[str, Held], origins: Iterable[str], *, replace: bool) -> Changes:
    """What is new, changed and gone. Articles of sources that were not read stay, unless `replace`."""
    read = set(origins)
    added, changed = [], []
    for name, new in reading.arrived.items():
        was = held.get(name)
        if was is None:
            added.append(name)
        elif (was.digest, was.origin, was.file) != (new.article.digest, new.origin, new.file):
            changed.append(name)
    missing = [was for was in held.values() if was.id not in reading.arrived]
    gone = [was for was in missing if replace or was.origin in read]
    kept = {was.id for was in gone if was.origin in read and reading.failed(was.origin, was.file)}
    return Changes(
        added=tuple(added),
        changed=tuple(changed),
        removed=tuple(was.id for was in gone if was.id not in kept),
        kept=tuple(sorted(kept)),
        unchanged=len(reading.arrived) - len(added) - len(changed),
    )


def refuse_mass_removal(changes: Changes, held: Mapping[str, Held]) -> None:
    """Raises RefreshError when over half of a source's articles would go: more likely a fault than news."""
    had = Counter(was.origin for was in held.values())
    going = Counter(held[name].origin for name in changes.removed)
    for origin, count in going.items():
        if count * 2 > had[origin]:
            raise RefreshError(
                f"{origin}: {count} of its {had[origin]} articles are gone, so nothing was changed; "
                "if that is right, refresh again with --allow-removals"
            )
