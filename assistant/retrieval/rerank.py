"""An optional reranker: a cross-encoder from sentence-transformers, for those who have one."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from assistant.articles import Passage
from assistant.errors import SettingsError
from assistant.index import embedded_text
from assistant.models import open_cross_encoder

DEPTH = 30  # passages that are reranked for one question

Rerank = Callable[[str, Sequence[Passage]], list[Passage]]


def open_reranker(name: str) -> Rerank:
    """A function that puts passages in the order of the cross-encoder `name`, a model's name or folder.

    Raises SettingsError when it cannot be loaded, or gives more than one score for a pair.
    """
    model = open_cross_encoder("reranker", name, "a cross-encoder")
    if model.num_labels != 1:
        raise SettingsError(f"reranker {name} gives {model.num_labels} scores for a pair; name one that gives one")
    return partial(_reranked, model)


def _reranked(model: Any, question: str, passages: Sequence[Passage]) -> list[Passage]:
    if not passages:
        return []
    pairs = [(question, embedded_text(passage.article, passage.chunk)) for passage in passages]
    scores = model.predict(pairs, show_progress_bar=False)
    scored = [replace(passage, score=float(score)) for passage, score in zip(passages, scores, strict=True)]
    return sorted(scored, key=lambda passage: -passage.score)
