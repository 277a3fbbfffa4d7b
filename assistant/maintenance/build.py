"""Making: the next generation from the published one and what changed."""

import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path

import numpy as np
from langchain_core.embeddings import Embeddings

from assistant.articles import Article
from assistant.errors import NoSpaceError
from assistant.index import Draft, Library, Manifest
from assistant.index.chunking import chunk_id, content_name, embedded_text, split
from assistant.index.sqlite_store import NamedChunk
from assistant.index.vector_store import Vectors
from assistant.maintenance.changes import Survey
from assistant.models.embedders import as_vectors, counter_for
from assistant.utils.system import is_disk_full, no_space_error

_BATCH = 64  # texts embedded and stored at a time
_CHUNK_BYTES = 12_000  # on disk, in both stores with their indexes; measured 9,000
_LEAST_BYTES = 4_000_000

OnProgress = Callable[[str, int, int], None]
Piece = tuple[Article, NamedChunk]


@dataclass(frozen=True, slots=True)
class BuildPlan:
    """What is to become of the published generation: `anew` when each chunk has to be made anew."""

    survey: Survey
    parent: Manifest | None
    anew: bool
    now: datetime


class Maker:
    """Makes one generation. `embedded` counts the texts that had to be embedded."""

    def __init__(self, library: Library, embeddings: Embeddings, progress: OnProgress) -> None:
        self._library, self._embeddings, self._progress = library, embeddings, progress
        self.embedded = 0

    def make(
        self, plan: BuildPlan, manifest: Callable[[str, int, int], Manifest], story: Mapping[str, object]
    ) -> Manifest:
        """Make and publish the generation; `manifest` gives its manifest from its name and counts.

        Raises NoSpaceError when the disk has no room for it, RefreshError when it does not hold together.
        """
        changes = plan.survey.changes
        written = [plan.survey.gathered.arrived[name] for name in (*changes.added, *changes.changed)]
        pieces = [] if plan.anew else [piece for article in written for piece in self._pieces(article)]
        parent = plan.parent.name if plan.parent else None
        self._check_space(parent, plan.parent.chunks if plan.anew and plan.parent else len(pieces))
        with Draft(self._library, parent=parent, anew=plan.anew) as draft, self._full_disk_told():
            known = self._known_vectors(draft, pieces)  # before the chunks that have them go
            self._change(draft, plan, written)
            if plan.anew:
                pieces = [piece for article in draft.db.articles() for piece in self._pieces(article)]
            self._add(draft, pieces, known)
            self._progress("checking", 0, 0)
            draft.find_copies()
            draft.verify()
            made = manifest(draft.name, *draft.db.counts())
            draft.close()
            self._library.publish(draft.folder, made, plan.survey.visits, story)
        return made

    def _change(self, draft: Draft, plan: BuildPlan, written: Sequence[Article]) -> None:
        changes = plan.survey.changes
        for name, origin, file in changes.rehomed:
            draft.db.rehome(name, origin, file)
        draft.remove(changes.removed)
        draft.drop_chunks(name for article in changes.changed for name in draft.db.chunk_ids(article))
        for article in written:
            place = plan.survey.gathered.places[article.id]
            draft.put(article, place.origin, place.file, plan.now)

    def _pieces(self, article: Article) -> Iterator[Piece]:
        for chunk in split(article, counter_for(self._embeddings)):
            content = content_name(embedded_text(article, chunk))
            yield article, NamedChunk(chunk_id(chunk, content), content, chunk)

    def _add(self, draft: Draft, pieces: Sequence[Piece], known: dict[str, Vectors]) -> None:
        done = 0
        for batch in _batches(pieces):
            self._embed(batch, known)
            draft.add_chunks(batch, np.stack([known[named.content] for _, named in batch]))
            done += len(batch)
            self._progress("embedding", done, len(pieces))

    def _known_vectors(self, draft: Draft, pieces: Sequence[Piece]) -> dict[str, Vectors]:
        """By content name, the vectors that the index has already: unchanged text is not embedded again."""
        holders = draft.db.chunks_with_content({named.content for _, named in pieces})
        vectors = draft.vectors.vectors(list(holders.values()))
        return {content: vectors[holder] for content, holder in holders.items()}

    def _embed(self, batch: Sequence[Piece], known: dict[str, Vectors]) -> None:
        texts = {
            named.content: embedded_text(article, named.chunk) for article, named in batch if named.content not in known
        }
        if texts:
            known.update(zip(texts, as_vectors(self._embeddings, list(texts.values())), strict=True))
            self.embedded += len(texts)

    def _check_space(self, parent: str | None, new_chunks: int) -> None:
        folder = self._library.folder
        copied = _size(folder / parent) if parent else 0
        needed = copied + new_chunks * _CHUNK_BYTES + _LEAST_BYTES
        free = shutil.disk_usage(folder).free
        if needed > free:
            raise NoSpaceError(
                f"no space left on the disk of {folder.parent}: about {needed / 1e6:.0f} MB are needed and "
                f"{free / 1e6:.0f} MB are free; free some and refresh again"
            )

    @contextmanager
    def _full_disk_told(self) -> Iterator[None]:
        """While the draft still takes its space, so that a disk that is full for it can be seen to be."""
        try:
            yield
        except Exception as error:
            if is_disk_full(error, self._library.folder):
                raise no_space_error(self._library.folder) from error
            raise


def _batches(pieces: Iterable[Piece]) -> Iterator[list[Piece]]:
    rest = iter(pieces)
    while batch := list(islice(rest, _BATCH)):
        yield batch


def _size(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*"):
        with suppress(FileNotFoundError):  # the journals of those who read come and go
            total += path.stat().st_size
    return total
