"""Makes the OpenVINO copy of the default model: `python -m assistant.models.export_openvino FOLDER`.

It runs in a process of its own: torch and the export take half a gigabyte that is then given back.
"""

import json
import os
import shutil
import sys
import tempfile
import warnings
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from assistant.models.embedders import DEFAULT, load_sentence_transformer, sha256_of
from assistant.models.inference import CONVERTER, import_openvino

_LEAST_COSINE = 0.98  # least cosine between the copy's and the model's vectors
# Of one output OpenVINO 2026.4 lost the scale in three of five runs of a test: it came out a thousandfold.
_LEAST_OUTPUTS = 8
_TEXTS = (
    "Who condemned the attack, and what was demanded?",
    "The council voted six to four for the new ferry terminal on Thursday, 24 April 2025.",
    "Prices rose by 3.5 per cent.",
)


def make(folder: Path) -> None:
    """Write the copy into `folder`, whole or not at all."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".making-") as name:
        made = Path(name)
        _write(made)
        _check(made)
        digests = {file: sha256_of(made / file) for file in ("model.xml", "model.bin")}
        (made / "made.json").write_text(json.dumps({"sha256": digests}), encoding="utf-8")
        if folder.exists():
            shutil.rmtree(folder)
        try:
            made.rename(folder)
        except OSError:
            # Another process was faster; its copy is as good.
            if not (folder / "made.json").is_file():
                raise
        else:
            made.mkdir()  # for TemporaryDirectory to remove


def _write(folder: Path) -> None:
    import torch

    openvino = import_openvino()
    encoder = load_sentence_transformer(DEFAULT)[0].auto_model.eval()

    class TokenVectors(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.encoder = encoder

        def forward(self, input_ids: Any, attention_mask: Any) -> Any:
            return self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state

    # Two tensors: given one twice, the export takes both inputs for the same.
    example = torch.ones(2, 16, dtype=torch.long), torch.ones(2, 16, dtype=torch.long)
    sizes = {0: torch.export.Dim("texts", min=1, max=1024), 1: torch.export.Dim("tokens", min=2, max=512)}
    exported = torch.export.export(TokenVectors(), example, dynamic_shapes=(sizes, sizes))
    model = import_module(CONVERTER).convert_model(exported)
    eight_bits(model)
    openvino.save_model(model, folder / "model.xml", compress_to_fp16=False)


def eight_bits(model: Any) -> None:
    """Weights of matrix products as 8-bit integers, one scale for each output, as OpenVINO runs fastest."""
    from openvino import opset13 as ops

    for node in model.get_ordered_ops():
        if node.get_type_name() != "MatMul":
            continue
        weights = node.input_value(1).get_node()
        if weights.get_type_name() != "Constant":
            continue
        inner = 1 if node.get_attributes()["transpose_b"] else 0
        scale = np.maximum(np.abs(weights.data).max(axis=inner, keepdims=True), 1e-12) / 127
        if scale.size < _LEAST_OUTPUTS:
            continue
        rounded = np.round(weights.data / scale).astype(np.int8)
        restored = ops.multiply(ops.convert(ops.constant(rounded), "f32"), ops.constant(scale.astype(np.float32)))
        node.input(1).replace_source_output(restored.output(0))


def _check(folder: Path) -> None:
    from assistant.models.embedders import PackagedEmbeddings, SentenceTransformerEmbeddings, as_vectors

    copy = PackagedEmbeddings(folder).vectors(_TEXTS)
    cosines = (copy * as_vectors(SentenceTransformerEmbeddings(DEFAULT), list(_TEXTS))).sum(axis=1)
    if float(cosines.min()) < _LEAST_COSINE:
        raise RuntimeError(f"the copy differs from the model (cosine {cosines.min():.3f})")


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    os.umask(0o022)
    make(Path(sys.argv[1]))
