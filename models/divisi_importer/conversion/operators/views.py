"""Operators that only say anew where elements are, or choose or join some of them."""

from __future__ import annotations

from math import prod

import numpy as np

from ...errors import Unsupported
from ...onnx_graph.graph import Node
from ...patterns.slices import axis_of, slices
from ..context import Context, drop_ones
from ..layout import Placed, atom_sizes, common_cuts
from .elementwise import combine, keys_of, scale_offset


def same(context: Context, node: Node) -> Placed:
    """Identity, Dropout, and Cast between floats."""
    return context.value(node.inputs[0])


def reshape(context: Context, node: Node) -> Placed:
    return context.reshaped(context.value(node.inputs[0]), context.shape(node.outputs[0]))


def transpose(context: Context, node: Node) -> Placed:
    value = context.value(node.inputs[0])
    reverse = list(range(len(value.axes)))[::-1]
    return value.transposed(list(node.attributes.get("perm", reverse)))


def depth_to_space(context: Context, node: Node) -> Placed:
    batch, channels, height, width = context.shape(node.inputs[0])
    block = node.attributes["blocksize"]
    value = context.value(node.inputs[0])
    mode = node.attributes.get("mode", b"DCR")
    if node.op == "SpaceToDepth":
        rows, columns = height // block, width // block
        parts = context.reshaped(value, (batch, channels, rows, block, columns, block))
        parts = parts.transposed([0, 3, 5, 1, 2, 4])
    elif mode in (b"CRD", "CRD"):
        shape = (batch, channels // block**2, block, block, height, width)
        parts = context.reshaped(value, shape).transposed([0, 1, 4, 2, 5, 3])
    else:
        shape = (batch, block, block, channels // block**2, height, width)
        parts = context.reshaped(value, shape).transposed([0, 3, 4, 1, 5, 2])
    return context.reshaped(parts, context.shape(node.outputs[0]))


def slice_(context: Context, node: Node) -> Placed:
    cuts = slices(context.graph, node)
    if cuts is None:
        raise Unsupported("what it cuts out is computed by the network")
    value = context.value(node.inputs[0])
    for axis, start, end, step in cuts:
        value = cut_out(context, value, axis, start, end, step)
    return value


def cut_out(
    context: Context, value: Placed, axis: int, start: int, end: int, step: int = 1
) -> Placed:
    size = value.onnx_shape[axis]
    if (start, end, step) == (0, size, 1):
        return value
    count = len(range(start, end, step))
    inner = prod(atom_sizes(value, axis)[1:])
    if len(value.axes[axis]) > 1 and step == 1 and start % inner == 0 and end % inner == 0:
        # Whole blocks of the outermost atom, which may lie anywhere.
        atoms = value.axes[axis]
        apart = value.with_axes(
            [(atoms[0],), tuple(a for a in range(len(value.sizes)) if a != atoms[0])]
        )
        cut = cut_out(context, apart, 0, start // inner, end // inner)
        if count > inner:
            return cut.with_axes(list(value.axes))
        place = {a: a - (a > atoms[0]) for a in range(len(value.sizes))}
        axes = [tuple(place[a] for a in own if a != atoms[0]) for own in value.axes]
        return cut.with_axes(axes)
    value, index = context.along(value, axis)
    attributes = {"axis": index}
    if start or step < 0:
        attributes["start"] = start
    if step < 0:
        attributes["step"] = step
        if end >= 0:
            attributes["end"] = end
    else:
        if end < size:
            attributes["end"] = end
        if step != 1:
            attributes["step"] = step
    made = context.node("slice", [value.name], **attributes)
    return context.resized(value, axis, index, made, count)


def split(context: Context, node: Node) -> list[Placed]:
    axis, start, parts = axis_of(context.graph, node), 0, []
    value = context.value(node.inputs[0])
    for name in node.outputs:
        end = start + context.shape(name)[axis]
        parts.append(cut_out(context, value, axis, start, end))
        start = end
    return parts


def glu(context: Context, node: Node) -> Placed:
    axis = node.attributes["axis"]
    value, index = context.along(context.value(node.inputs[0]), axis)
    attributes = {} if index == len(value.shape) - 1 else {"axis": index}
    made = context.node("glu", [value.name], **attributes)
    return context.resized(value, axis, index, made, value.shape[index] // 2)


def gather(context: Context, node: Node) -> Placed:
    indices = context.constant(node.inputs[1])
    table = context.constant(node.inputs[0])
    if indices is None:
        if table is None or table.ndim != 2 or node.attributes.get("axis", 0) != 0:
            raise Unsupported("it chooses by what the network computes from what it computes")
        value = context.natural(context.value(node.inputs[1]))
        made = context.node("embedding", [value.name], {"table": table})
        shape, sizes = (*value.shape, table.shape[1]), (*value.sizes, table.shape[1])
        return drop_ones(Placed(made, shape, sizes, (*value.axes, (len(value.sizes),))))
    value = context.value(node.inputs[0])
    axis = axis_of(context.graph, node)
    size = value.onnx_shape[axis]
    chosen = indices.astype(np.int64).reshape(-1)
    chosen = np.where(chosen < 0, chosen + size, chosen)
    if indices.ndim == 0:
        cut = cut_out(context, value, axis, int(chosen[0]), int(chosen[0]) + 1)
        return cut.with_axes([own for i, own in enumerate(cut.axes) if i != axis])
    found = choose(context, value, axis, chosen)
    shape = found.onnx_shape
    return context.reshaped(found, (*shape[:axis], *indices.shape, *shape[axis + 1 :]))


def choose(context: Context, value: Placed, axis: int, chosen: np.ndarray) -> Placed:
    step = int(chosen[1] - chosen[0]) if len(chosen) > 1 else 1
    if step and (chosen == chosen[0] + step * np.arange(len(chosen))).all():
        end = int(chosen[-1]) + (1 if step > 0 else -1)
        return cut_out(context, value, axis, int(chosen[0]), end, step)
    value, index = context.along(value, axis)
    made = context.node("gather", [value.name], axis=index, indices=chosen.tolist())
    return context.resized(value, axis, index, made, len(chosen))


def concat(context: Context, node: Node) -> Placed:
    axis = axis_of(context.graph, node)
    return join(context, [context.value(name) for name in node.inputs], axis)


def join(context: Context, values: list[Placed], axis: int) -> Placed:
    if len(values) == 1:
        return values[0]
    # The first one's order, unless the joined axis is spread there.
    values = [context.contiguous(value, axis) for value in values]
    values = _with_common_atoms(context, values, axis)
    lengths = [value.onnx_shape[axis] for value in values]
    reference = max(values, key=lambda value: (len(value.axes[axis]), prod(value.sizes)))
    order = keys_of(reference)
    if (axis, 0) not in order:
        order = [*order, (axis, 0)]
    names = []
    sizes = dict(zip(keys_of(reference), reference.sizes, strict=True))
    natural = _runs_of_axes(order, axis)
    for value, length in zip(values, lengths, strict=True):
        own = keys_of(value)
        moved = context.emitter.ordered(value, [own.index(k) for k in order if k in own])
        shape = tuple(
            length if run == [(axis, 0)] else prod(sizes[k] for k in run) for run in natural
        )
        names.append(context.emitter.reshape(moved.name, moved.shape, shape))
    index = natural.index([(axis, 0)])
    attributes = {} if index == len(natural) - 1 else {"axis": index}
    made = context.node("concat", names, **attributes)
    total = sum(lengths)
    shape = tuple(total if run == [(axis, 0)] else prod(sizes[k] for k in run) for run in natural)
    place = {key: number for number, key in enumerate(order)}
    axes = [[] for _ in reference.axes]
    for key in sorted(order):
        axes[key[0]].append(place[key])
    all_sizes = tuple(total if key == (axis, 0) else sizes[key] for key in order)
    return Placed(made, shape, all_sizes, tuple(tuple(own) for own in axes))


def _with_common_atoms(context: Context, values: list[Placed], axis: int) -> list[Placed]:
    """All values with the same atoms on every axis but the joined one."""

    for _ in range(2):  # the first pass makes the first value fine enough for all
        for i in range(1, len(values)):
            values[0], values[i] = _aligned_but(context, values[0], values[i], axis)
    return values


def _aligned_but(context: Context, a: Placed, b: Placed, axis: int) -> tuple[Placed, Placed]:
    cuts_a, cuts_b = [], []
    for number in range(len(a.axes)):
        own, other = atom_sizes(a, number), atom_sizes(b, number)
        if number != axis:
            cuts = common_cuts(own, other)
            if cuts is None:
                return context.emitter.logical(a).merged(), context.emitter.logical(b).merged()
            own = other = cuts
        cuts_a.append(own)
        cuts_b.append(other)
    return a.split_axes(cuts_a), b.split_axes(cuts_b)


def _runs_of_axes(order: list, axis: int) -> list[list]:
    """Neighbours of one ONNX axis together, the joined axis alone; at most 6."""
    for by_axis in (True, False):
        runs: list[list] = []
        for key in order:
            alone = key == (axis, 0) or (runs and runs[-1] == [(axis, 0)])
            if runs and not alone and (not by_axis or runs[-1][-1][0] == key[0]):
                runs[-1].append(key)
            else:
                runs.append([key])
        if len(runs) <= 6:
            break
    return runs


def pad(context: Context, node: Node) -> Placed:
    rank = len(context.shape(node.inputs[0]))
    pads = node.attributes.get("pads")
    if pads is None:
        pads = context.weight(node, 1, "padding").astype(int).tolist()
    axes = list(range(rank))
    if node.input(3):
        axes = [int(a) % rank for a in context.weight(node, 3, "axes").reshape(-1)]
    mode = node.attributes.get("mode", b"constant")
    mode = mode.decode() if isinstance(mode, bytes) else mode
    names = {"constant": "zeros", "reflect": "reflect", "edge": "replicate"}
    if mode not in names:
        raise Unsupported(f"mode {mode} is not possible; constant, reflect and edge are")
    fill = node.attributes.get("value", 0.0)
    if node.input(2):
        fill = float(context.weight(node, 2, "value").reshape(-1)[0])
    if mode != "constant":
        fill = 0.0
    value = context.value(node.inputs[0])
    wanted = []
    for number, axis in enumerate(axes):
        before, after = pads[number], pads[len(axes) + number]
        if before < 0 or after < 0:
            size = value.onnx_shape[axis]
            value = cut_out(context, value, axis, max(0, -before), size - max(0, -after))
        wanted.append((axis, max(0, before), max(0, after)))
    wanted = [entry for entry in wanted if entry[1] or entry[2]]
    if fill:
        value = scale_offset(context, value, np.float64(1), np.float64(-fill))
    value = _pad_axes(context, value, wanted, names[mode])
    return scale_offset(context, value, np.float64(1), np.float64(fill)) if fill else value


def _pad_axes(context: Context, value: Placed, wanted: list, mode: str) -> Placed:
    attributes = {} if mode == "zeros" else {"mode": mode}
    for axis, before, after in wanted:
        value, index = context.along(value, axis)
        outer, size = prod(value.shape[:index]), value.shape[index]
        inner = prod(value.shape[index + 1 :])
        # An image whose rows (nothing before them) or columns grow.
        shape, padding = (
            ((size, inner, 1), [before, after, 0, 0])
            if outer == 1
            else ((outer, size, inner), [0, 0, before, after])
        )
        if outer == 1 and len(value.shape) == 3 and index == 0:
            shape = value.shape
        name = context.emitter.reshape(value.name, value.shape, shape)
        made = context.node("pad", [name], padding=padding, **attributes)
        grown = [shape[0] + padding[0] + padding[1], shape[1] + padding[2] + padding[3], shape[2]]
        whole = (*value.shape[:index], size + before + after, *value.shape[index + 1 :])
        made = context.emitter.reshape(made, tuple(grown), whole)
        value = context.resized(value, axis, index, made, size + before + after)
    return value


def expand(context: Context, node: Node) -> Placed:
    value, shape = context.value(node.inputs[0]), context.shape(node.outputs[0])
    if value.onnx_shape == shape:
        return value
    return combine(context, "multiply", value, context.place_constant(np.ones(shape)))


def tile(context: Context, node: Node) -> Placed:
    repeats = context.weight(node, 1, "number of repeats").astype(int).tolist()
    value = context.value(node.inputs[0])
    for axis, times in enumerate(repeats):
        if times > 256:
            raise Unsupported(f"it repeats {times} times, at most 256 are possible")
        value = join(context, [value] * times, axis)
    return value


def where(context: Context, node: Node) -> Placed:
    """With a constant condition: a weighted sum."""
    condition = context.constant(node.inputs[0])
    if condition is None:
        raise Unsupported("it chooses by what the network computes")
    chosen = (condition != 0).astype(np.float64)
    first = combine(
        context, "multiply", context.value(node.inputs[1]), context.place_constant(chosen)
    )
    second = combine(
        context, "multiply", context.value(node.inputs[2]), context.place_constant(1 - chosen)
    )
    return combine(context, "add", first, second)
