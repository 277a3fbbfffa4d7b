"""A reader that was written as 8-bit OpenVINO reads as the net does that it was written from."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from assistant.errors import SettingsError
from assistant.models.passage_reader import PassageReader, ReaderInput
from assistant.models.reader_input import batch, row, tokenize

if TYPE_CHECKING:
    from assistant.evaluation.training.reader_net import ReaderNet

INPUTS = [
    ReaderInput(
        "When was the quay closed?", "The quay", ["It was closed on Monday.", "Nobody was hurt.", "It rained."]
    ),
    ReaderInput(
        "Who closed it?", "", ["The mayor closed the quay, which had been open for a hundred years, on Monday."]
    ),
]


@pytest.fixture(scope="module")
def net(tmp_path_factory: pytest.TempPathFactory) -> "ReaderNet":
    """A net of one small layer, with the words of the real one."""
    # Here, so that processes of other tests do without torch.
    import torch
    from transformers import BertConfig, BertModel

    from assistant.evaluation.training.reader_net import ReaderNet

    torch.manual_seed(1)
    folder = tmp_path_factory.mktemp("encoder")
    config = BertConfig(
        vocab_size=30_522, hidden_size=64, intermediate_size=64, num_hidden_layers=1, num_attention_heads=2
    )
    BertModel(config, add_pooling_layer=False).save_pretrained(folder)
    return ReaderNet(folder).eval()


def test_the_written_reader_says_what_the_net_says(net: "ReaderNet", tmp_path: Path) -> None:
    import torch

    from assistant.evaluation.training.export_reader import write
    from assistant.evaluation.training.reader_net import Logits, tensors

    write(net, tmp_path)
    for given, reading in zip(INPUTS, PassageReader(tmp_path).read(INPUTS), strict=True):
        question, title, *sentences = tokenize([given.text, given.title, *given.sentences])
        with torch.no_grad():
            logits = Logits(*net(*tensors(batch([row(question, title, sentences)]))))
        said = torch.tensor([reading.answers, reading.bears_out, *reading.sentences])
        of_sentences = logits.sentences[0][: len(sentences)]
        meant = torch.cat([logits.passage, logits.claim, of_sentences])
        assert torch.allclose(said, meant, atol=0.05)
        for sentence, (start, end) in zip(given.sentences, reading.spans, strict=True):
            assert 0 <= start < end <= len(sentence)


def test_a_reader_that_is_damaged_or_not_there_is_named(net: "ReaderNet", tmp_path: Path) -> None:
    from assistant.evaluation.training.export_reader import write

    with pytest.raises(SettingsError, match=r"nowhere: no reader can be loaded"):
        PassageReader(tmp_path / "nowhere")
    write(net, tmp_path)
    (tmp_path / "model.bin").write_bytes(b"damaged")
    with pytest.raises(SettingsError, match=r"model\.bin: not the file"):
        PassageReader(tmp_path)
