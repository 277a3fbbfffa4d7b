"""Writes a trained reader as 8-bit OpenVINO: `python -m assistant.evaluation.training.export_reader RUN FOLDER`.

The weights of matrix products get a scale for each output, those of the words one for each word.
"""

import argparse
import json
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import torch

from assistant.evaluation.training.reader_net import ReaderNet
from assistant.models.embedders import sha256_of
from assistant.models.export_openvino import eight_bits
from assistant.models.inference import CONVERTER, import_openvino
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
    openvino = import_openvino()
    # Sizes that differ from each other: the export takes equal ones for the same.
    rows, tokens, sentences = 2, 24, 3
    example = (
        torch.ones(rows, tokens, dtype=torch.long),
        torch.ones(rows, tokens, dtype=torch.long),
        torch.zeros(rows, tokens, dtype=torch.long),
        torch.full((rows, sentences, tokens), 1 / tokens),
    )
    row, token = torch.export.Dim("rows", min=1, max=256), torch.export.Dim("tokens", min=8, max=512)
    each = torch.export.Dim("sentences", min=1, max=512)
    flat = {0: row, 1: token}
    exported = torch.export.export(net, example, dynamic_shapes=(flat, flat, flat, {0: row, 1: each, 2: token}))
    model = import_module(CONVERTER).convert_model(exported)
    eight_bits(model)
    _eight_bit_words(model)
    openvino.save_model(model, folder / "model.xml", compress_to_fp16=False)
    digests = {name: sha256_of(folder / name) for name in ("model.xml", "model.bin")}
    (folder / "reader.json").write_text(json.dumps({"sha256": digests}, indent=2) + "\n", encoding="utf-8")


def _eight_bit_words(model: Any) -> None:
    from openvino import opset13 as ops

    for node in model.get_ordered_ops():
        if node.get_type_name() != "Gather":
            continue
        table = node.input_value(0).get_node()
        if table.get_type_name() != "Constant" or table.data.ndim != 2 or table.data.shape[0] < 10_000:
            continue
        scale = np.maximum(np.abs(table.data).max(axis=1, keepdims=True), 1e-12) / 127
        rounded = np.round(table.data / scale).astype(np.int8)
        ids, axis = node.input_value(1), node.input_value(2)
        words = ops.convert(ops.gather(ops.constant(rounded), ids, axis), "f32")
        restored = ops.multiply(words, ops.gather(ops.constant(scale.astype(np.float32)), ids, axis))
        for target in node.output(0).get_target_inputs():
            target.replace_source_output(restored.output(0))


if __name__ == "__main__":
    main()
