"""The embedder, opened on first use, with a cache of the vectors of earlier texts."""

from collections.abc import Sequence

import numpy as np

from assistant.models.embedders import Embedder, Vectors, as_vectors, open_embeddings
from assistant.settings import Settings
from assistant.utils import once

_MOST_VECTORS = 20_000  # kept of sentences, 1.5 kB each


class Encoder:
    """Texts as vectors; a text is run through the model once while it is kept. May be used from several threads."""

    def __init__(self, settings: Settings, embeddings: Embedder | None = None) -> None:
        self._open = once(lambda: embeddings or open_embeddings(settings.embedder, settings.cache))
        self._vectors: dict[str, Vectors] = {}

    @property
    def embeddings(self) -> Embedder:
        """The embedder, loaded at the first use."""
        return self._open()

    def open(self) -> None:
        """Load the embedder and its model before the first text. Raises what makes that impossible."""
        load = getattr(self.embeddings, "open", None)
        if load is not None:
            load()

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """Vectors of sentences (texts, size); they are cached, as questions come back to the same news."""
        cached = self._vectors  # another thread may begin a new one
        new = [text for text in dict.fromkeys(texts) if text not in cached]
        fresh = dict(zip(new, as_vectors(self.embeddings, new), strict=True)) if new else {}
        rows = [fresh[text] if text in fresh else cached[text] for text in texts]
        if len(cached) + len(fresh) > _MOST_VECTORS:
            self._vectors = cached = {}
        cached.update(fresh)
        return np.stack(rows) if rows else np.zeros((0, 0), np.float32)
