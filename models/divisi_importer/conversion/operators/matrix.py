"""Matrix products: dense layers, products of two values, attention."""

from __future__ import annotations

from dataclasses import replace
from math import prod

import numpy as np

from ...errors import Unsupported
from ...onnx_graph.graph import Node
from ..context import Context
from ..layout import Placed, atom_sizes, common_cuts
from .elementwise import plain


def matmul(context: Context, node: Node) -> Placed:
    left, right = node.inputs
    kernel = context.constant(right)
    if kernel is not None and prod(kernel.shape[:-2]) == 1:
        return _dense_node(context, left, kernel.reshape(kernel.shape[-2:]), None)
    kernel = context.constant(left)
    if kernel is not None and prod(kernel.shape[:-2]) == 1 and len(context.shape(right)) > 1:
        # W x = (x^T W^T)^T: a dense layer over the axis before the last.
        kernel = kernel.reshape(kernel.shape[-2:] if kernel.ndim > 1 else (1, -1))
        rank = len(context.shape(right))
        swapped = [*range(rank - 2), rank - 1, rank - 2]
        value = dense(context, context.value(right).transposed(swapped), kernel.T, None)
        value = value.transposed(swapped)
        drop = context.graph.constants[left].ndim == 1
        return value.with_axes([*value.axes[:-2], value.axes[-1]]) if drop else value
    return _product(context, context.value(left), context.value(right))


def gemm(context: Context, node: Node) -> Placed:
    alpha, beta = node.attributes.get("alpha", 1.0), node.attributes.get("beta", 1.0)
    kernel = context.constant(node.inputs[1])
    bias = context.constant(node.input(2)) if node.input(2) else np.zeros(1)
    if kernel is None or bias is None or (bias.ndim == 2 and bias.shape[0] > 1):
        raise Unsupported("its matrix and bias must be constants, the bias one row")
    value = context.value(node.inputs[0])
    if node.attributes.get("transA", 0):
        value = value.transposed([1, 0])
    if node.attributes.get("transB", 0):
        kernel = kernel.T
    bias = np.broadcast_to(bias.reshape(-1) * beta, (kernel.shape[1],))
    return dense(context, value, kernel * alpha, bias)


def _dense_node(context: Context, name: str, kernel: np.ndarray, bias) -> Placed:
    value = context.value(name)
    if kernel.ndim == 1:
        kernel = kernel[:, None]
        value = dense(context, value, kernel, bias)
        return value.with_axes(list(value.axes[:-1]))
    return dense(context, value, kernel, bias)


def dense(context: Context, value: Placed, kernel: np.ndarray, bias) -> Placed:
    """x [..., N] times kernel [N, O]; the order of the rows does not matter."""
    value = value.merged() if not _ends_with_axis(value) else value
    last = list(value.axes[-1])
    rows = [atom for atom in range(len(value.sizes)) if atom not in last]
    value = context.emitter.ordered(value, [*rows, *last])
    inputs, outputs = kernel.shape
    if value.shape[-1] != inputs:
        merged = value.merged()
        shape = (*(merged.sizes[: -1 if last else None]), inputs)
        if len(shape) > 6:
            shape = (prod(shape[:-1]), inputs)
        value = replace(
            value, name=context.emitter.reshape(value.name, value.shape, shape), shape=shape
        )
    weights = {"kernel": kernel.T, "bias": np.zeros(outputs) if bias is None else bias}
    made = context.node("dense", [value.name], weights)
    count = len(rows)
    place = {atom: index for index, atom in enumerate(rows)}
    # `ordered` has numbered the atoms anew: rows first.
    axes = [tuple(axis) for axis in value.axes[:-1]]
    assert all(atom < count for axis in axes for atom in axis), (axes, place)
    sizes = (*value.sizes[:count], *([outputs] if outputs > 1 else []))
    axes.append((count,) if outputs > 1 else ())
    return Placed(made, (*value.shape[:-1], outputs), sizes, tuple(axes))


def _ends_with_axis(value: Placed) -> bool:
    size = prod(value.sizes[atom] for atom in value.axes[-1])
    return value.shape[-1] == size


def _product(context: Context, a: Placed, b: Placed) -> Placed:
    if len(a.axes) < 2 or len(b.axes) < 2:
        raise Unsupported(
            "a product of two values needs two matrices; give the vector an axis of 1"
        )
    rank = max(len(a.axes), len(b.axes))
    a = a.with_axes([()] * (rank - len(a.axes)) + list(a.axes))
    b = b.with_axes([()] * (rank - len(b.axes)) + list(b.axes))
    a, b = _same_batches(context, a, b)
    batches = range(rank - 2)
    names, shapes, transpose = [], [], False
    keys = [(axis, n) for axis in batches for n in range(max(len(a.axes[axis]), len(b.axes[axis])))]
    # In the order in which they lie in `a`, so that it may stay as it is.
    keys.sort(key=lambda k: a.axes[k[0]][k[1]] if k[1] < len(a.axes[k[0]]) else -1)
    for index, placed in enumerate((a, b)):
        lead = [
            [placed.axes[axis][number]] if number < len(placed.axes[axis]) else []
            for axis, number in keys
        ]
        rows, columns = list(placed.axes[-2]), list(placed.axes[-1])
        if index == 1 and rows and columns and columns[0] < rows[0]:
            rows, columns, transpose = columns, rows, True
        groups = [*lead, rows, columns]
        if len(groups) > 6:
            raise Unsupported(f"it needs {len(groups)} axes at once, at most 6 exist")
        name, moved = context.emitter.grouped(placed, groups)
        names.append(name)
        shapes.append(moved.shape)
    attributes = {"transposeB": True} if transpose else {}
    made = context.node("matmul", names, **attributes)
    lead_shape = tuple(max(x, y) for x, y in zip(shapes[0][:-2], shapes[1][:-2], strict=True))
    height, width = shapes[0][-2], shapes[1][-2 if transpose else -1]
    axes: list[tuple[int, ...]] = [() for _ in range(rank)]
    sizes = []
    for key, size in zip(keys, lead_shape, strict=True):
        axes[key[0]] = (*axes[key[0]], len(sizes))
        sizes.append(size)
    for axis, size in ((rank - 2, height), (rank - 1, width)):
        if size > 1:
            axes[axis] = (len(sizes),)
            sizes.append(size)
    ordered = {axis: sorted(k for k in keys if k[0] == axis) for axis in batches}
    for axis, own in ordered.items():
        axes[axis] = tuple(keys.index(key) for key in own)
    return Placed(made, (*lead_shape, height, width), tuple(sizes), tuple(axes))


def _same_batches(context: Context, a: Placed, b: Placed) -> tuple[Placed, Placed]:
    cuts_a, cuts_b = [], []
    for axis in range(len(a.axes) - 2):
        own, other = atom_sizes(a, axis), atom_sizes(b, axis)
        cuts = common_cuts(own, other) if own and other else None
        if own and other and cuts is None:
            return context.emitter.logical(a).merged(), context.emitter.logical(b).merged()
        cuts_a.append(cuts or own)
        cuts_b.append(cuts or other)
    for axis in (-2, -1):
        cuts_a.append(atom_sizes(a, axis))
        cuts_b.append(atom_sizes(b, axis))
    return a.split_axes(cuts_a), b.split_axes(cuts_b)


def attention(context: Context, node: Node) -> Placed:
    """Query [..., Q, d], key [..., d, K] and value [..., K, v].

    The batches in front are heads where they lie behind the rows of the query, else batches. Rows
    stay in the order in which they lie: attention doesn't care, as long as those of key and value
    agree.
    """
    query, key, value = (context.value(name) for name in node.inputs)
    rank = len(query.axes)
    key = key.transposed([*range(rank - 2), rank - 1, rank - 2])
    query, key = _same_batches(context, query.merged(), key.merged())
    query, value = _same_batches(context, query, value.merged())
    query, key = _same_batches(context, query, key)
    key, value = _same_rows(context, key, value)
    rows = sorted(query.axes[-2])
    key_order = sorted(range(len(key.axes[-2])), key=lambda n: key.axes[-2][n])
    batch = [(axis, n) for axis in range(rank - 2) for n in range(len(query.axes[axis]))]
    batch.sort(key=lambda k: query.axes[k[0]][k[1]])
    first_row = rows[0] if rows else len(query.sizes)
    lead = [k for k in batch if query.axes[k[0]][k[1]] < first_row]
    heads = [k for k in batch if k not in lead]
    names, shapes = [], []
    for placed in (query, key, value):
        own_rows = rows if placed is query else [placed.axes[-2][n] for n in key_order]
        before = [placed.axes[axis][number] for axis, number in lead]
        inner = [placed.axes[axis][number] for axis, number in heads] + list(placed.axes[-1])
        name, moved = context.emitter.grouped(
            placed, [*([before] if before else []), own_rows, inner]
        )
        names.append(name)
        shapes.append(moved.shape)
    count = prod(query.sizes[query.axes[axis][number]] for axis, number in heads)
    attributes = {"scale": plain(node.attributes["scale"])}
    if count > 1:
        attributes["heads"] = count
    made = context.node("attention", names, **attributes)
    # As the query lies, with the columns of the value.
    sizes, axes = [], [[] for _ in range(rank)]
    places = {}
    for key_or_row in [*lead, *rows, *heads]:
        is_row = isinstance(key_or_row, int)
        atom = key_or_row if is_row else query.axes[key_or_row[0]][key_or_row[1]]
        places[atom] = len(sizes)
        sizes.append(query.sizes[atom])
    for axis in range(rank - 1):
        axes[axis] = [places[atom] for atom in query.axes[axis]]
    for size in atom_sizes(value, -1):
        axes[-1].append(len(sizes))
        sizes.append(size)
    shape = (*shapes[0][:-1], shapes[2][-1])
    return Placed(made, shape, tuple(sizes), tuple(tuple(axis) for axis in axes))


def _same_rows(context: Context, key: Placed, value: Placed) -> tuple[Placed, Placed]:
    """Both with the same atoms on the axis before the last."""
    cuts = common_cuts(atom_sizes(key, -2), atom_sizes(value, -2))
    if cuts is None:
        return context.emitter.logical(key).merged(), context.emitter.logical(value).merged()
    return tuple(
        placed.split_axes(
            [
                cuts if axis == len(placed.axes) - 2 else atom_sizes(placed, axis)
                for axis in range(len(placed.axes))
            ]
        )
        for placed in (key, value)
    )
