"""Context: what the converters of single operators work with."""

from __future__ import annotations

from dataclasses import replace
from math import prod

import numpy as np

from ..errors import Unsupported
from ..onnx_graph.graph import Node, StaticGraph
from .emitter import Emitter
from .layout import Placed, in_order


class Context:
    def __init__(self, graph: StaticGraph):
        self.graph = graph
        self.emitter = Emitter()
        self.placed: dict[str, Placed] = {}

    def operand(self, name: str, other: tuple[int, ...]) -> Placed:
        """Like value(), for an operator that broadcasts: a constant is as small as may be.

        @param other the other operand's shape, which must bring the axes that the constant loses.
        """
        constant = self.constant(name) if name not in self.placed else None
        if constant is None:
            return self.value(name)
        return self.place_constant(narrowed(constant, other))

    def value(self, name: str) -> Placed:
        """The value where it lies; a constant is made a value of the graph."""
        if name not in self.placed:
            constant = self.constant(name)
            if constant is None:
                raise Unsupported(f"{name} is missing")
            self.placed[name] = self.place_constant(constant)
        return self.placed[name]

    def place_constant(self, array: np.ndarray) -> Placed:
        made = self.emitter.constant(array.reshape([size for size in array.shape if size > 1]))
        return in_order(array.shape, made)

    def constant(self, name: str) -> np.ndarray | None:
        value = self.graph.constant(name)
        return None if value is None else value.astype(np.float64)

    def weight(self, node: Node, index: int, what: str) -> np.ndarray:
        value = self.constant(node.input(index)) if node.input(index) else None
        if value is None:
            raise Unsupported(
                f"its {what} is computed by the network; only constants can be weights"
            )
        return value

    def shape(self, name: str) -> tuple[int, ...]:
        return self.graph.shape(name)

    def node(self, op: str, inputs: list[str], weights: dict | None = None, **attributes) -> str:
        return self.emitter.node(op, inputs, weights, **attributes)

    def elementwise(self, placed: Placed, op: str, weights=None, **attributes) -> Placed:
        """A node that gives each element its new value where it lies."""
        return replace(placed, name=self.node(op, [placed.name], weights, **attributes))

    # How a value is seen by an operator that cares for one axis.

    def reshaped(self, placed: Placed, shape: tuple[int, ...]) -> Placed:
        """The ONNX reshape; free unless the atoms don't divide so."""
        found = placed.reshaped(shape)
        if found is not None:
            return found
        flat = self.emitter.logical(placed)
        flat = replace(flat, sizes=(prod(flat.sizes),), axes=((0,),))
        return flat.reshaped(shape)

    def contiguous(self, placed: Placed, axis: int) -> Placed:
        """The value with the atoms of the axis beside each other, merged to at most one."""
        merged = placed.merged()
        atoms = merged.axes[axis]
        if len(atoms) <= 1:
            return merged
        others = [atom for atom in range(len(merged.sizes)) if atom not in atoms]
        place = sum(atom < atoms[-1] for atom in others)
        order = [*others[:place], *atoms, *others[place:]]
        return self.emitter.ordered(merged, order).merged()

    def along(self, placed: Placed, axis: int) -> tuple[Placed, int]:
        """The value with the ONNX axis as one axis of the divisi value, and that one's index."""
        placed = self.contiguous(placed, axis)
        if not placed.axes[axis]:
            shape = (*placed.shape, 1)
            name = self.emitter.reshape(placed.name, placed.shape, shape)
            return replace(placed, name=name, shape=shape), len(placed.shape)
        (atom,) = placed.axes[axis]
        outer, size = prod(placed.sizes[:atom]), placed.sizes[atom]
        so_far = 1
        for index, length in enumerate(placed.shape):
            if so_far == outer and length == size:
                return placed, index
            so_far *= length
        inner = prod(placed.sizes[atom + 1 :])
        shape = tuple(part for part in (outer, size, inner) if part > 1)
        name = self.emitter.reshape(placed.name, placed.shape, shape)
        return replace(placed, name=name, shape=shape), int(outer > 1)

    def resized(self, placed: Placed, axis: int, index: int, name: str, size: int) -> Placed:
        """`placed` of along() after an operator has changed the length of the axis."""
        shape = (*placed.shape[:index], size, *placed.shape[index + 1 :])
        if placed.axes[axis]:
            (atom,) = placed.axes[axis]
            sizes = (*placed.sizes[:atom], size, *placed.sizes[atom + 1 :])
            resized = replace(placed, name=name, shape=shape, sizes=sizes)
        else:
            # The new axis lies where along() has put it: behind all others.
            axes = list(placed.axes)
            axes[axis] = (len(placed.sizes),)
            resized = replace(
                placed, name=name, shape=shape, sizes=(*placed.sizes, size), axes=tuple(axes)
            )
        return drop_ones(resized)

    def natural(self, placed: Placed) -> Placed:
        """The value with neighbouring atoms of one ONNX axis as one axis of the divisi value."""
        placed = placed.merged()
        shape = placed.sizes or (1,)
        name = self.emitter.reshape(placed.name, placed.shape, shape)
        return replace(placed, name=name, shape=shape)


def drop_ones(placed: Placed) -> Placed:
    """Without atoms of size 1, which an operator may have left behind."""
    kept = [atom for atom, size in enumerate(placed.sizes) if size > 1]
    place = {atom: index for index, atom in enumerate(kept)}
    return replace(
        placed,
        sizes=tuple(placed.sizes[atom] for atom in kept),
        axes=tuple(tuple(place[a] for a in axis if a in place) for axis in placed.axes),
    )


def narrowed(array: np.ndarray, other: tuple[int, ...]) -> np.ndarray:
    """The array to be broadcast with one of the shape `other`, reduced to size 1 along the axes
    that `other` has and along which nothing changes."""
    for axis, size in enumerate(array.shape):
        place = axis - array.ndim + len(other)
        first = array.take([0], axis)
        if size > 1 and place >= 0 and other[place] == size and (array == first).all():
            array = first
    return array
