"""BERT encoders as OpenVINO graphs with 8-bit weights.

They are put together operation by operation: a graph traced by torch has masks spread to every head, and takes a
quarter longer; with OpenVINO's own operation for attention a short text takes a tenth longer, most of it to prepare for
another length.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.models.inference import import_openvino

Weights = Mapping[str, NDArray[np.float32]]
"""The weights of an encoder by the names that transformers gives them."""
_FAR = 1e4  # taken off the attention to what is padding
_EPSILON = 1e-12
# Of one output OpenVINO 2026.4 lost the scale in three of five runs of a test: it came out a thousandfold.
_LEAST_OUTPUTS = 8


class BertGraph:
    """A graph in the making: inputs, the encoder over them, and what is built on its states, with OpenVINO's `ops`."""

    def __init__(self) -> None:
        self._openvino = import_openvino()
        from openvino import opset13

        self.ops = opset13
        self._inputs: list[Any] = []

    def ids(self, name: str) -> Any:
        """A new input of whole numbers (rows, tokens)."""
        return self._input(name, 2, np.int64)

    def numbers(self, name: str) -> Any:
        """A new input of numbers (rows, sentences, tokens)."""
        return self._input(name, 3, np.float32)

    def model(self, *outputs: Any) -> Any:
        """The graph as a model that gives `outputs`."""
        return self._openvino.Model([self.ops.result(output) for output in outputs], self._inputs)

    def encoder(self, weights: Weights, heads: int, ids: Any, mask: Any, types: Any = None) -> Any:
        """The states of the last layer (rows, tokens, size) over tokens `ids`; `mask` is 0 for padding.

        Without `types` all tokens are of the first segment. `heads` are those of attention.
        """
        ops = self.ops
        padding = ops.subtract(ops.unsqueeze(ops.convert(mask, "f32"), _whole(1, 2)), np.float32(1))
        far = ops.multiply(padding, np.float32(_FAR))
        states = self._embedded(weights, ids, types)
        layers = sum(name.endswith("attention.self.query.weight") for name in weights)
        for number in range(layers):
            states = self._layer(weights, f"encoder.layer.{number}.", heads, states, far)
        return states

    def linear(self, values: Any, weights: Weights, name: str) -> Any:
        """`values` times the matrix of this name, as 8-bit integers with one scale for each output, plus its bias."""
        matrix, bias = weights[f"{name}.weight"], weights[f"{name}.bias"]
        held = _eight_bits(self.ops, matrix) if len(matrix) >= _LEAST_OUTPUTS else self.ops.constant(matrix)
        return self.ops.add(self.ops.matmul(values, held, False, True), bias)

    def _input(self, name: str, axes: int, kind: type) -> Any:
        parameter = self.ops.parameter(self._openvino.PartialShape([-1] * axes), self._openvino.Type(kind), name=name)
        parameter.output(0).set_names({name})
        self._inputs.append(parameter)
        return parameter

    def _embedded(self, weights: Weights, ids: Any, types: Any) -> Any:
        ops = self.ops
        segments = weights["embeddings.token_type_embeddings.weight"]
        tokens = ops.gather(ops.shape_of(ids), np.int64(1), np.int64(0))
        places = ops.range(np.int64(0), tokens, np.int64(1), "i64")
        # All tokens are of the first segment until `types` says otherwise.
        placed = ops.gather(weights["embeddings.position_embeddings.weight"] + segments[0], places, np.int64(0))
        states = ops.add(self._words(weights["embeddings.word_embeddings.weight"], ids), placed)
        if types is not None:
            is_second = ops.unsqueeze(ops.convert(types, "f32"), _whole(2))
            states = ops.add(states, ops.multiply(is_second, segments[1] - segments[0]))
        return self._normalized(states, weights, "embeddings.LayerNorm")

    def _words(self, table: NDArray[np.float32], ids: Any) -> Any:
        """The vectors of words, from 8-bit integers with one scale for each word."""
        ops = self.ops
        rounded, scale = _rounded(table)
        words = ops.convert(ops.gather(ops.constant(rounded), ids, np.int64(0)), "f32")
        return ops.multiply(words, ops.gather(ops.constant(scale), ids, np.int64(0)))

    def _layer(self, weights: Weights, name: str, heads: int, states: Any, far: Any) -> Any:
        ops = self.ops
        attended = self._attended(weights, f"{name}attention.self.", heads, states, far)
        attended = self.linear(attended, weights, f"{name}attention.output.dense")
        states = self._normalized(ops.add(attended, states), weights, f"{name}attention.output.LayerNorm")
        wide = ops.gelu(self.linear(states, weights, f"{name}intermediate.dense"), "erf")
        narrow = self.linear(wide, weights, f"{name}output.dense")
        return self._normalized(ops.add(narrow, states), weights, f"{name}output.LayerNorm")

    def _attended(self, weights: Weights, name: str, heads: int, states: Any, far: Any) -> Any:
        """What each token takes from the others (Vaswani et al., 2017, section 3.2)."""
        ops = self.ops
        size = len(weights[f"{name}query.weight"])
        # One product gives queries, keys and values, and has the scale of the first in its weights.
        scales = {"query": (size // heads) ** -0.5, "key": 1.0, "value": 1.0}
        all_three = {
            f"all.{kind}": np.concatenate([weights[f"{name}{part}.{kind}"] * scale for part, scale in scales.items()])
            for kind in ("weight", "bias")
        }
        by_part = ops.reshape(self.linear(states, all_three, "all"), _whole(0, 0, 3, heads, size // heads), True)
        parts = ops.split(ops.transpose(by_part, _whole(2, 0, 3, 1, 4)), np.int64(0), 3)
        query, key, value = (ops.squeeze(part, _whole(0)) for part in parts.outputs())
        weighed = ops.softmax(ops.add(ops.matmul(query, key, False, True), far), -1)
        taken = ops.matmul(weighed, value, False, False)
        return ops.reshape(ops.transpose(taken, _whole(0, 2, 1, 3)), _whole(0, 0, size), True)

    def _normalized(self, states: Any, weights: Weights, name: str) -> Any:
        even = self.ops.mvn(states, _whole(-1), True, _EPSILON, "inside_sqrt")
        return self.ops.add(self.ops.multiply(even, weights[f"{name}.weight"]), weights[f"{name}.bias"])


def _rounded(matrix: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """A matrix as integers from -127 to 127 and the scale of each row."""
    scale = np.maximum(np.abs(matrix).max(axis=1, keepdims=True), 1e-12) / 127
    return np.round(matrix / scale).astype(np.int8), scale.astype(np.float32)


def _eight_bits(ops: Any, matrix: NDArray[np.float32]) -> Any:
    rounded, scale = _rounded(matrix)
    return ops.multiply(ops.convert(ops.constant(rounded), "f32"), ops.constant(scale))


def _whole(*numbers: int) -> NDArray[np.int64]:
    return np.array(numbers, np.int64)
