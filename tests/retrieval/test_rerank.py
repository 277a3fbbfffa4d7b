"""The optional reranker, with a tiny cross-encoder that is made here."""

from pathlib import Path

import pytest

from assistant import Assistant, Settings, SettingsError
from assistant.index.chunking import embedded_text
from assistant.text.words import packaged_model

pytestmark = pytest.mark.model
QUESTION = "Who condemned the attack?"


@pytest.fixture(scope="module")
def cross_encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An untrained BERT of one layer: what it gives is a nonsense, and always the same."""
    import torch
    from transformers import AutoTokenizer, BertConfig, BertForSequenceClassification

    folder = tmp_path_factory.mktemp("cross-encoder")
    tokenizer = AutoTokenizer.from_pretrained(str(packaged_model()))
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(tokenizer),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
    )
    config.num_labels = 1
    BertForSequenceClassification(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def test_passages_come_in_the_order_of_the_cross_encoder(sample_home: Path, cross_encoder: Path) -> None:
    from sentence_transformers import CrossEncoder

    with Assistant.open(Settings(home=sample_home, reranker=str(cross_encoder))) as assistant:
        found = assistant.search(QUESTION, 5)
        model = CrossEncoder(str(cross_encoder))
        scores = model.predict([(QUESTION, embedded_text(passage.article, passage.chunk)) for passage in found])
        assert [passage.score for passage in found] == pytest.approx([float(score) for score in scores], abs=1e-4)
        assert [passage.score for passage in found] == sorted((passage.score for passage in found), reverse=True)
        assert assistant.ask(QUESTION).corpus.articles == 16


def test_a_reranker_that_is_not_there_is_said(sample_home: Path, tmp_path: Path) -> None:
    with Assistant.open(Settings(home=sample_home, reranker=str(tmp_path / "none"))) as assistant:
        with pytest.raises(SettingsError, match="cannot be loaded"):
            assistant.ask(QUESTION)


def test_a_cross_encoder_in_the_place_of_the_reader_scores_each_sentence(
    sample_home: Path, cross_encoder: Path
) -> None:
    from sentence_transformers import CrossEncoder
    from torch.nn import Identity

    question = "When will the cannery close?"
    with Assistant.open(Settings(home=sample_home, reader=str(cross_encoder), refuse_below=0)) as assistant:
        _, evidence = assistant.evidence(question)
        answer = assistant.ask(question)
    model = CrossEncoder(str(cross_encoder))
    scores = model.predict([(question, one.text) for one in evidence], activation_fn=Identity())
    assert [one.readings[0].answers for one in evidence] == pytest.approx(list(map(float, scores)), abs=1e-4)
    assert answer.found and answer.citations


def test_a_reader_that_cannot_be_loaded_is_named(sample_home: Path, tmp_path: Path) -> None:
    with (
        Assistant.open(Settings(home=sample_home, reader=str(tmp_path / "none"))) as assistant,
        pytest.raises(SettingsError, match=r"^reader .*none cannot be loaded .*; name a cross-encoder"),
    ):
        assistant.ask("When will the cannery close?")
