"""Encoding: the embedder, opened when it is first needed, and what it gave before."""

import threading
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from assistant.models.embedders import Embedder, WordVectors, as_vectors, open_embeddings
from assistant.settings import Settings

_MOST_REMEMBERED = 20_000  # vectors of sentences, 1.5 kB each

Vectors = NDArray[np.float32]


class Encoder:
    """Texts as vectors. May be used from several threads at once."""

    def __init__(self, settings: Settings, embeddings: Embedder | None = None) -> None:
        self._settings = settings
        self._embeddings = embeddings
        self._loading = threading.Lock()
        self._remembered: dict[str, Vectors] = {}

    @property
    def embeddings(self) -> Embedder:
        """The embedder, loaded at the first use."""
        with self._loading:
            if self._embeddings is None:
                self._embeddings = open_embeddings(self._settings.embedder, self._settings.cache)
            return self._embeddings

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """Vectors of sentences; those of before are remembered, as questions come back to the same news."""
        held = self._remembered  # another thread may begin a new one
        new = [text for text in dict.fromkeys(texts) if text not in held]
        fresh = dict(zip(new, as_vectors(self.embeddings, new), strict=True)) if new else {}
        rows = [fresh[text] if text in fresh else held[text] for text in texts]
        if len(held) + len(fresh) > _MOST_REMEMBERED:
            self._remembered = held = {}
        held.update(fresh)
        return np.stack(rows) if rows else np.zeros((0, 0), np.float32)

    def read(self, texts: list[str]) -> tuple[Vectors, list[WordVectors] | None]:
        """Vectors of texts, and their words with vectors where the embedder has them."""
        both = getattr(self.embeddings, "vectors_and_words", None)
        return both(texts) if both else (self.vectors(texts), None)
