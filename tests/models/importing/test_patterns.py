"""Patterns: however an exporter spells it, one operator comes out, and computes the same."""

import numpy as np
import pytest
from onnx_case import check, network, node, operators, random

X = (1, 6, 8, 10)


def scalar(value: float) -> np.ndarray:
    return np.array(value, np.float32)


def erf_gelu(spelling: str) -> list:
    start = [
        node("Div", ["x", "root"], "d") if "div" in spelling else node("Mul", ["x", "r"], "d"),
        node("Erf", ["d"], "e"),
        node("Add", ["one", "e"] if "one-first" in spelling else ["e", "one"], "a"),
    ]
    if "half-last" in spelling:
        return [*start, node("Mul", ["x", "a"], "m"), node("Mul", ["m", "half"], "y")]
    if "half-x" in spelling:
        return [*start, node("Mul", ["x", "half"], "h"), node("Mul", ["h", "a"], "y")]
    return [*start, node("Mul", ["a", "half"], "h"), node("Mul", ["x", "h"], "y")]


CONSTANTS = {
    "root": scalar(np.sqrt(2)),
    "r": scalar(np.sqrt(0.5)),
    "one": scalar(1),
    "half": scalar(0.5),
    "two": scalar(2),
    "three": scalar(3),
    "k": scalar(0.044715),
    "s": scalar(np.sqrt(2 / np.pi)),
    "eps": scalar(1e-5),
}


@pytest.mark.parametrize(
    "spelling", ["div half-last", "mul half-x one-first", "div", "mul one-first"]
)
def test_gelu_of_erf(spelling):
    result = check(network(erf_gelu(spelling), {"x": X}, ["y"], CONSTANTS))
    assert operators(result) == ["gelu"]
    assert result.graph["nodes"][0].get("attributes", {}) == {}


@pytest.mark.parametrize("cube", ["pow", "mul"])
def test_gelu_of_tanh(cube):
    cubed = (
        [node("Pow", ["x", "three"], "c")]
        if cube == "pow"
        else [node("Mul", ["x", "x"], "q"), node("Mul", ["q", "x"], "c")]
    )
    nodes = [
        *cubed,
        node("Mul", ["c", "k"], "kc"),
        node("Add", ["x", "kc"], "i"),
        node("Mul", ["i", "s"], "si"),
        node("Tanh", ["si"], "t"),
        node("Add", ["t", "one"], "a"),
        node("Mul", ["x", "a"], "m"),
        node("Mul", ["m", "half"], "y"),
    ]
    result = check(network(nodes, {"x": X}, ["y"], CONSTANTS))
    assert operators(result) == ["gelu"]
    assert result.graph["nodes"][0]["attributes"] == {"approximate": "tanh"}


def test_gelu_between_scaled_values_is_found():
    """Its argument is itself a multiple of something: the nearest argument counts."""
    nodes = [node("Mul", ["w", "two"], "x"), *erf_gelu("div half-last")]
    result = check(network(nodes, {"w": X}, ["y"], CONSTANTS))
    assert operators(result) == ["affine", "gelu"]


def test_what_is_nearly_gelu_is_not_gelu():
    constants = {**CONSTANTS, "half": scalar(0.51)}
    with pytest.raises(Exception, match="Erf"):
        check(network(erf_gelu("div half-last"), {"x": X}, ["y"], constants))


def test_silu():
    nodes = [node("Sigmoid", ["x"], "g"), node("Mul", ["x", "g"], "y")]
    assert operators(check(network(nodes, {"x": X}, ["y"]))) == ["silu"]


@pytest.mark.parametrize("axis", [1, 3])
def test_glu_of_split(axis):
    nodes = [
        node("Split", ["x"], ["a", "b"], axis=axis),
        node("Sigmoid", ["b"], "g"),
        node("Mul", ["g", "a"] if axis == 1 else ["a", "g"], "y"),
    ]
    assert operators(check(network(nodes, {"x": X}, ["y"], opset=13))) == ["glu"]


def test_glu_of_slices():
    cuts = {"zero": [0], "three": [3], "six": [6], "axis": [1]}
    weights = {name: np.array(value, np.int64) for name, value in cuts.items()}
    nodes = [
        node("Slice", ["x", "zero", "three", "axis"], "a"),
        node("Slice", ["x", "three", "six", "axis"], "b"),
        node("Sigmoid", ["b"], "g"),
        node("Mul", ["a", "g"], "y"),
    ]
    assert operators(check(network(nodes, {"x": X}, ["y"], weights))) == ["glu"]


def test_a_gate_of_something_else_is_no_glu():
    nodes = [
        node("Split", ["x"], ["a", "b"], axis=1),
        node("Sigmoid", ["a"], "g"),
        node("Mul", ["a", "g"], "y"),
        node("Relu", ["b"], "z"),
    ]
    found = operators(check(network(nodes, {"x": X}, ["y", "z"], opset=13)))
    assert sorted(found) == ["relu", "silu", "slice", "slice"]


@pytest.mark.parametrize("groups", [1, 2, 6])
@pytest.mark.parametrize("shape", [(1, 6, 8, 10), (4, 6, 9)])
def test_group_norm_of_instance_norm(groups, shape):
    weights = {
        "flat": np.array([0, groups, -1], np.int64),
        "back": np.array(shape, np.int64),
        "ones": np.ones(groups, np.float32),
        "zeros": np.zeros(groups, np.float32),
        "scale": random(6, *[1] * (len(shape) - 2)),
        "offset": random(6, *[1] * (len(shape) - 2), seed=9),
    }
    nodes = [
        node("Reshape", ["x", "flat"], "r"),
        node("InstanceNormalization", ["r", "ones", "zeros"], "n", epsilon=1e-3),
        node("Reshape", ["n", "back"], "b"),
        node("Mul", ["b", "scale"], "m"),
        node("Add", ["m", "offset"], "y"),
    ]
    layouts = {"x": [[0], [2], [1]], "y": [[0], [2], [1]]} if len(shape) == 3 else {}
    result = check(network(nodes, {"x": shape}, ["y"], weights), layouts=layouts)
    assert operators(result) == ["group_norm"]


def layer_norm(square: str, twice: bool) -> list:
    nodes = [
        node("ReduceMean", ["x"], "mean", axes=[-1]),
        node("Sub", ["x", "mean"], "d"),
        node("Sub", ["x", "mean"], "d2") if twice else node("Identity", ["d"], "unread"),
    ]
    centred = "d2" if twice else "d"
    nodes.append(
        node("Pow", [centred, "two"], "q")
        if square == "pow"
        else node("Mul", [centred, centred], "q")
    )
    return [
        *nodes,
        node("ReduceMean", ["q"], "v", axes=[-1]),
        node("Add", ["v", "eps"], "ve"),
        node("Sqrt", ["ve"], "sd"),
        node("Div", ["d", "sd"], "n"),
        node("Mul", ["n", "scale"], "m"),
        node("Add", ["m", "offset"], "y"),
    ]


@pytest.mark.parametrize("square", ["pow", "mul"])
@pytest.mark.parametrize("twice", [False, True])
def test_layer_norm_written_out(square, twice):
    weights = {**CONSTANTS, "scale": random(10), "offset": random(10, seed=9)}
    model = network(layer_norm(square, twice), {"x": (1, 7, 10)}, ["y"], weights)
    assert operators(check(model)) == ["layer_norm"]


def test_layer_scale_merges_into_the_convolution_before_it():
    weights = {"w": random(6, 6, 3, 3), "b": random(6), "gamma": random(6, 1, 1, seed=8)}
    nodes = [
        node("Conv", ["x", "w", "b"], "c", pads=[1, 1, 1, 1]),
        node("Mul", ["gamma", "c"], "y"),
    ]
    assert operators(check(network(nodes, {"x": X}, ["y"], weights))) == ["conv2d"]


def test_a_kernel_exact_in_float16_stays_exact():
    weights = {
        "w": random(6, 6, 3, 3).astype(np.float16).astype(np.float32),
        "b": random(6),
        "gamma": random(6, 1, 1, seed=8),
    }
    nodes = [
        node("Conv", ["x", "w", "b"], "c", pads=[1, 1, 1, 1]),
        node("Mul", ["gamma", "c"], "y"),
    ]
    assert operators(check(network(nodes, {"x": X}, ["y"], weights))) == ["conv2d", "affine"]
