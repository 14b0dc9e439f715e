"""Placed: where the elements of an ONNX value lie in a value of the divisi graph.

A divisi value is a dense array. Seen from the ONNX value it is an array over *atoms*, factors of
the ONNX axes: each axis is a list of atoms, the outermost first, and the atoms lie in the array in
an order of their own. So transposing an ONNX value only reorders its axes, reshaping only regroups
or splits atoms, and neither costs anything; the elements are moved only where an operator needs its
atoms in another order than they are in. Axes of size 1 have no atoms.

    Placed("x", (512, 336, 4), sizes=(512, 336, 4), axes=((), (2,), (0,), (1,)))

is an ONNX value [1, 4, 512, 336] that lies channels-last in the divisi value x.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from math import prod


@dataclass(frozen=True)
class Placed:
    name: str
    shape: tuple[int, ...]  # of the divisi value
    sizes: tuple[int, ...]  # the atoms, in the order in which they lie
    axes: tuple[tuple[int, ...], ...]  # for each ONNX axis its atoms, as indices of `sizes`

    @property
    def onnx_shape(self) -> tuple[int, ...]:
        return tuple(prod(self.sizes[atom] for atom in axis) for axis in self.axes)

    def transposed(self, permutation: list[int]) -> Placed:
        return replace(self, axes=tuple(self.axes[axis] for axis in permutation))

    def with_axes(self, axes: list[tuple[int, ...]]) -> Placed:
        return replace(self, axes=tuple(axes))

    def reshaped(self, shape: tuple[int, ...]) -> Placed | None:
        """The same elements under another ONNX shape; None where the atoms don't divide so."""
        parts = self._cut_at(shape)
        if parts is None:
            return None
        split, groups = parts
        return split.with_axes(groups)

    def _cut_at(self, shape: tuple[int, ...]) -> tuple[Placed, list[tuple[int, ...]]] | None:
        waiting = [(atom, self.sizes[atom]) for axis in self.axes for atom in axis]
        pieces: dict[int, list[int]] = {atom: [] for atom in range(len(self.sizes))}
        groups: list[list[tuple[int, int]]] = []  # (atom, number of the piece)
        for size in shape:
            group, missing = [], size
            while missing > 1:
                if not waiting:
                    return None
                atom, left = waiting.pop(0)
                if missing % left == 0:
                    taken = left
                elif left % missing == 0:
                    taken = missing
                    waiting.insert(0, (atom, left // missing))
                else:
                    return None
                group.append((atom, len(pieces[atom])))
                pieces[atom].append(taken)
                missing //= taken
            groups.append(group)
        if waiting:
            return None
        first, sizes = {}, []
        for atom, taken in pieces.items():
            first[atom] = len(sizes)
            sizes += taken
        split = replace(self, sizes=tuple(sizes), axes=())
        return split, [tuple(first[atom] + number for atom, number in group) for group in groups]

    def split_axes(self, sizes: list[list[int]]) -> Placed | None:
        """Each ONNX axis cut into atoms of the given sizes, which multiply up to it."""
        flat = [size for axis in sizes for size in axis if size > 1]
        cut = self._cut_at(tuple(flat))
        if cut is None:
            return None
        split, groups = cut
        if any(len(group) > 1 for group in groups):
            return None
        atoms, axes = [group[0] for group in groups], []
        for axis in sizes:
            count = sum(size > 1 for size in axis)
            axes.append(tuple(atoms[:count]))
            atoms = atoms[count:]
        return split.with_axes(axes)

    def merged(self) -> Placed:
        """Neighbouring atoms of one axis joined to one, wherever they lie in their order."""
        following = {}  # atom -> the atom behind it on its axis
        for axis in self.axes:
            following.update({a: b for a, b in pairwise(axis) if b == a + 1})
        sizes, index = [], {}
        for atom, size in enumerate(self.sizes):
            if atom - 1 in following:
                sizes[-1] *= size
            else:
                sizes.append(size)
            index[atom] = len(sizes) - 1
        axes = [tuple(dict.fromkeys(index[atom] for atom in axis)) for axis in self.axes]
        return replace(self, sizes=tuple(sizes), axes=tuple(axes))


def atom_sizes(placed: Placed, axis: int) -> list[int]:
    return [placed.sizes[atom] for atom in placed.axes[axis]]


def common_cuts(first: list[int], second: list[int]) -> list[int] | None:
    """The coarsest factors of which both lists are made; None where there are none.

    [6] and [2, 3] give [2, 3]; [4, 6] and [6, 4] give None.
    """
    first, second, cuts = list(first), list(second), []
    while first and second:
        a, b = first.pop(0), second.pop(0)
        small, large = min(a, b), max(a, b)
        if large % small:
            return None
        cuts.append(small)
        if large > small:
            (first if a > b else second).insert(0, large // small)
    return None if first or second else cuts


def in_order(shape: tuple[int, ...], name: str = "") -> Placed:
    """A divisi value that has the ONNX shape as it is, without the axes of size 1."""
    sizes = tuple(size for size in shape if size > 1)
    axes, next_atom = [], 0
    for size in shape:
        axes.append((next_atom,) if size > 1 else ())
        next_atom += size > 1
    return Placed(name, sizes or (1,), sizes, tuple(axes))
