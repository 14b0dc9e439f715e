"""Reshapes, transposes, cuts and joins: elements end up where ONNX puts them."""

import numpy as np
import pytest
from onnx_case import check, network, node, operators, random

X = (1, 6, 8, 10)


def ints(*values: int) -> np.ndarray:
    return np.array(values, np.int64)


@pytest.mark.parametrize("permutation", [[0, 1, 2, 3], [0, 2, 3, 1], [3, 2, 1, 0], [0, 3, 1, 2]])
@pytest.mark.parametrize("shape", [[1, 48, 10], [6, -1], [2, 3, 4, 20], [15, 32], [1, 0, -1]])
def test_transpose_then_reshape(permutation, shape):
    nodes = [
        node("Transpose", ["x"], "t", perm=permutation),
        node("Reshape", ["t", "shape"], "r"),
        node("Relu", ["r"], "y"),
    ]
    check(network(nodes, {"x": X}, ["y"], {"shape": ints(*shape)}))


def test_transposes_around_elementwise_operators_vanish():
    """A network of TensorFlow: channels last inside, channels first at its convolutions."""
    weights = {"w": random(6, 6, 3, 3), "bias": random(6)}
    nodes = []
    value = "x"
    for layer in range(3):
        nodes += [
            node("Transpose", [value], f"t{layer}", perm=[0, 3, 1, 2]),
            node("Conv", [f"t{layer}", "w"], f"c{layer}", pads=[1, 1, 1, 1]),
            node("Transpose", [f"c{layer}"], f"u{layer}", perm=[0, 2, 3, 1]),
            node("Add", [f"u{layer}", "bias"], f"a{layer}"),
            node("Relu", [f"a{layer}"], f"v{layer}"),
        ]
        value = f"v{layer}"
    layouts = {"x": [[1], [2], [3]], value: [[1], [2], [3]]}
    result = check(network(nodes, {"x": (1, 8, 10, 6)}, [value], weights), layouts=layouts)
    assert operators(result) == ["conv2d", "relu"] * 3


def test_what_cannot_be_avoided_is_one_transpose():
    nodes = [
        node("Transpose", ["x"], "t", perm=[0, 2, 1]),
        node("MatMul", ["t", "w"], "y"),
    ]
    result = check(network(nodes, {"x": (1, 6, 9)}, ["y"], {"w": random(6, 4)}))
    assert operators(result) == ["transpose", "dense"]
    assert len(result.transposes) == 1


@pytest.mark.parametrize("axis", [1, 2, 3])
@pytest.mark.parametrize(("start", "end", "step"), [(1, 4, 1), (-3, 2**63 - 1, 1), (0, 6, 2)])
def test_slice(axis, start, end, step):
    weights = {"s": ints(start), "e": ints(end), "a": ints(axis), "t": ints(step)}
    check(network([node("Slice", ["x", "s", "e", "a", "t"], "y")], {"x": X}, ["y"], weights))


@pytest.mark.parametrize(("start", "end"), [(-1, -(2**63)), (4, 0)])
def test_slice_backwards(start, end):
    weights = {"s": ints(start), "e": ints(end), "a": ints(2), "t": ints(-1)}
    check(network([node("Slice", ["x", "s", "e", "a", "t"], "y")], {"x": X}, ["y"], weights))


def test_slice_of_several_axes_and_of_old_operator_sets():
    attributes = {"starts": [1, 2], "ends": [5, -1], "axes": [1, 3]}
    check(network([node("Slice", ["x"], "y", **attributes)], {"x": X}, ["y"], opset=9))


@pytest.mark.parametrize("axis", [1, -1])
def test_split(axis):
    weights = {"sizes": ints(1, 3, X[axis] - 4)}
    nodes = [node("Split", ["x", "sizes"], ["a", "b", "c"], axis=axis)]
    check(network(nodes, {"x": X}, ["a", "b", "c"], weights))


@pytest.mark.parametrize(
    "indices", [ints(3), np.array(2, np.int64), ints(0, 2, 4), ints(5, 1, 1, 0)]
)
@pytest.mark.parametrize("axis", [1, 2])
def test_gather(indices, axis):
    nodes = [node("Gather", ["x", "i"], "y", axis=axis)]
    check(network(nodes, {"x": X}, ["y"], {"i": indices}))


def test_gather_of_a_table_of_indices():
    nodes = [node("Gather", ["x", "i"], "y", axis=1)]
    check(network(nodes, {"x": X}, ["y"], {"i": ints(5, 1, 1, 0).reshape(2, 2)}))


@pytest.mark.parametrize("axis", [1, 2, 3, 0])
def test_concat(axis):
    other = list(X)
    other[axis] = 3
    nodes = [node("Relu", ["a"], "r"), node("Concat", ["r", "b", "c"], "y", axis=axis)]
    weights = {"c": random(*other)}
    check(network(nodes, {"a": X, "b": tuple(other)}, ["y"], weights))


def test_concat_of_values_that_lie_differently():
    nodes = [
        node("Transpose", ["b"], "t", perm=[0, 2, 1, 3]),
        node("Concat", ["a", "t"], "y", axis=1),
    ]
    check(network(nodes, {"a": X, "b": (1, 8, 4, 10)}, ["y"]))


def test_concat_of_a_value_with_factors():
    weights = {"shape": ints(1, 6, 80)}
    nodes = [
        node("Reshape", ["a", "shape"], "r"),
        node("Concat", ["r", "b"], "y", axis=1),
        node("Concat", ["r", "c"], "z", axis=2),
    ]
    shapes = {"a": X, "b": (1, 2, 80), "c": (1, 6, 5)}
    check(network(nodes, shapes, ["y", "z"], weights))


@pytest.mark.parametrize("mode", ["constant", "reflect", "edge"])
@pytest.mark.parametrize(
    "pads", [[0, 0, 1, 2, 0, 0, 3, 1], [0, 2, 0, 0, 0, 1, 0, 0], [0, 0, 0, 2, 0, 0, 0, 0]]
)
def test_pad(mode, pads):
    weights = {"p": ints(*pads)}
    check(network([node("Pad", ["x", "p"], "y", mode=mode)], {"x": X}, ["y"], weights))


def test_pad_with_a_number_and_less_than_nothing():
    weights = {"p": ints(0, 0, -1, 2, 0, 0, 3, -2), "v": np.array(0.7, np.float32)}
    check(network([node("Pad", ["x", "p", "v"], "y")], {"x": X}, ["y"], weights))


@pytest.mark.parametrize("op", ["ReduceMean", "ReduceMax", "ReduceMin", "ReduceL2", "ReduceL1"])
@pytest.mark.parametrize("axes", [[1], [2], [-1], [2, 3], [1, 3], [0, 1, 2, 3]])
@pytest.mark.parametrize("keep", [0, 1])
def test_reduce(op, axes, keep):
    nodes = [node(op, ["x"], "r", axes=axes, keepdims=keep), node("Abs", ["r"], "y")]
    check(network(nodes, {"x": X}, ["y"]))


def test_reduce_sum():
    nodes = [node("ReduceSum", ["x", "a"], "y", keepdims=0)]
    check(network(nodes, {"x": X}, ["y"], {"a": ints(1, 3)}))


@pytest.mark.parametrize("mode", ["DCR", "CRD"])
def test_depth_to_space_and_back(mode):
    nodes = [
        node("DepthToSpace", ["x"], "d", blocksize=2, mode=mode),
        node("Relu", ["d"], "r"),
        node("SpaceToDepth", ["r"], "y", blocksize=2),
    ]
    check(network(nodes, {"x": (1, 12, 4, 5)}, ["d", "y"]))


def test_expand_tile_and_where():
    weights = {
        "shape": ints(1, 6, 8, 10),
        "times": ints(1, 1, 3, 2),
        "c": np.arange(10) % 3 == 0,
        "n": random(10),
    }
    nodes = [
        node("Expand", ["x", "shape"], "e"),
        node("Tile", ["e", "times"], "y"),
        node("Where", ["c", "e", "n"], "z"),
    ]
    check(network(nodes, {"x": (1, 6, 1, 10)}, ["y", "z"], weights))


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ((1, 5, 6), (1, 6, 7)),
        ((2, 3, 5, 6), (2, 3, 6, 7)),
        ((2, 1, 5, 6), (1, 3, 6, 7)),
        ((5, 6), (3, 6, 7)),
    ],
)
def test_product_of_two_values(a, b):
    check(network([node("MatMul", ["a", "b"], "y")], {"a": a, "b": b}, ["y"]))


def test_product_with_a_transposed_value():
    nodes = [node("Transpose", ["b"], "t", perm=[0, 2, 1]), node("MatMul", ["a", "t"], "y")]
    result = check(network(nodes, {"a": (3, 5, 6), "b": (3, 7, 6)}, ["y"]))
    assert operators(result) == ["matmul"]


@pytest.mark.parametrize("shape", [(9,), (4, 9), (1, 5, 9), (2, 3, 5, 9)])
def test_product_with_a_constant(shape):
    weights = {"w": random(9, 4), "b": random(4)}
    nodes = [node("MatMul", ["x", "w"], "m"), node("Add", ["m", "b"], "y")]
    layouts = {"x": [[a] for a in range(len(shape))], "y": [[a] for a in range(len(shape))]}
    if len(shape) < 2:
        layouts = {}
    result = check(network(nodes, {"x": shape}, ["y"], weights), layouts=layouts)
    assert operators(result) == ["dense"]


def test_constant_times_a_value():
    weights = {"w": random(4, 6)}
    check(network([node("MatMul", ["w", "x"], "y")], {"x": (1, 6, 9)}, ["y"], weights))


@pytest.mark.parametrize("trans_a", [0, 1])
@pytest.mark.parametrize("trans_b", [0, 1])
def test_gemm(trans_a, trans_b):
    weights = {"w": random(*((4, 9) if trans_b else (9, 4))), "b": random(4)}
    attributes = {"transA": trans_a, "transB": trans_b, "alpha": 0.5, "beta": 2.0}
    shape = (9, 5) if trans_a else (5, 9)
    check(network([node("Gemm", ["x", "w", "b"], "y", **attributes)], {"x": shape}, ["y"], weights))


def test_softmax_of_old_operator_sets():
    """Before set 13 it runs over its axis and all behind it."""
    check(network([node("Softmax", ["x"], "y", axis=2)], {"x": X}, ["y"], opset=11))
