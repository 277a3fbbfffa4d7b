"""What every store of the chunks' vectors can do, whatever it is kept in."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from assistant.articles import NO_FILTERS, Article, Filters
from assistant.index.article_store import NamedChunk
from assistant.models import Vectors


class VectorIndex(Protocol):
    """The vectors of one generation, all of length one."""

    def close(self) -> None:
        """Let go of it; a draft writes what is pending."""

    def count(self) -> int:
        """The number of chunks."""

    def ids(self) -> set[str]:
        """The ids of all chunks."""

    def vectors(self, ids: Sequence[str]) -> dict[str, Vectors]:
        """The vector of each chunk, by id."""

    def search_each(
        self, vectors: Sequence[Vectors], k: int, filters: Filters = NO_FILTERS
    ) -> list[list[tuple[str, float]]]:
        """For each vector up to k (chunk id, cosine) of the nearest chunks, nearest first.

        Of `filters` the moments count, not the days: see `ArticleStore.by_moment`.
        """


class VectorDraft(VectorIndex, Protocol):
    """The vectors of a draft."""

    def put(self, chunks: Sequence[tuple[Article, NamedChunk]], vectors: Vectors) -> None:
        """Add up to some thousand chunks with their vectors, and what filters need of their articles."""

    def remove(self, ids: Iterable[str]) -> None:
        """Remove chunks by id."""
