"""Writes a trained reader as 8-bit OpenVINO: `python -m assistant.evaluation.training.export_reader RUN FOLDER`.

The weights of matrix products get a scale for each output, those of the words one for each word.
"""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from assistant.evaluation.training.reader_net import ReaderNet
from assistant.models.bert_graph import BertGraph
from assistant.models.embedders import sha256_of
from assistant.models.inference import import_openvino
from assistant.models.passage_reader import FOLDER
from assistant.text import packaged_model


def main(arguments: Sequence[str] | None = None) -> None:
    """Write model.xml, model.bin and reader.json."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run", type=Path, help="folder of a training run, with weights.pt")
    parser.add_argument("folder", type=Path, nargs="?", default=FOLDER)
    parser.add_argument("--encoder", type=Path, default=packaged_model())
    chosen = parser.parse_args(arguments)
    net = ReaderNet(chosen.encoder)
    net.load_state_dict(torch.load(chosen.run / "weights.pt"))
    chosen.folder.mkdir(parents=True, exist_ok=True)
    write(net.eval(), chosen.folder)


def write(net: ReaderNet, folder: Path) -> None:
    """The net as OpenVINO in `folder`, with the digests of its files."""
    import_openvino().save_model(_graph(net), folder / "model.xml", compress_to_fp16=False)
    digests = {name: sha256_of(folder / name) for name in ("model.xml", "model.bin")}
    (folder / "reader.json").write_text(json.dumps({"sha256": digests}, indent=2) + "\n", encoding="utf-8")


def _graph(net: ReaderNet) -> Any:
    """What `ReaderNet.forward` does, over the inputs of `Batch`."""
    weights = {name: value.numpy() for name, value in net.state_dict().items()}
    graph = BertGraph()
    ops = graph.ops
    ids, mask, types, pool = graph.ids("ids"), graph.ids("mask"), graph.ids("types"), graph.numbers("pool")
    encoder = {name.removeprefix("encoder."): value for name, value in weights.items() if name.startswith("encoder.")}
    states = graph.encoder(encoder, net.encoder.config.num_attention_heads, ids, mask, types)
    whole = ops.gather(states, np.array([0]), np.int64(1))
    pooled = ops.matmul(pool, states, False, False)
    both = ops.concat([pooled, ops.broadcast(whole, ops.shape_of(pooled))], 2)

    def head(name: str, values: Any) -> Any:
        hidden = ops.tanh(graph.linear(values, weights, f"{name}.0"))
        return ops.squeeze(graph.linear(hidden, weights, f"{name}.3"), np.array([2]))

    def of_row(name: str) -> Any:
        return ops.squeeze(head(name, whole), np.array([1]))

    span = graph.linear(states, weights, "span_head")
    return graph.model(head("sentence_head", both), of_row("passage_head"), of_row("claim_head"), span)


if __name__ == "__main__":
    main()
