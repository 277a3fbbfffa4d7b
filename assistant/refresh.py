"""Refresh: read the sources, find what changed, embed that, publish a new generation."""

import errno
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from langchain_core.embeddings import Embeddings

from assistant import loading
from assistant.articles import Article
from assistant.changes import Changes, Reading, compare, read_sources, refuse_mass_removal
from assistant.chunks import SCHEME, chunk_id, content_name, embedded_text, split
from assistant.embedding import as_vectors, counter_for, describe
from assistant.errors import NoSpaceError, RefreshError
from assistant.index import Draft, Library, Manifest
from assistant.index.articles_db import Held, NamedChunk
from assistant.index.stories import FILE as STORIES
from assistant.index.vectors import Vectors
from assistant.loading import Failure
from assistant.paths import sample_articles
from assistant.settings import Settings

_BATCH = 64  # texts embedded and stored at a time
_CHUNK_BYTES = 12_000  # on disk, in both stores with their indexes; measured 9,000
_LEAST_BYTES = 4_000_000
_NOTHING_LEFT = 2_000_000  # bytes; with less, what fails fails for want of space
_FULL = {errno.ENOSPC, errno.EDQUOT}


@dataclass(frozen=True, slots=True)
class RefreshReport:
    """What a refresh did. `added` to `kept` are article ids; `seconds` is the time it took.

    `generation` is the one now published, "" when there is none; `published` whether this refresh made it.
    `kept` stay as they were because their file or source could not be read. `embedded` counts the texts
    that had to be embedded, of the `chunks` that the index now has.
    """

    generation: str
    published: bool
    articles: int
    chunks: int
    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    unchanged: int = 0
    embedded: int = 0
    failures: tuple[Failure, ...] = ()
    notices: tuple[str, ...] = ()
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Watcher:
    """Who is told of a refresh as it goes: `progress` of (stage, done, total or 0), `notice` of plain lines."""

    progress: Callable[[str, int, int], None] = lambda stage, done, total: None
    notice: Callable[[str], None] = lambda line: None


@dataclass(frozen=True, slots=True)
class Wish:
    """What a refresh is asked for; see `Assistant.refresh`."""

    sources: tuple[str | Path, ...] = ()
    replace: bool = False
    allow_removals: bool = False


def refresh(
    library: Library, embeddings: Embeddings, settings: Settings, wish: Wish, watcher: Watcher | None = None
) -> RefreshReport:
    """Carry out `wish`. The published generation is not touched before the new one is whole and on disk.

    Raises RefreshError, LockedError or NoSpaceError; bad input is in the report's `failures` instead.
    """
    watcher = watcher or Watcher()
    try:
        waiting = library.refreshing(
            settings.refresh_wait, lambda who: watcher.notice(f"waiting for {who}, which is refreshing too")
        )
        with waiting:
            library.sweep(settings.generations)
            report = _Refresh(library, embeddings, settings, wish, watcher).run()
            library.sweep(settings.generations)
            return report
    except Exception as error:
        if _is_full(error, library.folder):
            raise _no_space(library.folder) from error
        if isinstance(error, OSError):
            raise RefreshError(f"the index in {library.folder} cannot be written: {error}") from error
        raise


def _is_full(error: Exception, folder: Path) -> bool:
    if isinstance(error, NoSpaceError):
        return False
    if isinstance(error, OSError):
        return error.errno in _FULL
    # SQLite and Chroma each have their own words for it, or none.
    told = "disk is full" in str(error) or "No space left" in str(error)
    return told or (folder.exists() and shutil.disk_usage(folder).free < _NOTHING_LEFT)


def _no_space(folder: Path) -> NoSpaceError:
    return NoSpaceError(f"no space left on the disk of {folder.parent}; free some and refresh again")


def _size(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*"):
        with suppress(FileNotFoundError):  # the journals of those who read come and go
            total += path.stat().st_size
    return total


class _Refresh:
    """One refresh, under the lock."""

    def __init__(
        self, library: Library, embeddings: Embeddings, settings: Settings, wish: Wish, watcher: Watcher
    ) -> None:
        self.library, self.embeddings, self.settings = library, embeddings, settings
        self.wish, self.watcher = wish, watcher
        self.started = time.monotonic()
        self.embedder = describe(embeddings)
        current = library.current()
        self.before = library.manifest(current) if current else None
        self.notices: list[str] = []
        self.embedded = 0

    def run(self) -> RefreshReport:
        origins = self._origins()
        limit = self.settings.max_file_mb * 1_000_000
        reading = read_sources(origins, limit, lambda done: self.watcher.progress("reading", done, 0))
        held = self._held()
        changes = compare(reading, held, origins, replace=self.wish.replace)
        if not (self.wish.allow_removals or self.wish.replace):
            refuse_mass_removal(changes, held)
        sources = self._sources(origins, reading)
        if self._nothing_to_do(changes, sources):
            self.library.mark_checked()
            return self._report(self.before, changes, reading, published=False)
        manifest = self._make(changes, reading, held, sources)
        self.library.mark_checked()
        return self._report(manifest, changes, reading, published=True)

    def _origins(self) -> list[str]:
        if self.wish.sources:
            return list(dict.fromkeys(map(loading.source_name, self.wish.sources)))
        return list(self.before.sources) if self.before else [loading.source_name(sample_articles())]

    def _sources(self, origins: list[str], reading: Reading) -> tuple[str, ...]:
        had = self.before.sources if self.before else ()
        usable = [origin for origin in origins if origin in had or origin not in reading.failed_sources]
        return tuple(dict.fromkeys(usable if self.wish.replace else [*had, *usable]))

    def _held(self) -> dict[str, Held]:
        if self.before is None:
            return {}
        with self.library.reading() as generation:
            return generation.db.held()

    def _fits(self) -> bool:
        return self.before is not None and (self.before.embedder, self.before.chunking) == (
            self.embedder,
            SCHEME,
        )

    def _nothing_to_do(self, changes: Changes, sources: tuple[str, ...]) -> bool:
        if self.before is None:
            return not changes
        copies_known = (self.library.folder / self.before.name / STORIES).is_file()
        return self._fits() and copies_known and not changes and sources == self.before.sources

    def _make(self, changes: Changes, reading: Reading, held: dict[str, Held], sources: tuple[str, ...]) -> Manifest:
        if self.before is not None and not self._fits():
            self._say("the embedder or the way of chunking is another: the whole index is made anew")
        writes = self._writes(changes, reading, held)
        parent = self.before.name if self.before and self._fits() else None
        chunks = [(article, named) for article, _, _ in writes for named in self._named_chunks(article)]
        self._check_space(parent, len(chunks))
        with Draft(self.library, parent=parent) as draft, self._full_disk_told():
            self._apply(draft, changes, writes, chunks)
            self.watcher.progress("checking", 0, 0)
            draft.find_copies()
            draft.verify()
            articles, total = draft.db.counts()
            draft.close()
            manifest = Manifest(
                name=draft.name,
                parent=self.before.name if self.before else None,
                made=datetime.now(UTC).isoformat(timespec="seconds"),
                embedder=self.embedder,
                articles=articles,
                chunks=total,
                sources=sources,
                changes={name: len(getattr(changes, name)) for name in ("added", "changed", "removed")},
            )
            self.library.publish(draft.folder, manifest)
        return manifest

    @contextmanager
    def _full_disk_told(self) -> Iterator[None]:
        """While the draft still takes its space, so that a disk that is full for it can be seen to be."""
        try:
            yield
        except Exception as error:
            if _is_full(error, self.library.folder):
                raise _no_space(self.library.folder) from error
            raise

    def _say(self, line: str) -> None:
        self.notices.append(line)
        self.watcher.notice(line)

    def _writes(self, changes: Changes, reading: Reading, held: dict[str, Held]) -> list[tuple[Article, str, str]]:
        """The articles to be written with their source and file: the new and changed, or all for a new index."""
        names = [*changes.added, *changes.changed]
        if self.before is None or self._fits():
            return [(new.article, new.origin, new.file) for new in map(reading.arrived.__getitem__, names)]
        writes = [(new.article, new.origin, new.file) for new in reading.arrived.values()]
        gone = {*reading.arrived, *changes.removed}
        with self.library.reading() as generation:
            for article in generation.db.articles():
                if article.id not in gone:
                    writes.append((article, held[article.id].origin, held[article.id].file))
        return writes

    def _named_chunks(self, article: Article) -> list[NamedChunk]:
        named = []
        for chunk in split(article, counter_for(self.embeddings)):
            content = content_name(embedded_text(article, chunk))
            named.append(NamedChunk(chunk_id(chunk, content), content, chunk))
        return named

    def _check_space(self, parent: str | None, new_chunks: int) -> None:
        folder = self.library.folder
        copied = _size(folder / parent) if parent else 0
        needed = copied + new_chunks * _CHUNK_BYTES + _LEAST_BYTES
        free = shutil.disk_usage(folder).free
        if needed > free:
            raise NoSpaceError(
                f"no space left on the disk of {folder.parent}: about {needed / 1e6:.0f} MB are needed and "
                f"{free / 1e6:.0f} MB are free; free some and refresh again"
            )

    def _apply(
        self,
        draft: Draft,
        changes: Changes,
        writes: Sequence[tuple[Article, str, str]],
        chunks: Sequence[tuple[Article, NamedChunk]],
    ) -> None:
        known = self._known_vectors(draft, chunks)
        draft.remove(changes.removed)
        if draft.copied:
            draft.drop_chunks(name for article in changes.changed for name in draft.db.chunk_ids(article))
        for article, origin, file in writes:
            draft.put(article, origin, file)
        for start in range(0, len(chunks), _BATCH):
            batch = chunks[start : start + _BATCH]
            self._embed(batch, known)
            draft.add_chunks(batch, np.stack([known[named.content] for _, named in batch]))
            self.watcher.progress("embedding", start + len(batch), len(chunks))

    def _known_vectors(self, draft: Draft, chunks: Sequence[tuple[Article, NamedChunk]]) -> dict[str, Vectors]:
        """By content name, the vectors that the index has already: unchanged text is not embedded again."""
        holders = draft.db.chunks_with_content({named.content for _, named in chunks})
        vectors = draft.vectors.vectors(list(holders.values()))
        return {content: vectors[holder] for content, holder in holders.items()}

    def _embed(self, batch: Sequence[tuple[Article, NamedChunk]], known: dict[str, Vectors]) -> None:
        texts = {
            named.content: embedded_text(article, named.chunk) for article, named in batch if named.content not in known
        }
        if texts:
            known.update(zip(texts, as_vectors(self.embeddings, list(texts.values())), strict=True))
            self.embedded += len(texts)

    def _report(
        self, manifest: Manifest | None, changes: Changes, reading: Reading, *, published: bool
    ) -> RefreshReport:
        return RefreshReport(
            generation=manifest.name if manifest else "",
            published=published,
            articles=manifest.articles if manifest else 0,
            chunks=manifest.chunks if manifest else 0,
            added=changes.added,
            changed=changes.changed,
            removed=changes.removed,
            kept=changes.kept,
            unchanged=changes.unchanged,
            embedded=self.embedded,
            failures=tuple(reading.failures),
            notices=tuple(self.notices),
            seconds=time.monotonic() - self.started,
        )
