"""Whole networks as PyTorch exports them, small and with random weights."""

import numpy as np
from onnx_case import check, network, node, operators, random


class Export:
    """Collects nodes and weights; every call gives the name of what it makes."""

    def __init__(self):
        self.nodes, self.weights = [], {}

    def __call__(self, op: str, inputs: list, **attributes) -> str:
        name = f"{op}{len(self.nodes)}"
        names = [
            value if isinstance(value, str) else self.weight(f"{name}_{index}", value)
            for index, value in enumerate(inputs)
        ]
        self.nodes.append(node(op, names, name, **attributes))
        return name

    def weight(self, name: str, value: np.ndarray) -> str:
        self.weights[name] = value
        return name

    def batch_norm(self, x: str, channels: int) -> str:
        seed = len(self.nodes)
        parts = [random(channels, seed=seed + i, scale=0.3) + 1 for i in range(2)]
        parts += [random(channels, seed=seed + 2), np.abs(random(channels, seed=seed + 3)) + 0.5]
        return self("BatchNormalization", [x, *parts])

    def linear(self, x: str, inputs: int, outputs: int) -> str:
        weight = random(inputs, outputs, seed=len(self.nodes), scale=inputs**-0.5)
        return self("MatMul", [x, weight])


def test_mdx_net():
    """ConvTDFNet: convolutions over [T, F], dense layers over frequencies, skips that multiply."""
    export, channels, bins, frames = Export(), 6, 16, 8

    def conv(x, inputs, outputs, size, stride=1, op="Conv"):
        shape = (outputs, inputs) if op == "Conv" else (inputs, outputs)
        weight = random(*shape, size, size, seed=len(export.nodes), scale=(inputs * size) ** -0.5)
        pads = [size // 2] * 4 if stride == 1 else [0] * 4
        made = export(op, [x, weight, random(outputs)], strides=[stride] * 2, pads=pads)
        return export("Relu", [export.batch_norm(made, outputs)])

    def block(x, channels, bins):
        x = conv(x, channels, channels, 3)
        narrow = export.batch_norm(export.linear(x, bins, bins // 4), channels)
        wide = export.linear(export("Relu", [narrow]), bins // 4, bins)
        return export("Add", [x, export("Relu", [export.batch_norm(wide, channels)])])

    first = conv("mix", 4, channels, 1)
    turned = export("Transpose", [first], perm=[0, 1, 3, 2])
    skip = block(turned, channels, bins)
    down = block(conv(skip, channels, 8, 2, 2), 8, bins // 2)
    up = export("Mul", [conv(down, 8, channels, 2, 2, "ConvTranspose"), skip])
    last = export("Transpose", [block(up, channels, bins)], perm=[0, 1, 3, 2])
    stem = export("Conv", [last, random(4, channels, 1, 1, scale=0.3)])
    model = network(export.nodes, {"mix": (1, 4, bins, frames)}, [stem], export.weights)
    result = check(model, layouts={"mix": [[2], [3], [1]], stem: [[2], [3], [1]]})
    found = operators(result)
    # The frequencies must become the last axis for a dense layer, and the channels again.
    assert found.count("dense") == 6 and found.count("transpose") == 6
    assert "batch_norm" not in found and found.count("affine") <= 6


def test_open_unmix():
    """Dense layers with batch norms around three LSTMs of both directions."""
    export, frames, bins, hidden = Export(), 9, 12, 8
    x = export("Transpose", ["mix"], perm=[3, 0, 1, 2])  # [T, 1, 2, bins]
    x = export("Mul", [export("Add", [x, random(bins)]), random(bins, seed=2)])
    x = export("Reshape", [x, np.array([-1, 2 * bins], np.int64)])
    x = export.batch_norm(export.linear(x, 2 * bins, hidden), hidden)
    x = export("Tanh", [export("Reshape", [x, np.array([frames, 1, hidden], np.int64)])])
    inner = x
    for _ in range(3):
        seed, half = len(export.nodes), hidden // 2
        parts = [
            random(2, 4 * half, hidden, seed=seed, scale=0.4),
            random(2, 4 * half, half, seed=seed + 1, scale=0.4),
            random(2, 8 * half, seed=seed + 2, scale=0.4),
        ]
        zeros = np.zeros((2, 1, half), np.float32)
        inner = export(
            "LSTM", [inner, *parts, "", zeros, zeros], hidden_size=half, direction="bidirectional"
        )
        inner = export("Transpose", [inner], perm=[0, 2, 1, 3])
        inner = export("Reshape", [inner, np.array([0, 0, -1], np.int64)])
    x = export("Concat", [x, inner], axis=-1)
    x = export("Reshape", [x, np.array([-1, 2 * hidden], np.int64)])
    x = export("Relu", [export.batch_norm(export.linear(x, 2 * hidden, hidden), hidden)])
    x = export.batch_norm(export.linear(x, hidden, 2 * bins), 2 * bins)
    x = export("Reshape", [x, np.array([frames, 1, 2, bins], np.int64)])
    x = export("Relu", [export("Add", [export("Mul", [x, random(bins)]), random(bins, seed=4)])])
    stem = export("Mul", [export("Transpose", [x], perm=[1, 2, 3, 0]), "mix"])
    model = network(export.nodes, {"mix": (1, 2, bins, frames)}, [stem], export.weights)
    layout = [[3], [1], [2]]
    result = check(model, layouts={"mix": layout, stem: layout})
    assert operators(result).count("lstm") == 3
    assert result.transposes == []


def test_fold_of_batch_norms_behind_convolutions():
    """Behind a convolution a batch norm costs nothing: it is in the weights."""
    export = Export()
    x = export("Conv", ["mix", random(5, 3, 3, 3), random(5)], pads=[1, 1, 1, 1])
    x = export("Relu", [export.batch_norm(x, 5)])
    result = check(network(export.nodes, {"mix": (1, 3, 6, 7)}, [x], export.weights))
    assert operators(result) == ["conv2d", "relu"]


def test_scnet():
    """What SCNet has at its bottom: LSTMs over frequencies and over time, each behind a group norm,
    and a transform over time as products with constant matrices."""
    export, channels, bins, frames = Export(), 6, 5, 8

    def path(x, width, columns, perm):
        """@param perm from [1, C, F, T] to the steps, what is independent, and the channels."""
        groups = export("Reshape", [x, np.array([1, 1, -1], np.int64)])
        ones = [np.ones(1, np.float32), np.zeros(1, np.float32)]
        whole = export("InstanceNormalization", [groups, *ones])
        shape = np.array([1, width, bins, columns], np.int64)
        normed = export("Mul", [export("Reshape", [whole, shape]), random(width, 1, 1)])
        normed = export("Add", [normed, random(width, 1, 1, seed=2)])
        steps = export("Squeeze", [export("Transpose", [normed], perm=perm), np.array([2])])
        parts = [
            random(2, 4 * width, width, seed=1, scale=0.3),
            random(2, 4 * width, width, seed=2, scale=0.3),
            random(2, 8 * width, seed=3, scale=0.3),
        ]
        inner = export("LSTM", [steps, *parts], hidden_size=width, direction="bidirectional")
        inner = export("Transpose", [inner], perm=[0, 2, 1, 3])
        inner = export("Reshape", [inner, np.array([0, 0, -1], np.int64)])
        inner = export("Add", [export.linear(inner, 2 * width, width), random(width)])
        inner = export("Unsqueeze", [inner, np.array([2], np.int64)])
        back = [perm.index(axis) for axis in range(4)]
        return export("Add", [export("Transpose", [inner], perm=back), x])

    over_bins, over_time = [2, 3, 0, 1], [3, 2, 0, 1]
    x = path("mix", channels, frames, over_bins)
    x = path(x, channels, frames, over_time)
    half = frames // 2 + 1
    turn = 2 * np.pi * np.outer(np.arange(frames), np.arange(half)) / frames
    waves = [f(turn).astype(np.float32) for f in (np.cos, np.sin)]
    x = export("Concat", [export("MatMul", [x, wave]) for wave in waves], axis=1)
    x = path(x, 2 * channels, half, over_bins)
    real, imaginary = (
        export("Slice", [x, *(np.array([n], np.int64) for n in (start, start + channels, 1))])
        for start in (0, channels)
    )
    products = [export("MatMul", [p, w.T]) for p, w in zip((real, imaginary), waves, strict=True)]
    stem = export("Add", products)
    model = network(export.nodes, {"mix": (1, channels, bins, frames)}, [stem], export.weights)
    found = operators(check(model))
    assert found.count("lstm") == 3 and found.count("group_norm") == 3
    # Into each path and out of it, and the columns inwards for the transforms.
    assert found.count("transpose") <= 11
