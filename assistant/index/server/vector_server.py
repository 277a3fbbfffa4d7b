"""What a server of vectors can do that has all generations in one place; see `visibility` for who sees what."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from assistant.index.vector_index import VectorDraft, VectorIndex
from assistant.models import Vectors


@dataclass(frozen=True, slots=True)
class VectorRecord:
    """What there is beside a vector: its chunk, the generations that it came and went with, and what filters need.

    `source` is the publication, folded; `went` is `visibility.FOREVER` for one that has not gone.
    """

    chunk: str
    came: int
    went: int
    article: str
    source: str | None
    moment: float | None

    @property
    def id(self) -> str:
        """The name of the record: a chunk may come and go many times."""
        return record_id(self.chunk, self.came)


def record_id(chunk: str, came: int) -> str:
    """The name of the record of a chunk that came with that generation."""
    return f"{chunk}@{came}"


class ClearableVectors(VectorDraft, Protocol):
    """The vectors of a draft on a server."""

    def clear(self) -> None:
        """Remove all chunks."""


class VectorServer(Protocol):
    """The vectors of all generations. Raises StorageError where it cannot be reached or used."""

    @property
    def place(self) -> str:
        """Which server it is, for a message."""

    def at(self, generation: int, chunks: int | None = None) -> VectorIndex:
        """The vectors of a generation; where it has not so many `chunks`, whoever reads them gets a StorageError."""

    def draft(self, generation: int) -> ClearableVectors:
        """The vectors of the draft with that number; there must be nothing beyond its parent."""

    def discard(self, beyond: int) -> None:
        """Discard what came and went after the generation `beyond`."""

    def sweep(self, kept: Collection[int]) -> None:
        """Delete what none of the `kept` generations sees."""

    def close(self) -> None:
        """Let go of it."""

    # all records, whoever sees them

    def count(self) -> int:
        """How many records there are."""

    def is_damaged(self) -> bool:
        """Whether the server fails at records that it has."""

    def drop(self) -> None:
        """Drop all records, also damaged ones."""

    def records(self) -> set[str]:
        """The ids of all records."""

    def gone(self) -> dict[str, int]:
        """The records that have gone, each with the generation that it went with."""

    def vectors(self, records: Sequence[str]) -> dict[str, Vectors]:
        """The vectors of those of the records that are there."""

    def put(self, records: Sequence[VectorRecord], vectors: Vectors) -> None:
        """Add or replace records."""

    def set_went(self, went: Mapping[str, int]) -> None:
        """Change which generation each of these records went with."""

    def delete(self, records: Sequence[str]) -> None:
        """Delete records."""
