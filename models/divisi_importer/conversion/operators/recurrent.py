"""LSTM and GRU: the gates in the model file's order, the directions one after the other."""

from __future__ import annotations

import numpy as np

from ...errors import Unsupported
from ...onnx_graph.graph import Node
from ..context import Context, drop_ones
from ..layout import Placed
from .views import cut_out, join

_DIRECTIONS = {"forward": "forward", "reverse": "backward", "bidirectional": "both"}
_LSTM_ORDER = [0, 2, 3, 1]  # ONNX has i, o, f, c
_SIGMOID_TANH = ["Sigmoid", "Tanh"]


def lstm(context: Context, node: Node) -> list[Placed | None]:
    cell = _Cell(context, node, gates=4)
    cell.check_activations([["Sigmoid", "Tanh", "Tanh"]])
    if node.attributes.get("input_forget", 0) or node.input(7):
        raise Unsupported("a peephole LSTM, or one with coupled gates, is not possible")
    bias = cell.bias[:, : 4 * cell.hidden] + cell.bias[:, 4 * cell.hidden :]
    weights = {
        "kernel": cell.in_order(cell.kernel, _LSTM_ORDER),
        "recurrent": cell.in_order(cell.recurrent, _LSTM_ORDER),
        "bias": cell.in_order(bias, _LSTM_ORDER),
    }
    return cell.outputs("lstm", weights, {})


def gru(context: Context, node: Node) -> list[Placed | None]:
    cell = _Cell(context, node, gates=3)
    hard = ["HardSigmoid", "Tanh"]
    found = cell.check_activations([_SIGMOID_TANH, hard])
    attributes = {}
    if found == hard:
        alphas = node.attributes.get("activation_alpha", [0.2] * cell.directions)
        betas = node.attributes.get("activation_beta", [0.5] * cell.directions)
        if not np.allclose(alphas, 0.2) or not np.allclose(betas, 0.5):
            raise Unsupported("a hard sigmoid other than clip(0.2x + 0.5, 0, 1) is not possible")
        attributes["gate"] = "hard_sigmoid"
    size = 3 * cell.hidden
    bias, recurrent_bias = cell.bias[:, :size].copy(), cell.bias[:, size:].copy()
    # Only where the reset gate comes after the product does its last part stay apart.
    if node.attributes.get("linear_before_reset", 0):
        bias[:, : 2 * cell.hidden] += recurrent_bias[:, : 2 * cell.hidden]
        recurrent_bias[:, : 2 * cell.hidden] = 0
    else:
        attributes["resetAfter"] = False
        bias += recurrent_bias
        recurrent_bias[:] = 0
    order = [0, 1, 2]
    weights = {
        "kernel": cell.in_order(cell.kernel, order),
        "recurrent": cell.in_order(cell.recurrent, order),
        "bias": cell.in_order(bias, order),
        "recurrentBias": cell.in_order(recurrent_bias, order),
    }
    return cell.outputs("gru", weights, attributes)


class _Cell:
    def __init__(self, context: Context, node: Node, gates: int):
        self._context, self._node = context, node
        self.kernel = context.weight(node, 1, "kernel")  # [D, gates * H, N]
        self.recurrent = context.weight(node, 2, "recurrent kernel")
        self.directions, rows, self.hidden = self.recurrent.shape
        self._gates = gates
        if node.input(3):
            self.bias = context.weight(node, 3, "bias")
        else:
            self.bias = np.zeros((self.directions, 2 * rows))
        self._direction = node.attributes.get("direction", b"forward")
        if isinstance(self._direction, bytes):
            self._direction = self._direction.decode()
        if node.attributes.get("clip"):
            raise Unsupported("a recurrent layer that clips its sums is not possible")
        self._check_states()

    def _check_states(self) -> None:
        context, node = self._context, self._node
        batch_first = bool(node.attributes.get("layout", 0))
        self._axes = (1, 0) if batch_first else (0, 1)  # of time and batch
        shape = context.shape(node.inputs[0])
        self._time, self._batch = (shape[axis] for axis in self._axes)
        if node.input(4):
            lengths = context.weight(node, 4, "sequence lengths")
            if (lengths != self._time).any():
                raise Unsupported("sequences of several lengths in one batch are not possible")
        for index, what in ((5, "first hidden state"), (6, "first cell state")):
            if node.input(index) and (context.weight(node, index, what) != 0).any():
                raise Unsupported(f"its {what} is not zero")

    def check_activations(self, possible: list[list[str]]) -> list[str]:
        given = self._node.attributes.get("activations")
        if not given:
            return possible[0]
        names = [name.decode() if isinstance(name, bytes) else name for name in given]
        for wanted in possible:
            if [n.lower() for n in names] == [n.lower() for n in wanted] * self.directions:
                return wanted
        raise Unsupported(f"its activations are {', '.join(names)}; {possible[0]} are possible")

    def in_order(self, weights: np.ndarray, order: list[int]) -> np.ndarray:
        """[D, gates * H, ...] with the gates reordered, as [D * gates * H, ...]."""
        rest = weights.shape[2:]
        parts = weights.reshape(self.directions, self._gates, self.hidden, *rest)
        return parts[:, order].reshape(-1, *rest)

    def outputs(self, op: str, weights: dict, attributes: dict) -> list[Placed | None]:
        context = self._context
        value = context.value(self._node.inputs[0]).merged()
        time, batch = (list(value.axes[axis]) for axis in self._axes)
        groups = [*([batch] if batch else []), time, list(value.axes[2])]
        name, _ = context.emitter.grouped(value, groups)
        direction = _DIRECTIONS[self._direction]
        if direction != "forward":
            attributes = {"direction": direction, **attributes}
        made = context.node(op, [name], weights, **attributes)
        lead = [self._batch] if batch else []
        width = self.directions * self.hidden
        sizes = (*lead, self._time, self.directions, self.hidden)
        first = len(lead)
        # Y is [T, D, B, H], or [B, T, D, H].
        where = {"B": tuple(range(first)), "T": (first,), "D": (first + 1,), "H": (first + 2,)}
        order = "BTDH" if self._axes == (1, 0) else "TDBH"
        whole = Placed(
            made, (*lead, self._time, width), sizes, tuple(where[letter] for letter in order)
        )
        whole = drop_ones(whole)
        results: list[Placed | None] = [whole, None, None]
        outputs = [*self._node.outputs, "", ""][:3]
        if outputs[1]:
            results[1] = self._last(whole, order)
        return results[: len(self._node.outputs)]

    def _last(self, whole: Placed, order: str) -> Placed:
        """Y_h: the state after the last step, which is the first for what runs backward."""
        context, time = self._context, order.index("T")
        directions = order.index("D")
        parts = []
        for number in range(self.directions):
            backward = self._direction == "reverse" or number == 1
            at = 0 if backward else self._time - 1
            part = cut_out(context, whole, directions, number, number + 1)
            parts.append(cut_out(context, part, time, at, at + 1))
        found = join(context, parts, directions)
        # [D, B, H] or [B, D, H]
        return found.with_axes([own for axis, own in enumerate(found.axes) if axis != time])
