"""Writes a network as .tflite with TensorFlow's own converter, for LiteRT.js.

The converter folds and fuses as it does for everybody; nothing is quantised.
"""

from pathlib import Path

import numpy as np
import tensorflow as tf
from geometry import tensorflow_padding
from networks import Network


def write_tflite(network: Network, path: Path) -> None:
    module = _Module(network)
    signature = [
        tf.TensorSpec([1, *entry["shape"]], tf.float32, name=entry["name"])
        for entry in network.graph["inputs"]
    ]
    function = tf.function(module.run).get_concrete_function(*signature)
    converter = tf.lite.TFLiteConverter.from_concrete_functions([function], module)
    path.write_bytes(converter.convert())


class _Module(tf.Module):
    def __init__(self, network: Network):
        super().__init__()
        self._network = network

    def run(self, *inputs: tf.Tensor) -> dict[str, tf.Tensor]:
        graph = self._network.graph
        values = {entry["name"]: x for entry, x in zip(graph["inputs"], inputs, strict=True)}
        for node in graph["nodes"]:
            values[node["output"]] = _OPERATORS[node["op"]](
                *(values[name] for name in node["inputs"]),
                **self._network.weights(node),
                **node.get("attributes", {}),
            )
        return {output["name"]: values[output["value"]] for output in graph["outputs"]}


def _conv2d(x, kernel, bias, stride=(1, 1), dilation=(1, 1), padding=(0, 0, 0, 0), activation=None):
    mode = tensorflow_padding(x.shape[1:3], kernel.shape[1:3], stride, dilation, padding)
    if mode is None:
        top, bottom, left, right = padding
        x, mode = tf.pad(x, [[0, 0], [top, bottom], [left, right], [0, 0]]), "VALID"
    weights = np.ascontiguousarray(kernel.transpose(1, 2, 3, 0))
    y = tf.nn.conv2d(x, weights, strides=list(stride), padding=mode, dilations=list(dilation))
    return _activate(tf.nn.bias_add(y, bias), activation)


def _transposed_conv2d(x, kernel, bias, stride, crop, activation=None):
    size = [n * s for n, s in zip(x.shape[1:3], stride, strict=True)]
    if tensorflow_padding(size, kernel.shape[1:3], stride, [1, 1], crop) != "SAME":
        raise ValueError(f"a crop of {crop} is not TensorFlow's SAME")
    weights = np.ascontiguousarray(kernel.transpose(1, 2, 0, 3))
    shape = [1, *size, len(bias)]
    y = tf.nn.conv2d_transpose(x, weights, shape, strides=list(stride), padding="SAME")
    return _activate(tf.nn.bias_add(y, bias), activation)


def _dense(x, kernel, bias, activation=None):
    return _activate(tf.matmul(x, kernel, transpose_b=True) + bias, activation)


def _activate(y, activation):
    return tf.nn.relu(y) if activation == "relu" else y


def _axis(axis: int) -> int:
    return axis if axis < 0 else axis + 1


_OPERATORS = {
    "conv2d": _conv2d,
    "transposed_conv2d": _transposed_conv2d,
    "dense": _dense,
    "affine": lambda x, scale, offset: x * scale + offset,
    "leaky_relu": lambda x, slope: tf.nn.leaky_relu(x, slope),
    "relu": tf.nn.relu,
    "sigmoid": tf.nn.sigmoid,
    "multiply": lambda a, b: a * b,
    "add": lambda a, b: a + b,
    "concat": lambda *parts, axis=-1: tf.concat(parts, _axis(axis)),
    "reduce_max": lambda x, axis: tf.reduce_max(x, _axis(axis)),
    "reduce_mean": lambda x, axis: tf.reduce_mean(x, _axis(axis)),
    "reshape": lambda x, shape: tf.reshape(x, [1, *shape]),
}
