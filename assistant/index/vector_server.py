"""What a server of vectors can do that has all generations in one place; see `visibility` for who sees what."""

from collections.abc import Collection
from typing import Protocol

from assistant.index.vector_index import VectorDraft, VectorIndex


class ClearableVectors(VectorDraft, Protocol):
    """The vectors of a draft on a server."""

    def clear(self) -> None:
        """Remove all chunks."""


class VectorServer(Protocol):
    """The vectors of all generations."""

    def at(self, generation: int) -> VectorIndex:
        """The vectors of a generation."""

    def draft(self, generation: int) -> ClearableVectors:
        """The vectors of the draft with that number; there must be nothing beyond its parent."""

    def discard(self, beyond: int) -> None:
        """Discard what came and went after the generation `beyond`."""

    def sweep(self, kept: Collection[int]) -> None:
        """Delete what none of the `kept` generations sees."""

    def close(self) -> None:
        """Let go of it."""
