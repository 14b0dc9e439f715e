"""Makes `sequence-operators/`: what onnxruntime computes of convolutions with groups, matmul,
attention, lstm and gru.

ONNX keeps channels first and has its own order of an LSTM's gates; the vectors are in the layout of
models/FORMAT.md.
"""

import json
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper

FOLDER = Path(__file__).parent / "sequence-operators"
OPSET = 23

random = np.random.default_rng(12)
stored: list[np.ndarray] = []
cases: list[dict] = []


def floats(*shape: int, scale: float = 1.0) -> np.ndarray:
    return (scale * random.uniform(-1, 1, shape)).astype(np.float32)


def store(array: np.ndarray) -> dict:
    offset = sum(other.size for other in stored)
    stored.append(np.ascontiguousarray(array, np.float32))
    return {"shape": list(array.shape), "offset": offset}


def run(op: str, inputs: list[np.ndarray], **attributes) -> np.ndarray:
    """The first result of one ONNX node. An input of no elements is left out."""
    names = [f"i{k}" if array.size else "" for k, array in enumerate(inputs)]
    given = {name: array for name, array in zip(names, inputs, strict=True) if name}
    graph = helper.make_graph(
        [helper.make_node(op, names, ["y"], **attributes)],
        "case",
        [
            helper.make_tensor_value_info(name, TensorProto.FLOAT, array.shape)
            for name, array in given.items()
        ],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=11)
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    return session.run(["y"], given)[0]


def add(op: str, inputs: list, weights: dict, attributes: dict, output: np.ndarray) -> None:
    cases.append(
        {
            "op": op,
            "attributes": attributes,
            "inputs": [store(array) for array in inputs],
            "weights": {role: store(array) for role, array in weights.items()},
            "output": store(output),
        }
    )


def convolution(op: str, size: list[int], outputs: int, kernel: list[int], **attributes) -> None:
    """`attributes` are those of the format."""
    groups = attributes.get("groups", 1)
    x = floats(*size)
    weights = {"kernel": floats(outputs, *kernel, size[2] // groups), "bias": floats(outputs)}
    top, bottom, left, right = attributes.get("padding", attributes.get("crop", [0, 0, 0, 0]))
    channels_first = weights["kernel"].transpose(0, 3, 1, 2)
    if op == "transposed_conv2d":
        # [O, C / groups, ...] to [C, O / groups, ...]
        parts = np.split(channels_first, groups)
        channels_first = np.concatenate([part.transpose(1, 0, 2, 3) for part in parts])
    y = run(
        "Conv" if op == "conv2d" else "ConvTranspose",
        [x.transpose(2, 0, 1)[None], np.ascontiguousarray(channels_first), weights["bias"]],
        group=groups,
        strides=attributes["stride"],
        dilations=attributes.get("dilation", [1, 1]),
        pads=[top, left, bottom, right],
    )
    add(op, [x], weights, attributes, y[0].transpose(1, 2, 0))


def matmul(a: list[int], b: list[int], transpose_b: bool) -> None:
    left, right = floats(*a), floats(*b)
    y = run("MatMul", [left, right])
    given = right.swapaxes(-1, -2) if transpose_b else right
    add("matmul", [left, given], {}, {"transposeB": transpose_b}, y)


def attention(queries: int, keys: int, heads: int, depth: int, value_depth: int, **attributes):
    query, key = floats(1, queries, heads * depth), floats(1, keys, heads * depth)
    value = floats(1, keys, heads * value_depth)
    y = run("Attention", [query, key, value], q_num_heads=heads, kv_num_heads=heads, **attributes)
    add("attention", [query, key, value], {}, {"heads": heads, **attributes}, y)


DIRECTIONS = {"forward": "forward", "backward": "reverse", "both": "bidirectional"}


def recurrent(op: str, batch: int, steps: int, inputs: int, units: int, **attributes) -> None:
    direction = attributes["direction"]
    count = 2 if direction == "both" else 1
    gates = 4 if op == "lstm" else 3
    x = floats(batch, steps, inputs)
    # The gates of a direction: [D, gates, units, ...].
    parts = {
        "kernel": floats(count, gates, units, inputs, scale=0.7),
        "recurrent": floats(count, gates, units, units, scale=0.7),
        "bias": floats(count, gates, units),
        "recurrentBias": floats(count, gates, units),
    }
    # Ours: i, f, g, o. ONNX: i, o, f, g.
    order = [0, 3, 1, 2] if op == "lstm" else [0, 1, 2]
    if op == "lstm":
        parts["recurrentBias"][:] = 0
    theirs = {
        role: part[:, order].reshape(count, gates * units, -1) for role, part in parts.items()
    }
    options = {}
    if op == "gru":
        options["linear_before_reset"] = int(attributes["resetAfter"])
        if attributes["gate"] == "hard_sigmoid":
            options["activations"] = ["HardSigmoid", "Tanh"] * count
            options["activation_alpha"] = [0.2] * count
            options["activation_beta"] = [0.5] * count
    y = run(
        op.upper(),
        [
            np.ascontiguousarray(x.swapaxes(0, 1)),
            theirs["kernel"],
            theirs["recurrent"],
            np.concatenate([theirs["bias"], theirs["recurrentBias"]], 1)[..., 0],
        ],
        hidden_size=units,
        direction=DIRECTIONS[direction],
        **options,
    )
    # [step, direction, sequence, units]
    y = y.transpose(2, 0, 1, 3).reshape(batch, steps, -1)
    if op == "lstm":
        del parts["recurrentBias"]
    ours = {
        role: part.reshape(-1, *part.shape[3:]) if part.ndim == 4 else part.reshape(-1)
        for role, part in parts.items()
    }
    add(op, [x], ours, attributes, y)


def main() -> None:
    convolution("conv2d", [7, 9, 6], 9, [3, 2], stride=[2, 1], dilation=[1, 2], groups=3,
                padding=[1, 0, 2, 1])  # fmt: skip
    convolution("conv2d", [5, 8, 10], 10, [3, 3], stride=[1, 1], groups=10, padding=[1, 1, 1, 1])
    convolution("conv2d", [1, 61, 5], 12, [1, 8], stride=[1, 4], padding=[0, 0, 2, 2])
    convolution("conv2d", [33, 1, 16], 12, [8, 1], stride=[4, 1], padding=[2, 2, 0, 0])
    convolution("transposed_conv2d", [1, 13, 12], 10, [1, 8], stride=[1, 4], crop=[0, 0, 2, 2])
    convolution("transposed_conv2d", [9, 2, 12], 5, [8, 1], stride=[4, 1], crop=[2, 2, 0, 0])
    convolution("transposed_conv2d", [5, 6, 4], 6, [3, 2], stride=[2, 3], dilation=[2, 1],
                groups=2, crop=[1, 0, 0, 2])  # fmt: skip
    matmul([3, 1, 5, 7], [2, 7, 9], transpose_b=False)
    matmul([2, 5, 7], [7, 4], transpose_b=True)
    attention(11, 9, 3, 8, 8)
    attention(5, 21, 2, 6, 6, scale=2.0)
    for direction in DIRECTIONS:
        recurrent("lstm", 2, 6, 5, 7, direction=direction)
    recurrent("gru", 2, 6, 5, 7, direction="both", resetAfter=True, gate="sigmoid")
    recurrent("gru", 1, 6, 5, 7, direction="backward", resetAfter=False, gate="sigmoid")
    recurrent("gru", 3, 6, 4, 6, direction="forward", resetAfter=False, gate="hard_sigmoid")

    FOLDER.mkdir(exist_ok=True)
    np.concatenate([array.reshape(-1) for array in stored]).astype("<f4").tofile(
        FOLDER / "vectors.f32"
    )
    index = {"onnxruntime": onnxruntime.__version__, "onnx": onnx.__version__, "cases": cases}
    (FOLDER / "index.json").write_text(json.dumps(index, indent=1) + "\n")


if __name__ == "__main__":
    main()
