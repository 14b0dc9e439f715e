"""Emitter: writes the nodes of the divisi graph, and moves elements where that is needed."""

from __future__ import annotations

from dataclasses import replace
from math import prod

import numpy as np

from ..errors import Unsupported
from ..model_writer import GraphBuilder
from .layout import Placed
from .waves import find_waves

_MOST_AXES = 6


class Emitter:
    def __init__(self):
        self.builder = GraphBuilder()
        self._names: set[str] = set()
        self._made: dict[tuple, str] = {}  # reshapes and transposes that are there already
        self._constants: dict[str, np.ndarray] = {}
        self._reshaped: dict[str, tuple[str, tuple[int, ...]]] = {}  # name -> what it is made of
        self._hint = "value"

    def hint(self, onnx_name: str) -> None:
        """What the values made from now on are called like."""
        name = onnx_name.strip("/").split(";")[0]
        for ending in ("_output_0", ":0"):
            name = name.removesuffix(ending)
        self._hint = name or "value"

    def reserve(self, name: str) -> None:
        self._names.add(name)

    def name(self) -> str:
        name, number = self._hint, 2
        while name in self._names:
            name, number = f"{self._hint}/{number}", number + 1
        self._names.add(name)
        return name

    def node(self, op: str, inputs: list[str], weights: dict | None = None, **attributes) -> str:
        return self.builder.node(op, inputs, self.name(), weights, **attributes)

    def constant(self, value: np.ndarray) -> str:
        """A value of the array's shape; a scalar becomes [1]."""
        value = value.reshape(value.shape or (1,))
        key = ("constant", value.shape, value.astype("<f4").tobytes())
        if key not in self._made:
            made = self.node("constant", [], {"value": value})
            self._made[key], self._constants[made] = made, value
        return self._made[key]

    def reshape(self, name: str, old: tuple[int, ...], shape: tuple[int, ...]) -> str:
        shape = shape or (1,)
        if shape == old:
            return name
        if name in self._constants:
            return self.constant(self._constants[name].reshape(shape))
        base, base_shape = self._reshaped.get(name, (name, old))
        if shape == base_shape:
            return base
        key = ("reshape", base, shape)
        if key not in self._made:
            if len(shape) > _MOST_AXES:
                raise Unsupported(f"needs {len(shape)} axes at once, at most {_MOST_AXES} exist")
            made = self.node("reshape", [base], shape=list(shape))
            self._made[key] = made
            self._reshaped[made] = (base, base_shape)
        return self._made[key]

    def ordered(self, placed: Placed, order: list[int]) -> Placed:
        """The value with its atoms lying in the given order: as it is, or transposed."""
        if order == sorted(order):
            return placed
        # Atoms that stay neighbours move as one.
        blocks: list[list[int]] = []
        for atom in order:
            if blocks and atom == blocks[-1][-1] + 1:
                blocks[-1].append(atom)
            else:
                blocks.append([atom])
        by_place = sorted(blocks)
        sizes = [prod(placed.sizes[atom] for atom in block) for block in by_place]
        permutation = [by_place.index(block) for block in blocks]
        shape = tuple(sizes[index] for index in permutation)
        if placed.name in self._constants:
            array = self._constants[placed.name].reshape(sizes).transpose(permutation)
            made = self.constant(array)
        else:
            made = self._transpose(placed, tuple(sizes), permutation)
        place = {atom: index for index, atom in enumerate(order)}
        return Placed(
            made,
            shape,
            tuple(placed.sizes[atom] for atom in order),
            tuple(tuple(place[atom] for atom in axis) for axis in placed.axes),
        )

    def _transpose(self, placed: Placed, sizes: tuple[int, ...], permutation: list[int]) -> str:
        source = self.reshape(placed.name, placed.shape, sizes)
        key = ("transpose", source, tuple(permutation))
        if key not in self._made:
            if len(sizes) > _MOST_AXES:
                raise Unsupported(f"needs {len(sizes)} axes at once, at most {_MOST_AXES} exist")
            self._made[key] = self.node("transpose", [source], permutation=permutation)
        return self._made[key]

    def grouped(self, placed: Placed, groups: list[list[int]]) -> tuple[str, Placed]:
        """The name of a divisi value whose axes are these groups of atoms, all in this order.

        @return its name, and the value as it lies there, with atoms numbered anew.
        """
        order = [atom for group in groups for atom in group]
        shape = tuple(prod(placed.sizes[atom] for atom in group) for group in groups)
        moved = self.ordered(placed, order)
        name = self.reshape(moved.name, moved.shape, shape)
        return name, replace(moved, name=name, shape=shape or (1,))

    def logical(self, placed: Placed) -> Placed:
        """The value with its atoms in the order of its ONNX axes."""
        return self.ordered(placed, [atom for axis in placed.axes for atom in axis])

    def _write_as_waves(self, node: dict) -> bool:
        """Where a constant is a table of sines: writes the nodes that compute it."""
        if node["op"] != "constant":
            return False
        waves = find_waves(self.builder.tensors[node["weights"]["value"]])
        if waves is None:
            return False
        self._hint = f"{node['output']}/angle"
        angle = self._constant_node(waves.phase)
        axes = (((waves.rows, 1, 1), waves.slow), ((waves.columns, 1), waves.fast))
        for shape, frequency in axes:
            if shape[0] > 1:
                place = self._constant_node(np.arange(shape[0]).reshape(shape))
                turn = self.node("multiply", [place, self._constant_node(frequency)])
                angle = self.node("add", [turn, angle])
        sines = self.node("sin", [angle])
        shape = [waves.rows * waves.columns, len(waves.phase)]
        self.builder.node("reshape", [sines], node["output"], shape=shape)
        return True

    def _constant_node(self, value: np.ndarray) -> str:
        return self.node("constant", [], {"value": value.astype("<f4")})

    def transposes(self) -> int:
        return sum(node["op"] == "transpose" for node in self.builder.nodes)

    def finish(self, outputs: list[dict], inputs: list[dict]) -> dict:
        """The graph document, without nodes and weights that no output needs."""
        builder = self.builder
        needed, kept = {output["value"] for output in outputs}, []
        for node in reversed(builder.nodes):
            if node["output"] in needed:
                needed.update(node["inputs"])
                kept.append(node)
        builder.nodes = []
        for node in reversed(kept):
            if not self._write_as_waves(node):
                builder.nodes.append(node)
        used = {name for node in builder.nodes for name in node.get("weights", {}).values()}
        builder.tensors = {k: v for k, v in builder.tensors.items() if k in used}
        return builder.document(inputs=inputs, outputs=outputs)
