"""The embedder, opened on first use, with a cache of the vectors of earlier texts."""

import threading
from collections import OrderedDict
from collections.abc import Sequence

import numpy as np

from assistant.models.embedders import Embedder, EncodedText, Vectors, WordVectors, as_vectors, open_embeddings
from assistant.settings import Settings
from assistant.utils import once

_MOST_VECTORS = 20_000  # kept of sentences, 1.5 kB each
_MOST_ENCODED = 512  # texts kept with the states of their tokens, about 60 kB each: those of a few questions


class Encoder:
    """Texts as vectors; a text is run through the model once while it is kept. May be used from several threads."""

    def __init__(self, settings: Settings, embeddings: Embedder | None = None) -> None:
        self._open = once(lambda: embeddings or open_embeddings(settings.embedder, settings.cache))
        self._cache_lock = threading.Lock()
        self._vectors: dict[str, Vectors] = {}
        self._encoded: OrderedDict[str, EncodedText] = OrderedDict()

    @property
    def embeddings(self) -> Embedder:
        """The embedder, loaded at the first use."""
        return self._open()

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """Vectors of sentences (texts, size); they are cached, as questions come back to the same news."""
        cached = self._vectors  # another thread may begin a new one
        new = [text for text in dict.fromkeys(texts) if text not in cached]
        fresh = self._fresh_vectors(new) if new else {}
        rows = [fresh[text] if text in fresh else cached[text] for text in texts]
        if len(cached) + len(fresh) > _MOST_VECTORS:
            self._vectors = cached = {}
        cached.update(fresh)
        return np.stack(rows) if rows else np.zeros((0, 0), np.float32)

    def vectors_and_words(self, texts: Sequence[str]) -> tuple[Vectors, list[WordVectors] | None]:
        """Vectors of texts, and their words with vectors; None in their place where the embedder gives none."""
        if not hasattr(self.embeddings, "encode"):
            return self.vectors(texts), None
        encoded = self._encode(texts)
        return np.stack([text.vector for text in encoded]), [text.words for text in encoded]

    def _fresh_vectors(self, texts: list[str]) -> dict[str, Vectors]:
        if hasattr(self.embeddings, "encode"):
            return {text: encoded.vector for text, encoded in zip(texts, self._encode(texts), strict=True)}
        return dict(zip(texts, as_vectors(self.embeddings, texts), strict=True))

    def _encode(self, texts: Sequence[str]) -> list[EncodedText]:
        with self._cache_lock:
            found = {text: self._encoded[text] for text in texts if text in self._encoded}
        new = [text for text in dict.fromkeys(texts) if text not in found]
        if new:
            found.update(zip(new, self.embeddings.encode(new), strict=True))  # type: ignore[attr-defined]
        with self._cache_lock:
            for text in dict.fromkeys(texts):
                self._encoded[text] = found[text]
                self._encoded.move_to_end(text)
            while len(self._encoded) > _MOST_ENCODED:
                self._encoded.popitem(last=False)
        return [found[text] for text in texts]
