"""Writes a network as ONNX, for onnxruntime-web.

Values are channels first, as ONNX's operators want them: [H, W, C] becomes [1, C, H, W], [T, C]
becomes [1, C, T]. Batch norms stay what they are in the checkpoint, one operator each.
"""

from pathlib import Path

import numpy as np
import onnx
from geometry import shapes
from networks import Network
from onnx import TensorProto, helper, numpy_helper

_OPSET = 17


def write_onnx(network: Network, path: Path) -> None:
    writer = _Writer(network)
    model = writer.model()
    onnx.checker.check_model(model, full_check=True)
    path.write_bytes(model.SerializeToString(deterministic=True))


def _channels_first(shape: list[int]) -> list[int]:
    return [1, shape[-1], *shape[:-1]]


class _Writer:
    def __init__(self, network: Network):
        self._network = network
        self._shapes = shapes(network)
        self._nodes: list = []
        self._constants: list = []

    def model(self) -> onnx.ModelProto:
        graph = self._network.graph
        for node in graph["nodes"]:
            operator = getattr(self, f"_{node['op']}")
            operator(
                node["inputs"],
                node["output"],
                **self._network.weights(node),
                **node.get("attributes", {}),
            )
        outputs = []
        for output in graph["outputs"]:
            self._emit("Identity", [output["value"]], output["name"])
            outputs.append(self._port(output["name"], self._shapes[output["value"]]))
        inputs = [self._port(entry["name"], entry["shape"]) for entry in graph["inputs"]]
        made = helper.make_graph(
            self._nodes, self._network.name, inputs, outputs, initializer=self._constants
        )
        return helper.make_model(
            made, opset_imports=[helper.make_opsetid("", _OPSET)], ir_version=8
        )

    def _port(self, name: str, shape: list[int]):
        return helper.make_tensor_value_info(name, TensorProto.FLOAT, _channels_first(shape))

    def _emit(self, op: str, inputs: list[str], output: str, **attributes) -> str:
        self._nodes.append(helper.make_node(op, inputs, [output], name=output, **attributes))
        return output

    def _constant(self, name: str, values: np.ndarray) -> str:
        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def _activated(self, op: str, inputs, output, activation: str | None, **attributes) -> None:
        if activation in (None, "none"):
            self._emit(op, inputs, output, **attributes)
        else:
            raw = self._emit(op, inputs, f"{output}/raw", **attributes)
            self._emit("Relu", [raw], output)

    def _conv2d(
        self,
        inputs,
        output,
        kernel,
        bias,
        stride=(1, 1),
        dilation=(1, 1),
        padding=(0, 0, 0, 0),
        activation=None,
    ) -> None:
        top, bottom, left, right = padding
        weights = self._constant(f"{output}/kernel", kernel.transpose(0, 3, 1, 2))
        self._activated(
            "Conv",
            [*inputs, weights, self._constant(f"{output}/bias", bias)],
            output,
            activation,
            strides=list(stride),
            dilations=list(dilation),
            pads=[top, left, bottom, right],
            kernel_shape=list(kernel.shape[1:3]),
        )

    def _transposed_conv2d(
        self, inputs, output, kernel, bias, stride, crop, activation=None
    ) -> None:
        top, bottom, left, right = crop
        weights = self._constant(f"{output}/kernel", kernel.transpose(3, 0, 1, 2))
        self._activated(
            "ConvTranspose",
            [*inputs, weights, self._constant(f"{output}/bias", bias)],
            output,
            activation,
            strides=list(stride),
            pads=[top, left, bottom, right],
            kernel_shape=list(kernel.shape[1:3]),
        )

    def _affine(self, inputs, output, scale, offset) -> None:
        values = {
            "scale": scale,
            "offset": offset,
            "mean": np.zeros_like(scale),
            "variance": np.ones_like(scale),
        }
        constants = [self._constant(f"{output}/{name}", value) for name, value in values.items()]
        self._emit("BatchNormalization", [*inputs, *constants], output, epsilon=0.0)

    def _leaky_relu(self, inputs, output, slope) -> None:
        self._emit("LeakyRelu", inputs, output, alpha=slope)

    def _relu(self, inputs, output) -> None:
        self._emit("Relu", inputs, output)

    def _sigmoid(self, inputs, output) -> None:
        self._emit("Sigmoid", inputs, output)

    def _multiply(self, inputs, output) -> None:
        self._emit("Mul", inputs, output)

    def _add(self, inputs, output) -> None:
        self._emit("Add", inputs, output)

    def _axis(self, value: str, axis: int) -> int:
        """Where an axis of a value has gone."""
        rank = len(self._shapes[value])
        axis %= rank
        return 1 if axis == rank - 1 else axis + 2

    def _concat(self, inputs, output, axis=-1) -> None:
        self._emit("Concat", inputs, output, axis=self._axis(inputs[0], axis))

    def _reduce_max(self, inputs, output, axis) -> None:
        self._reduce("ReduceMax", inputs, output, axis)

    def _reduce_mean(self, inputs, output, axis) -> None:
        self._reduce("ReduceMean", inputs, output, axis)

    def _reduce(self, op: str, inputs, output, axis: int) -> None:
        self._emit(op, inputs, output, axes=[self._axis(inputs[0], axis)], keepdims=0)

    def _reshape(self, inputs, output, shape) -> None:
        value, before = inputs[0], self._shapes[inputs[0]]
        if len(before) > 1 and 1 not in (before[-1], max(before[:-1])):
            order = [0, *range(2, len(before) + 1), 1]
            value = self._emit("Transpose", [value], f"{output}/last", perm=order)
        swap = len(shape) > 1 and 1 not in (shape[-1], max(shape[:-1]))
        target = [1, *shape] if swap else _channels_first(shape)
        constant = self._constant(f"{output}/shape", np.array(target, np.int64))
        name = f"{output}/first" if swap else output
        self._emit("Reshape", [value, constant], name)
        if swap:
            order = [0, len(shape), *range(1, len(shape))]
            self._emit("Transpose", [name], output, perm=order)

    def _dense(self, inputs, output, kernel, bias, activation=None) -> None:
        constants = [
            self._constant(f"{output}/kernel", kernel),
            self._constant(f"{output}/bias", bias),
        ]
        self._activated("Gemm", [*inputs, *constants], output, activation, transB=1)
