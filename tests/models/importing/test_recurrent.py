"""LSTM and GRU: order of the gates, directions, batches, last states."""

import numpy as np
import pytest
from onnx_case import check, network, node, operators, random

TIME, INPUTS, HIDDEN = 7, 5, 4


def weights(gates: int, directions: int, bias: bool = True) -> dict:
    made = {
        "w": random(directions, gates * HIDDEN, INPUTS, seed=1),
        "r": random(directions, gates * HIDDEN, HIDDEN, seed=2),
    }
    if bias:
        made["b"] = random(directions, 2 * gates * HIDDEN, seed=3)
    return made


DIRECTIONS = {"forward": 1, "reverse": 1, "bidirectional": 2}


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("batch", [1, 2])
@pytest.mark.parametrize("bias", [True, False])
def test_lstm(direction, batch, bias):
    attributes = {"hidden_size": HIDDEN, "direction": direction}
    given = weights(4, DIRECTIONS[direction], bias)
    nodes = [node("LSTM", ["x", *given], ["y", "h"], **attributes)]
    result = check(network(nodes, {"x": (TIME, batch, INPUTS)}, ["y", "h"], given))
    assert operators(result).count("lstm") == 1


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("reset_after", [0, 1])
@pytest.mark.parametrize("activations", [[], ["HardSigmoid", "Tanh"]])
def test_gru(direction, reset_after, activations):
    count = DIRECTIONS[direction]
    attributes = {"hidden_size": HIDDEN, "direction": direction}
    if activations:
        attributes["activations"] = activations * count
        attributes["activation_alpha"] = [0.2] * count
        attributes["activation_beta"] = [0.5] * count
    given = weights(3, count)
    nodes = [node("GRU", ["x", *given], ["y", "h"], linear_before_reset=reset_after, **attributes)]
    check(network(nodes, {"x": (TIME, 1, INPUTS)}, ["y", "h"], given))


def test_stacked_layers_as_torch_exports_them():
    first, second = weights(4, 2), weights(4, 2)
    second["w"] = random(2, 4 * HIDDEN, 2 * HIDDEN, seed=7)
    zeros = {"zero": np.zeros((2, 1, HIDDEN), np.float32)}
    constants = {
        **{f"{k}1": v for k, v in first.items()},
        **{f"{k}2": v for k, v in second.items()},
        **zeros,
        "shape": np.array([0, 0, -1], np.int64),
    }
    attributes = {"hidden_size": HIDDEN, "direction": "bidirectional"}
    nodes = [node("Transpose", ["x"], "v0", perm=[1, 0, 2])]
    for layer in (1, 2):
        inputs = [f"v{layer - 1}", f"w{layer}", f"r{layer}", f"b{layer}", "", "zero", "zero"]
        nodes += [
            node("LSTM", inputs, [f"l{layer}", f"h{layer}"], **attributes),
            node("Transpose", [f"l{layer}"], f"t{layer}", perm=[0, 2, 1, 3]),
            node("Reshape", [f"t{layer}", "shape"], f"v{layer}"),
        ]
    nodes.append(node("Transpose", ["v2"], "y", perm=[1, 0, 2]))
    result = check(network(nodes, {"x": (1, TIME, INPUTS)}, ["y"], constants))
    assert operators(result) == ["lstm", "lstm"]


def test_a_first_state_that_is_not_zero_is_refused():
    given = {**weights(4, 1), "h0": random(1, 1, HIDDEN)}
    nodes = [node("LSTM", ["x", "w", "r", "b", "", "h0"], ["y"], hidden_size=HIDDEN)]
    with pytest.raises(Exception, match="LSTM y: its first hidden state is not zero"):
        check(network(nodes, {"x": (TIME, 1, INPUTS)}, ["y"], given))
