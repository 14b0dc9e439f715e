"""Operators on single elements, and how two values broadcast."""

import numpy as np
import pytest
from onnx_case import check, network, node, operators, random

X = (1, 6, 8, 10)


@pytest.mark.parametrize(
    ("op", "attributes", "found"),
    [
        ("Relu", {}, ["relu"]),
        ("Sigmoid", {}, ["sigmoid"]),
        ("Tanh", {}, ["tanh"]),
        ("Exp", {}, ["exp"]),
        ("Abs", {}, ["abs"]),
        ("Neg", {}, ["negate"]),
        ("Sin", {}, ["sin"]),
        ("Cos", {}, ["cos"]),
        ("LeakyRelu", {"alpha": 0.2}, ["leaky_relu"]),
        ("Elu", {"alpha": 1.5}, ["elu"]),
        ("HardSigmoid", {"alpha": 0.25, "beta": 0.4}, ["hard_sigmoid"]),
        ("HardSwish", {}, ["hard_sigmoid", "multiply"]),
        ("Softplus", {}, None),
        ("Reciprocal", {}, ["constant", "divide"]),
        ("Softmax", {"axis": 1}, ["softmax"]),
        ("Softmax", {"axis": 2}, ["softmax"]),
        ("LogSoftmax", {"axis": -1}, ["softmax", "log"]),
    ],
)
def test_one_value(op, attributes, found):
    result = check(network([node(op, ["x"], "y", **attributes)], {"x": X}, ["y"]))
    assert found is None or operators(result) == found


@pytest.mark.parametrize("op", ["Log", "Sqrt"])
def test_of_positive_numbers(op):
    given = {"x": np.abs(random(*X)) + 0.1}
    check(network([node(op, ["x"], "y")], {"x": X}, ["y"]), given=given)


@pytest.mark.parametrize("exponent", [2, 0.5, 3, 1.7])
def test_power(exponent):
    weights = {"e": np.array(exponent, np.float32)}
    given = {"x": np.abs(random(*X)) + 0.1}
    result = check(network([node("Pow", ["x", "e"], "y")], {"x": X}, ["y"], weights), given=given)
    named = {2: ["square"], 0.5: ["sqrt"]}
    assert operators(result) == named.get(exponent, ["constant", "power"])


@pytest.mark.parametrize("limits", [("low", "high"), ("low", ""), ("", "high"), ("", "")])
def test_clip(limits):
    weights = {"low": np.array(-0.5, np.float32), "high": np.array(0.7, np.float32)}
    weights = {name: value for name, value in weights.items() if name in limits}
    nodes = [node("Clip", ["x", *limits], "c"), node("Neg", ["c"], "y")]
    check(network(nodes, {"x": X}, ["y"], weights))


def test_clip_of_old_operator_sets():
    check(network([node("Clip", ["x"], "y", min=-0.5, max=0.5)], {"x": X}, ["y"], opset=9))


@pytest.mark.parametrize("shape", [(6, 1, 1), (1,), (1, 6, 1, 1)])
def test_prelu(shape):
    weights = {"s": random(*shape)}
    check(network([node("PRelu", ["x", "s"], "y")], {"x": X}, ["y"], weights))


@pytest.mark.parametrize("op", ["Add", "Sub", "Mul", "Div", "Min", "Max"])
@pytest.mark.parametrize(
    ("a", "b"),
    [
        (X, X),
        (X, (1, 6, 1, 1)),
        ((1, 6, 1, 1), X),
        (X, (8, 10)),
        (X, (1, 1, 8, 1)),
        ((1, 6, 1, 10), (1, 1, 8, 1)),
        (X, (1,)),
        ((5, 1, 10), (3, 1, 8, 1)),
    ],
)
def test_two_values(op, a, b):
    given = {"a": random(*a), "b": np.abs(random(*b, seed=7)) + 0.5}
    model = network([node(op, ["a", "b"], "y")], {"a": a, "b": b}, ["y"])
    result = check(model, given=given)
    assert len([name for name in operators(result) if name != "reshape"]) <= 3


@pytest.mark.parametrize("op", ["Add", "Sub", "Mul", "Div", "Max"])
@pytest.mark.parametrize(
    "shape", [(), (1,), (6, 1, 1), (10,), (8, 1), (8, 10), X, (1, 6, 1, 10), (2, 1, 1, 1, 1)]
)
@pytest.mark.parametrize("constant_first", [False, True])
def test_a_value_and_a_constant(op, shape, constant_first):
    weights = {"c": np.abs(random(*shape)) + 0.5}
    given = {"x": np.abs(random(*X)) + 0.5}
    inputs = ["c", "x"] if constant_first else ["x", "c"]
    check(network([node(op, inputs, "y")], {"x": X}, ["y"], weights), given=given)


def test_a_constant_that_repeats_is_stored_once():
    """HTDemucs' frequency embedding is expanded over time by the exporter."""
    weights = {"c": np.broadcast_to(random(1, 6, 8, 1), X).copy()}
    result = check(network([node("Add", ["x", "c"], "y")], {"x": X}, ["y"], weights))
    assert sum(tensor.size for tensor in result.tensors.values()) <= 48


def test_a_constant_that_makes_the_value_larger():
    """What is the same along an axis must stay there if nothing else has the axis."""
    weights = {"c": np.ones((1, 6, 5, 10), np.float32)}
    check(network([node("Mul", ["x", "c"], "y")], {"x": (1, 6, 1, 10)}, ["y"], weights))


@pytest.mark.parametrize("op", ["Sum", "Max", "Min", "Mean"])
def test_many_values(op):
    inputs = dict.fromkeys("abc", X)
    check(network([node(op, list("abc"), "y")], inputs, ["y"]))


def test_scales_and_offsets_in_a_row_are_one():
    weights = {"s": random(6, 1, 1), "o": random(6, 1, 1, seed=2), "t": np.array(3, np.float32)}
    nodes = [
        node("Mul", ["x", "s"], "a"),
        node("Add", ["a", "o"], "b"),
        node("Div", ["b", "t"], "y"),
    ]
    assert operators(check(network(nodes, {"x": X}, ["y"], weights))) == ["affine"]


def test_batch_norm():
    weights = {name: random(6, seed=i) for i, name in enumerate("sbm")}
    weights["v"] = np.abs(random(6, seed=9)) + 0.1
    nodes = [node("BatchNormalization", ["x", "s", "b", "m", "v"], "y", epsilon=1e-3)]
    assert operators(check(network(nodes, {"x": X}, ["y"], weights))) == ["affine"]


@pytest.mark.parametrize("shape", [(1, 6, 8, 10), (1, 6, 9), (3, 6, 9)])
def test_instance_norm(shape):
    weights = {"s": random(6), "b": random(6, seed=2)}
    check(
        network([node("InstanceNormalization", ["x", "s", "b"], "y")], {"x": shape}, ["y"], weights)
    )


def test_group_normalization_of_onnx():
    weights = {"s": random(6), "b": random(6, seed=2)}
    nodes = [node("GroupNormalization", ["x", "s", "b"], "y", num_groups=3)]
    assert operators(check(network(nodes, {"x": X}, ["y"], weights, opset=21))) == ["group_norm"]


@pytest.mark.parametrize("axis", [-1, 2, 1])
@pytest.mark.parametrize("with_bias", [True, False])
def test_layer_normalization(axis, with_bias):
    shape = X[axis % 4 :]
    weights = {"s": random(*shape), "b": random(*shape, seed=2)}
    inputs = ["x", "s", "b"] if with_bias else ["x", "s"]
    weights = {name: weights[name] for name in inputs[1:]}
    check(network([node("LayerNormalization", inputs, "y", axis=axis)], {"x": X}, ["y"], weights))
