"""Writes a network as a TensorFlow.js graph model: model.json and one file of weights.

Written here rather than by the converter, which wants an old TensorFlow. The nodes are those that
the converter ends up with: convolutions and dense layers fused with bias and ReLU, batch norms as
FusedBatchNormV3, which the Wasm backend runs in one pass.
"""

import base64
import json
from pathlib import Path

import numpy as np
from geometry import shapes, tensorflow_padding
from networks import Network


def write_tfjs(network: Network, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    writer = _Writer(network)
    writer.write()
    weights = [
        {"name": name, "shape": list(value.shape), "dtype": _DTYPES[value.dtype]}
        for name, value in writer.constants.items()
    ]
    data = b"".join(value.tobytes() for value in writer.constants.values())
    document = {
        "format": "graph-model",
        "modelTopology": {"node": writer.nodes, "library": {}, "versions": {}},
        "weightsManifest": [{"paths": ["weights.bin"], "weights": weights}],
    }
    (folder / "weights.bin").write_bytes(data)
    (folder / "model.json").write_text(json.dumps(document, separators=(",", ":")))


_DTYPES = {np.dtype(np.float32): "float32", np.dtype(np.int32): "int32"}
_TYPES = {"float32": "DT_FLOAT", "int32": "DT_INT32"}


def _text(value: str) -> dict:
    return {"s": base64.b64encode(value.encode()).decode()}


def _texts(*values: str) -> dict:
    return {"list": {"s": [_text(value)["s"] for value in values]}}


def _numbers(*values: int) -> dict:
    return {"list": {"i": [str(int(value)) for value in values]}}


class _Writer:
    def __init__(self, network: Network):
        self._network = network
        self._shapes = shapes(network)
        self.nodes: list[dict] = []
        self.constants: dict[str, np.ndarray] = {}

    def write(self) -> None:
        graph = self._network.graph
        for entry in graph["inputs"]:
            dims = [{"size": str(size)} for size in (1, *entry["shape"])]
            self._emit("Placeholder", [], entry["name"], shape={"shape": {"dim": dims}})
        for node in graph["nodes"]:
            operator = getattr(self, f"_{node['op']}")
            operator(
                node["inputs"],
                node["output"],
                **self._network.weights(node),
                **node.get("attributes", {}),
            )
        for output in graph["outputs"]:
            self._emit("Identity", [output["value"]], output["name"])

    def _emit(self, op: str, inputs: list[str], output: str, dtype="float32", **attributes) -> str:
        kind = "dtype" if op in ("Placeholder", "Const") else "T"
        attributes = {kind: {"type": _TYPES[dtype]}, **attributes}
        self.nodes.append({"name": output, "op": op, "input": inputs, "attr": attributes})
        return output

    def _constant(self, name: str, value: np.ndarray) -> str:
        self.constants[name] = np.ascontiguousarray(value)
        return self._emit("Const", [], name, dtype=_DTYPES[value.dtype])

    def _integers(self, name: str, values) -> str:
        return self._constant(name, np.array(values, np.int32))

    def _fused(self, activation: str | None) -> dict:
        relu = ["Relu"] if activation == "relu" else []
        return {"fused_ops": _texts("BiasAdd", *relu), "num_args": {"i": "1"}}

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
        value = inputs[0]
        size = self._shapes[value][:2]
        mode = tensorflow_padding(size, kernel.shape[1:3], stride, dilation, padding)
        if mode is None:
            top, bottom, left, right = padding
            pads = self._integers(f"{output}/pads", [[0, 0], [top, bottom], [left, right], [0, 0]])
            value, mode = self._emit("Pad", [value, pads], f"{output}/padded"), "VALID"
        weights = self._constant(f"{output}/kernel", kernel.transpose(1, 2, 3, 0))
        self._emit(
            "_FusedConv2D",
            [value, weights, self._constant(f"{output}/bias", bias)],
            output,
            strides=_numbers(1, *stride, 1),
            dilations=_numbers(1, *dilation, 1),
            padding=_text(mode),
            data_format=_text("NHWC"),
            **self._fused(activation),
        )

    def _transposed_conv2d(
        self, inputs, output, kernel, bias, stride, crop, activation=None
    ) -> None:
        shape = self._shapes[output]
        if tensorflow_padding(shape[:2], kernel.shape[1:3], stride, [1, 1], crop) != "SAME":
            raise ValueError(f"{output}: a crop of {crop} is not TensorFlow's SAME")
        size = self._integers(f"{output}/size", [1, *shape])
        weights = self._constant(f"{output}/kernel", kernel.transpose(1, 2, 0, 3))
        raw = self._emit(
            "Conv2DBackpropInput",
            [size, weights, inputs[0]],
            f"{output}/raw",
            strides=_numbers(1, *stride, 1),
            dilations=_numbers(1, 1, 1, 1),
            padding=_text("SAME"),
            data_format=_text("NHWC"),
        )
        biased = f"{output}/biased" if activation == "relu" else output
        self._emit("BiasAdd", [raw, self._constant(f"{output}/bias", bias)], biased)
        if activation == "relu":
            self._emit("Relu", [biased], output)

    def _affine(self, inputs, output, scale, offset) -> None:
        if len(self._shapes[output]) == 3:
            values = {
                "scale": scale,
                "offset": offset,
                "mean": np.zeros_like(scale),
                "variance": np.ones_like(scale),
            }
            constants = [self._constant(f"{output}/{key}", value) for key, value in values.items()]
            self._emit(
                "FusedBatchNormV3",
                [*inputs, *constants],
                output,
                epsilon={"f": 0.0},
                data_format=_text("NHWC"),
                is_training={"b": False},
            )
            return
        scaled = [*inputs, self._constant(f"{output}/scale", scale)]
        product = self._emit("Mul", scaled, f"{output}/scaled")
        self._emit("AddV2", [product, self._constant(f"{output}/offset", offset)], output)

    def _dense(self, inputs, output, kernel, bias, activation=None) -> None:
        weights = self._constant(f"{output}/kernel", kernel.T)
        self._emit(
            "_FusedMatMul",
            [*inputs, weights, self._constant(f"{output}/bias", bias)],
            output,
            transpose_a={"b": False},
            transpose_b={"b": False},
            **self._fused(activation),
        )

    def _leaky_relu(self, inputs, output, slope) -> None:
        self._emit("LeakyRelu", inputs, output, alpha={"f": slope})

    def _relu(self, inputs, output) -> None:
        self._emit("Relu", inputs, output)

    def _sigmoid(self, inputs, output) -> None:
        self._emit("Sigmoid", inputs, output)

    def _multiply(self, inputs, output) -> None:
        self._emit("Mul", inputs, output)

    def _add(self, inputs, output) -> None:
        self._emit("AddV2", inputs, output)

    def _axis(self, value: str, axis: int) -> int:
        return axis % len(self._shapes[value]) + 1

    def _concat(self, inputs, output, axis=-1) -> None:
        place = self._integers(f"{output}/axis", self._axis(inputs[0], axis))
        self._emit("ConcatV2", [*inputs, place], output, N={"i": str(len(inputs))})

    def _reduce_max(self, inputs, output, axis) -> None:
        self._reduce("Max", inputs, output, axis)

    def _reduce_mean(self, inputs, output, axis) -> None:
        self._reduce("Mean", inputs, output, axis)

    def _reduce(self, op: str, inputs, output, axis: int) -> None:
        place = self._integers(f"{output}/axis", [self._axis(inputs[0], axis)])
        self._emit(op, [*inputs, place], output, keep_dims={"b": False})

    def _reshape(self, inputs, output, shape) -> None:
        self._emit("Reshape", [*inputs, self._integers(f"{output}/shape", [1, *shape])], output)
