"""What a refresh leaves to others: parsing files, embedding texts and finding names, here or on a cluster."""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain, islice
from typing import TYPE_CHECKING, TypeVar

from assistant.articles import Article
from assistant.index import FindNames, find_names
from assistant.ingest.files import Content, Outcome
from assistant.models import Embedder, Vectors, as_vectors

if TYPE_CHECKING:
    from assistant.cluster import Cluster

T = TypeVar("T")
R = TypeVar("R")

Work = Callable[[Iterable[T]], Iterable[R]]

_BATCH = 64  # texts embedded at a time
_FEW = 200  # fewer texts are embedded, and have their names found, sooner than a cluster is connected to
_TEXT = 900  # characters of an article that make a text

EmbedTexts = Callable[[Iterable[str]], Iterable[tuple[int, Vectors]]]
"""Gives the vectors of texts in batches, as they come, each with the position of its first text."""
ParseFiles = Callable[[Iterable[Content]], Iterable[tuple[int, Sequence[Outcome]]]]
"""Gives what is in each file, as it comes, with the position of the file."""


@dataclass(frozen=True)
class Workers:
    """What embeds texts and finds names for a generation, here or on other machines.

    Both at once, when at most `at_once` texts are to be embedded. `parse` is what parses many files on other
    machines; None where this process does.
    """

    embed: EmbedTexts
    find_names: FindNames = find_names
    parse: ParseFiles | None = None
    at_once: float = math.inf

    @classmethod
    def of_this_process(cls, embeddings: Embedder) -> "Workers":
        """One batch after the other, each when it is wanted."""
        return cls(partial(_embed_here, embeddings))

    @classmethod
    def on_cluster(cls, cluster: "Cluster", embeddings: Embedder) -> "Workers":
        """The machines of a cluster, one thing after the other; this process for little, as connecting takes longer."""
        here = cls.of_this_process(embeddings)
        embed = _if_many(cluster.vectors, here.embed, lambda text: 1)
        return cls(embed, _if_many(cluster.names, here.find_names, _texts), cluster.parsed, _FEW - 1)


def _embed_here(embeddings: Embedder, texts: Iterable[str]) -> Iterator[tuple[int, Vectors]]:
    remaining, position = iter(texts), 0
    while batch := list(islice(remaining, _BATCH)):
        yield position, as_vectors(embeddings, batch)
        position += len(batch)


def _texts(article: Article) -> int:
    """About how many texts an article makes."""
    return 1 + len(article.text) // _TEXT


def _if_many(elsewhere: Work[T, R], here: Work[T, R], size: Callable[[T], int]) -> Work[T, R]:
    """What does few items `here`, and others `elsewhere`; `size` is how many texts an item counts for."""

    def work(items: Iterable[T]) -> Iterable[R]:
        first: list[T] = []
        remaining, total = iter(items), 0
        for item in remaining:
            first.append(item)
            total += size(item)
            if total >= _FEW:
                return elsewhere(chain(first, remaining))
        return here(first)

    return work
