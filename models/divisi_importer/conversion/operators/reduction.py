"""Sums, means, maxima and minima over axes."""

from __future__ import annotations

from math import prod

from ...errors import Unsupported
from ...onnx_graph.graph import Node
from ...patterns.norms import reduced_axes
from ..context import Context
from ..layout import Placed

_OPERATORS = {
    "ReduceMax": "reduce_max",
    "ReduceMin": "reduce_min",
    "ReduceMean": "reduce_mean",
    "ReduceSum": "reduce_sum",
}


def reduce(context: Context, node: Node) -> Placed:
    axes = reduced_axes(context.graph, node)
    if axes is None:
        raise Unsupported("its axes are computed by the network")
    keep = bool(node.attributes.get("keepdims", 1))
    value = context.value(node.inputs[0])
    if node.op in _OPERATORS:
        return reduce_over(context, value, _OPERATORS[node.op], axes, keep)
    before = {"ReduceL1": "abs", "ReduceL2": "square", "ReduceSumSquare": "square"}[node.op]
    value = reduce_over(context, context.elementwise(value, before), "reduce_sum", axes, keep)
    return context.elementwise(value, "sqrt") if node.op == "ReduceL2" else value


def reduce_over(context: Context, value: Placed, op: str, axes: list[int], keep: bool) -> Placed:
    value = value.merged()
    gone = {atom for axis in axes for atom in value.axes[axis]}
    axes_left = [() if axis in axes else atoms for axis, atoms in enumerate(value.axes)]
    if gone:
        groups: list[list[int]] = []
        for atom in range(len(value.sizes)):
            if groups and (groups[-1][-1] in gone) == (atom in gone):
                groups[-1].append(atom)
            else:
                groups.append([atom])
        if len(groups) > 6:
            raise Unsupported("it needs more than 6 axes at once")
        name, moved = context.emitter.grouped(value, groups)
        reduced = [index for index, group in enumerate(groups) if group[0] in gone]
        shape = tuple(s for index, s in enumerate(moved.shape) if index not in reduced)
        if not shape:
            name = context.emitter.reshape(name, moved.shape, (*moved.shape, 1))
            shape = (1,)
        made = context.node(op, [name], axis=reduced[0] if len(reduced) == 1 else reduced)
        kept = [atom for atom in range(len(value.sizes)) if atom not in gone]
        place = {atom: index for index, atom in enumerate(kept)}
        value = Placed(
            made,
            shape,
            tuple(value.sizes[atom] for atom in kept),
            tuple(tuple(place[atom] for atom in atoms) for atoms in axes_left),
        )
    if keep:
        return value
    return value.with_axes([atoms for axis, atoms in enumerate(value.axes) if axis not in axes])


def softmax(context: Context, node: Node) -> Placed:
    value = context.value(node.inputs[0])
    rank = len(value.axes)
    old = context.graph.opset < 13
    axis = node.attributes.get("axis", 1 if old else -1) % rank
    if old and axis != rank - 1:
        # Before operator set 13: over this axis and all behind it.
        shape = value.onnx_shape
        flat = context.reshaped(value, (prod(shape[:axis]), prod(shape[axis:])))
        return context.reshaped(_softmax(context, node, flat, 1), shape)
    return _softmax(context, node, value, axis)


def _softmax(context: Context, node: Node, value: Placed, axis: int) -> Placed:
    value, index = context.along(value, axis)
    attributes = {} if index == len(value.shape) - 1 else {"axis": index}
    value = context.elementwise(value, "softmax", **attributes)
    return context.elementwise(value, "log") if node.op == "LogSoftmax" else value
