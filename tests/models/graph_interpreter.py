"""Runs a divisi model file in plain numpy, straight from the words of models/FORMAT.md.

Slow, in float64, and shares no code with the core or with the importer: what it computes can only
be right if the file is.
"""

import json
import math
from pathlib import Path

import numpy as np
from safetensors import safe_open


class Interpreter:
    def __init__(self, path: Path):
        with safe_open(path, "np") as file:
            self.documents = {k: json.loads(v) for k, v in file.metadata().items()}
            self.tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        self.graph = self.documents["divisi.graph"]

    def run(self, inputs: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        values = {name: value.astype(np.float64) for name, value in inputs.items()}
        waiting = list(self.graph["nodes"])
        while waiting:
            ready = [node for node in waiting if all(name in values for name in node["inputs"])]
            assert ready, f"no node can run: {[node['output'] for node in waiting]}"
            for node in ready:
                assert node["output"] not in values, f"{node['output']} is written twice"
                values[node["output"]] = self._run_node(node, values)
            waiting = [node for node in waiting if node["output"] not in values]
        return {output["name"]: values[output["value"]] for output in self.graph["outputs"]}

    def _run_node(self, node: dict, values: dict[str, np.ndarray]) -> np.ndarray:
        inputs = [values[name] for name in node["inputs"]]
        weights = {role: self._weight(name) for role, name in node.get("weights", {}).items()}
        return _OPERATORS[node["op"]](*inputs, **weights, **node.get("attributes", {}))

    def _weight(self, name: str) -> np.ndarray:
        tensor = self.tensors[name].astype(np.float64)
        if self.tensors[name].dtype == np.int8:
            scale = self.tensors[f"{name}.scale"].astype(np.float64)
            tensor *= scale.reshape(-1, *[1] * (tensor.ndim - 1))
        return tensor


def _conv2d(x, kernel, bias, stride=(1, 1), dilation=(1, 1), padding=(0, 0, 0, 0), activation=None):
    top, bottom, left, right = padding
    x = np.pad(x, ((top, bottom), (left, right), (0, 0)))
    (sh, sw), (dh, dw), (_, kh, kw, _) = stride, dilation, kernel.shape
    height = (x.shape[0] - ((kh - 1) * dh + 1)) // sh + 1
    width = (x.shape[1] - ((kw - 1) * dw + 1)) // sw + 1
    y = np.zeros((height, width, len(bias))) + bias
    for i in range(kh):
        for j in range(kw):
            taps = x[i * dh : i * dh + height * sh : sh, j * dw : j * dw + width * sw : sw]
            y += taps[:height, :width] @ kernel[:, i, j].T
    return _activate(y, activation)


def _transposed_conv2d(x, kernel, bias, stride, crop=(0, 0, 0, 0), activation=None):
    (height, width, _), (outputs, kh, kw, _), (sh, sw) = x.shape, kernel.shape, stride
    full = np.zeros(((height - 1) * sh + kh, (width - 1) * sw + kw, outputs))
    for i in range(kh):
        for j in range(kw):
            rows = slice(i, i + (height - 1) * sh + 1, sh)
            columns = slice(j, j + (width - 1) * sw + 1, sw)
            full[rows, columns] += x @ kernel[:, i, j].T
    top, bottom, left, right = crop
    y = full[top : full.shape[0] - bottom, left : full.shape[1] - right] + bias
    return _activate(y, activation)


def _activate(y, activation):
    assert activation in (None, "none", "relu")
    return np.maximum(y, 0) if activation == "relu" else y


def _gelu(x, approximate="none"):
    if approximate == "tanh":
        return x / 2 * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)))
    return x / 2 * (1 + np.vectorize(math.erf)(x / np.sqrt(2)))


def _softmax(x, axis=-1):
    powers = np.exp(x - x.max(axis, keepdims=True))
    return powers / powers.sum(axis, keepdims=True)


def _layer_norm(x, scale, offset, axis=-1, epsilon=1e-5):
    axes = tuple(range(axis % x.ndim, x.ndim))
    centred = x - x.mean(axes, keepdims=True)
    return centred / np.sqrt(centred.var(axes, keepdims=True) + epsilon) * scale + offset


_OPERATORS = {
    "conv2d": _conv2d,
    "transposed_conv2d": _transposed_conv2d,
    "affine": lambda x, scale, offset: x * scale + offset,
    "leaky_relu": lambda x, slope: np.where(x > 0, x, slope * x),
    "relu": lambda x: np.maximum(x, 0),
    "gelu": _gelu,
    "layer_norm": _layer_norm,
    "softmax": _softmax,
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "multiply": lambda a, b: a * b,
    "add": lambda a, b: a + b,
    "concat": lambda *parts, axis=-1: np.concatenate(parts, axis),
    "reduce_max": lambda x, axis: x.max(axis),
    "reduce_mean": lambda x, axis: x.mean(axis),
    "dense": lambda x, kernel, bias, activation=None: _activate(x @ kernel.T + bias, activation),
    "reshape": lambda x, shape: x.reshape(shape),
}
