import hashlib
import json
from pathlib import Path

import numpy as np
import pytest

from assistant import Assistant, EmbedderError
from assistant.models import embedders
from assistant.models.embedders import (
    DEFAULT,
    MODEL_SHA256,
    SentenceTransformerEmbeddings,
    as_vectors,
    open_embeddings,
)
from assistant.text.words import packaged_model

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def cache(sample: Assistant) -> Path:
    return sample.settings.cache


def test_the_packaged_model_is_the_one_that_is_meant() -> None:
    weights = (packaged_model() / "model.safetensors").read_bytes()
    assert hashlib.sha256(weights).hexdigest() == MODEL_SHA256


def test_texts_that_mean_the_same_are_nearer_than_others(cache: Path) -> None:
    texts = ["The minister condemned the attack.", "The attack was denounced by the minister.", "Bread prices rose."]
    first, alike, unlike = as_vectors(open_embeddings(DEFAULT, cache), texts)
    assert first @ alike > 0.7 > 0.3 > first @ unlike


def test_a_vector_does_not_depend_on_the_texts_beside_it(cache: Path) -> None:
    embeddings = open_embeddings(DEFAULT, cache)
    texts = ["Short.", "A somewhat longer sentence about the harbour.", "", "word " * 5000, "今日は", "\x00"]
    texts += [f"The council of {place} met on Monday." for place in ("Riga", "Oslo", "Rome", "Bern", "Kyiv", "Paris")]
    together = as_vectors(embeddings, texts)
    assert together.shape == (12, 384) and np.isfinite(together).all()
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    for text, vector in zip(texts, together, strict=True):
        assert np.array_equal(vector, as_vectors(embeddings, [text])[0])


def test_vectors_are_those_of_the_model_run_by_sentence_transformers(cache: Path) -> None:
    texts = ["The ferry.", "Who condemned the attack, and what was demanded?", "The council of Riga met. " * 20]
    meant = as_vectors(SentenceTransformerEmbeddings(DEFAULT), texts)
    found = as_vectors(open_embeddings(DEFAULT, cache), texts)
    assert (found * meant).sum(axis=1).min() > 0.997


def test_texts_that_openvino_does_not_give_the_vectors_of_are_left_to_sentence_transformers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = {"The ferry.": [0.0] * 383 + [1.0]}
    (tmp_path / "known.json").write_text(json.dumps(known), encoding="utf-8")
    monkeypatch.setattr(embedders, "_KNOWN", tmp_path / "known.json")
    assert isinstance(open_embeddings(DEFAULT, tmp_path / "cache"), SentenceTransformerEmbeddings)


def test_a_model_that_is_not_there_is_a_plain_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(EmbedderError, match="cannot be loaded"):
        open_embeddings(str(tmp_path / "no-model"), tmp_path).embed_query("x")
