"""Operators on single elements, of one value or two."""

from __future__ import annotations

from dataclasses import replace
from math import prod

import numpy as np

from ...errors import Unsupported
from ...onnx_graph.graph import Node
from ..context import Context, narrowed
from ..layout import Placed, atom_sizes, common_cuts

# An affine node has a scale for each element of the last axis; a scalar on a longer axis becomes a
# constant of one element instead.
_LONGEST_AFFINE = 1 << 16

UNARY = {
    "Relu": "relu",
    "Sigmoid": "sigmoid",
    "Tanh": "tanh",
    "Silu": "silu",
    "Exp": "exp",
    "Log": "log",
    "Sqrt": "sqrt",
    "Abs": "abs",
    "Neg": "negate",
    "Sin": "sin",
    "Cos": "cos",
}
_BINARY = {
    "Add": "add",
    "Sub": "subtract",
    "Mul": "multiply",
    "Div": "divide",
    "Min": "minimum",
    "Max": "maximum",
    "Sum": "add",
    "Pow": "power",
}


def unary(context: Context, node: Node) -> Placed:
    return context.elementwise(context.value(node.inputs[0]), UNARY[node.op])


def gelu(context: Context, node: Node) -> Placed:
    approximate = node.attributes.get("approximate", "none")
    approximate = approximate.decode() if isinstance(approximate, bytes) else approximate
    attributes = {} if approximate == "none" else {"approximate": approximate}
    return context.elementwise(context.value(node.inputs[0]), "gelu", **attributes)


def leaky_relu(context: Context, node: Node) -> Placed:
    slope = node.attributes.get("alpha", 0.01)
    return context.elementwise(context.value(node.inputs[0]), "leaky_relu", slope=plain(slope))


def elu(context: Context, node: Node) -> Placed:
    alpha = node.attributes.get("alpha", 1.0)
    return context.elementwise(context.value(node.inputs[0]), "elu", alpha=plain(alpha))


def hard_sigmoid(context: Context, node: Node) -> Placed:
    slope, offset = node.attributes.get("alpha", 0.2), node.attributes.get("beta", 0.5)
    value = context.value(node.inputs[0])
    return context.elementwise(value, "hard_sigmoid", slope=plain(slope), offset=plain(offset))


def hard_swish(context: Context, node: Node) -> Placed:
    value = context.value(node.inputs[0])
    gate = context.elementwise(value, "hard_sigmoid", slope=1 / 6, offset=0.5)
    return replace(value, name=context.node("multiply", [value.name, gate.name]))


def softplus(context: Context, node: Node) -> Placed:
    """max(x, 0) + log(1 + exp(-|x|)), which never overflows."""
    value = context.value(node.inputs[0])
    small = context.elementwise(context.elementwise(value, "abs"), "negate")
    small = scale_offset(context, context.elementwise(small, "exp"), np.float64(1), np.float64(1))
    small = context.elementwise(small, "log")
    large = context.elementwise(value, "relu")
    return replace(value, name=context.node("add", [large.name, small.name]))


def clip(context: Context, node: Node) -> Placed:
    limits = {}
    for index, key in ((1, "min"), (2, "max")):
        limit = node.attributes.get(key)
        if node.input(index):
            limit = float(context.weight(node, index, f"limit {key}").reshape(-1)[0])
        if limit is not None and abs(limit) < 3e38:
            limits[key] = plain(limit)
    value = context.value(node.inputs[0])
    return context.elementwise(value, "clip", **limits) if limits else value


def prelu(context: Context, node: Node) -> Placed:
    value = context.value(node.inputs[0])
    slope = context.weight(node, 1, "slope")
    rank = len(value.axes)
    slope = slope.reshape((1,) * (rank - slope.ndim) + slope.shape)
    channels = [axis for axis, size in enumerate(slope.shape) if size > 1]
    if len(channels) > 1:
        raise Unsupported("its slopes differ along more than one axis")
    if not channels:
        return context.elementwise(value, "leaky_relu", slope=plain(slope.reshape(-1)[0]))
    value = last_axis(context, value, channels[0])
    return context.elementwise(value, "prelu", {"slope": slope.reshape(-1)})


def last_axis(context: Context, placed: Placed, axis: int) -> Placed:
    """The value with the ONNX axis as its last, alone."""
    placed = placed.merged()
    atoms = list(placed.axes[axis])
    others = [atom for atom in range(len(placed.sizes)) if atom not in atoms]
    if not atoms:
        shape = (*placed.shape, 1)
        name = context.emitter.reshape(placed.name, placed.shape, shape)
        return replace(placed, name=name, shape=shape)
    moved = context.emitter.ordered(placed, [*others, *atoms])
    size = prod(placed.sizes[atom] for atom in atoms)
    if moved.shape[-1] == size:
        return moved
    moved = moved.merged()
    shape = moved.sizes if len(moved.sizes) <= 6 else (prod(moved.sizes[:-1]), moved.sizes[-1])
    return replace(moved, name=context.emitter.reshape(moved.name, moved.shape, shape), shape=shape)


def binary(context: Context, node: Node) -> Placed:
    op = _BINARY[node.op]
    names = list(node.inputs)
    if op == "power" and (exponent := context.graph.scalar(names[1])) is not None:
        value = context.value(names[0])
        if exponent in (2, 0.5):
            return context.elementwise(value, "square" if exponent == 2 else "sqrt")
    if op == "multiply" and names[0] == names[1]:
        return context.elementwise(context.value(names[0]), "square")
    result = context.value(names[0]) if names[0] in context.placed else None
    known = names[0]
    for name in names[1:]:
        result = _pair(context, node, op, (known, result), name)
        known = ""
    return result if len(names) > 1 else context.value(names[0])


def reciprocal(context: Context, node: Node) -> Placed:
    one = context.place_constant(np.ones((1,)))
    return combine(context, "divide", one, context.value(node.inputs[0]))


def mean_of_values(context: Context, node: Node) -> Placed:
    result = binary(context, replace(node, op="Sum"))
    return scale_offset(context, result, np.float64(1 / len(node.inputs)), np.float64(0))


def _pair(context: Context, node: Node, op: str, left: tuple, right: str) -> Placed:
    left_name, left_placed = left
    shapes = [
        left_placed.onnx_shape if left_placed is not None else context.shape(left_name),
        context.shape(right),
    ]
    whole = np.broadcast_shapes(*shapes)
    first = context.constant(left_name) if left_placed is None else None
    second = context.constant(right)
    if second is not None and shapes[0] == whole:
        affine = {
            "add": (1, second),
            "subtract": (1, -second),
            "multiply": (second, 0),
            "divide": (1 / np.where(second == 0, np.nan, second), 0),
        }
        if op in affine:
            value = left_placed or context.value(left_name)
            return scale_offset(context, value, *map(np.asarray, affine[op]))
    if first is not None and shapes[1] == whole:
        affine = {"add": (1, first), "subtract": (-1, first), "multiply": (first, 0)}
        if op in affine:
            return scale_offset(context, context.value(right), *map(np.asarray, affine[op]))
    return combine(
        context,
        op,
        left_placed or context.operand(left_name, shapes[1]),
        context.operand(right, shapes[0]),
    )


def scale_offset(context: Context, value: Placed, scale: np.ndarray, offset: np.ndarray) -> Placed:
    """value * scale + offset, both constants that broadcast to the value's ONNX shape."""
    if not np.isfinite(scale).all() or not np.isfinite(offset).all():
        raise Unsupported("its constant is not finite")
    shape = value.onnx_shape
    scale, offset = narrowed(scale, shape), narrowed(offset, shape)
    varying = [
        axis
        for axis in range(len(value.axes))
        if any(_size_at(part, axis, len(value.axes)) > 1 for part in (scale, offset))
    ]
    if not varying:
        if value.shape[-1] <= _LONGEST_AFFINE:
            count = value.shape[-1]
            weights = {
                "scale": np.full(count, scale.reshape(-1)[0]),
                "offset": np.full(count, offset.reshape(-1)[0]),
            }
            return context.elementwise(value, "affine", weights)
    elif len(varying) == 1:
        atoms = value.merged().axes[varying[0]]
        count = len(value.merged().sizes)
        if atoms == tuple(range(count - len(atoms), count)):
            value = last_axis(context, value, varying[0])
            size = value.shape[-1]
            weights = {
                "scale": np.broadcast_to(scale.reshape(-1), (size,)),
                "offset": np.broadcast_to(offset.reshape(-1), (size,)),
            }
            return context.elementwise(value, "affine", weights)
    for op, part, neutral in (("multiply", scale, 1), ("add", offset, 0)):
        if (part != neutral).any():
            rank = len(value.axes)
            part = part.reshape((1,) * (rank - part.ndim) + part.shape)
            value = combine(context, op, value, context.place_constant(part))
    return value


def _size_at(array: np.ndarray, axis: int, rank: int) -> int:
    index = axis - (rank - array.ndim)
    return array.shape[index] if index >= 0 else 1


def combine(context: Context, op: str, a: Placed, b: Placed) -> Placed:
    """Two values, broadcast as numpy does, in the order in which the larger one lies."""
    rank = max(len(a.axes), len(b.axes))
    a = a.with_axes([()] * (rank - len(a.axes)) + list(a.axes))
    b = b.with_axes([()] * (rank - len(b.axes)) + list(b.axes))
    a, b = aligned(context, a, b)
    keys = [keys_of(a), keys_of(b)]
    if set(keys[1]) <= set(keys[0]):
        order = keys[0]
    elif set(keys[0]) <= set(keys[1]):
        order = keys[1]
    else:
        order = sorted(set(keys[0]) | set(keys[1]))
    sizes = {**dict(zip(keys[0], a.sizes, strict=True)), **dict(zip(keys[1], b.sizes, strict=True))}
    parts = []
    for placed, own in zip((a, b), keys, strict=True):
        parts.append(context.emitter.ordered(placed, [own.index(k) for k in order if k in own]))
    runs = _runs(order, [set(own) for own in keys], parts)
    names = []
    for placed, own in zip(parts, keys, strict=True):
        shape = tuple(prod(sizes[k] for k in run) if run[0] in own else 1 for run in runs)
        shape = shape if own else (1,)
        names.append(context.emitter.reshape(placed.name, placed.shape, shape or (1,)))
    shape = tuple(prod(sizes[k] for k in run) for run in runs) or (1,)
    place = {key: index for index, key in enumerate(order)}
    axes = [[] for _ in range(rank)]
    for key in sorted(order):
        axes[key[0]].append(place[key])
    return Placed(
        context.node(op, names),
        shape,
        tuple(sizes[key] for key in order),
        tuple(tuple(axis) for axis in axes),
    )


def keys_of(placed: Placed) -> list[tuple[int, int]]:
    """For each atom, as it lies, which one of which axis it is."""
    keys = {}
    for axis, atoms in enumerate(placed.axes):
        for number, atom in enumerate(atoms):
            keys[atom] = (axis, number)
    return [keys[atom] for atom in range(len(placed.sizes))]


def aligned(context: Context, a: Placed, b: Placed) -> tuple[Placed, Placed]:
    """Both with the same atoms on each axis that both have."""
    cuts_a, cuts_b = [], []
    for axis in range(len(a.axes)):
        own, other = atom_sizes(a, axis), atom_sizes(b, axis)
        cuts = common_cuts(own, other) if own and other else None
        if own and other and cuts is None:
            flat_a, flat_b = context.emitter.logical(a), context.emitter.logical(b)
            return flat_a.merged(), flat_b.merged()
        cuts_a.append(cuts if own and other else own)
        cuts_b.append(cuts if own and other else other)
    return a.split_axes(cuts_a), b.split_axes(cuts_b)


def _runs(order: list, keys: list[set], parts: list[Placed]) -> list[list]:
    """Neighbours that the same values have, as one axis: as the larger value has it, if it may."""
    larger = max(parts, key=lambda placed: prod(placed.sizes))
    sizes = dict(
        zip([k for k in order if k in keys[parts.index(larger)]], larger.sizes, strict=True)
    )
    borders, so_far = set(), 1
    for length in larger.shape:
        so_far *= length
        borders.add(so_far)
    for keep_borders in (True, False):
        runs, position = [], 1
        for key in order:
            here = [key in own for own in keys]
            same = runs and [runs[-1][-1] in own for own in keys] == here
            if same and not (keep_borders and position in borders):
                runs[-1].append(key)
            else:
                runs.append([key])
            position *= sizes.get(key, 1)
        if len(runs) <= 6:
            break
    return runs


def plain(number) -> float:
    """The shortest decimal that is this float32."""
    return float(str(np.float32(number)))
