"""StaticGraph: an ONNX graph of which every shape is known, with its constants as arrays."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from ..errors import ImportFailure


@dataclass(eq=False)
class Node:
    """A node as ONNX has it; a missing optional input is an empty name."""

    op: str
    inputs: list[str]
    outputs: list[str]
    attributes: dict = field(default_factory=dict)
    name: str = ""

    @property
    def title(self) -> str:
        """What a message calls it: the operator and the best name there is."""
        return f"{self.op} {self.name or self.outputs[0]}"

    def input(self, index: int) -> str:
        return self.inputs[index] if index < len(self.inputs) else ""


@dataclass(frozen=True)
class Tensor:
    """What is known of a value before the network runs."""

    shape: tuple[int, ...]
    dtype: np.dtype

    @property
    def is_float(self) -> bool:
        return self.dtype.kind == "f"


class StaticGraph:
    def __init__(self):
        self.opset = 17
        self.inputs: list[str] = []
        self.outputs: list[str] = []
        self.nodes: list[Node] = []
        self.tensors: dict[str, Tensor] = {}
        self.constants: dict[str, np.ndarray] = {}

    def shape(self, name: str) -> tuple[int, ...]:
        return self.tensors[name].shape

    def constant(self, name: str) -> np.ndarray | None:
        """The value's array where it is constant; floats as float32."""
        value = self.constants.get(name)
        if value is not None and value.dtype.kind == "f":
            return value.astype(np.float32, copy=False)
        return value

    def require_constant(self, node: Node, index: int, what: str) -> np.ndarray:
        value = self.constant(node.input(index))
        if value is None:
            raise ImportFailure(f"{node.title}: {what} must be a constant")
        return value

    def scalar(self, name: str) -> float | None:
        """The value where it is a constant of one element."""
        value = self.constant(name)
        return float(value.reshape(-1)[0]) if value is not None and value.size == 1 else None

    def add_constant(self, name: str, value: np.ndarray) -> str:
        self.constants[name] = value
        self.tensors[name] = Tensor(value.shape, value.dtype)
        return name

    def producers(self) -> dict[str, Node]:
        return {output: node for node in self.nodes for output in node.outputs if output}

    def readers(self) -> dict[str, list[Node]]:
        """Who reads a value; a graph's output counts as read by a node of its own."""
        readers: dict[str, list[Node]] = {}
        for node in self.nodes:
            for name in filter(None, node.inputs):
                readers.setdefault(name, []).append(node)
        for name in self.outputs:
            readers.setdefault(name, []).append(Node("(output)", [name], []))
        return readers

    def replace(self, old: Iterable[Node], new: Node) -> None:
        """Puts `new` in the place of the last of the `old` nodes."""
        gone = set(map(id, old))
        last = max(index for index, node in enumerate(self.nodes) if id(node) in gone)
        self.nodes = [
            new if index == last else node
            for index, node in enumerate(self.nodes)
            if index == last or id(node) not in gone
        ]

    def remove_unread(self) -> None:
        needed, kept = set(self.outputs), []
        for node in reversed(self.nodes):
            if needed.intersection(node.outputs):
                needed.update(filter(None, node.inputs))
                kept.append(node)
        self.nodes = kept[::-1]
