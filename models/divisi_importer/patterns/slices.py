"""What part of a value another one is, whether cut out by Split or by Slice."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..onnx_graph.graph import Node, StaticGraph


class Part(NamedTuple):
    source: str
    axis: int
    start: int
    end: int


def split_sizes(graph: StaticGraph, node: Node) -> list[int]:
    return [graph.shape(name)[axis_of(graph, node)] for name in node.outputs]


def axis_of(graph: StaticGraph, node: Node, default: int = 0) -> int:
    return node.attributes.get("axis", default) % len(graph.shape(node.inputs[0]))


def slices(graph: StaticGraph, node: Node) -> list[tuple[int, int, int, int]] | None:
    """(axis, start, end, step) of a Slice as numpy resolves them; None: they aren't constant."""
    shape = graph.shape(node.inputs[0])
    if "starts" in node.attributes:
        starts, ends = node.attributes["starts"], node.attributes["ends"]
        axes = node.attributes.get("axes", list(range(len(starts))))
        steps = [1] * len(starts)
    else:
        given = [graph.constant(node.input(index)) for index in range(1, 5)]
        if given[0] is None or given[1] is None:
            return None
        starts, ends = given[0].tolist(), given[1].tolist()
        axes = list(range(len(starts))) if given[2] is None else given[2].tolist()
        steps = [1] * len(starts) if given[3] is None else given[3].tolist()
    found = []
    for axis, start, end, step in zip(axes, starts, ends, steps, strict=True):
        size = shape[axis]
        first, last, step = slice(_near(start), _near(end), step).indices(size)
        found.append((axis % len(shape), first, last, step))
    return found


def _near(index: int) -> int:
    """ONNX writes 2^63-1 and -2^63 for the ends."""
    return int(np.clip(index, -(2**40), 2**40))


def part_of(graph: StaticGraph, name: str, producers: dict[str, Node]) -> Part | None:
    node = producers.get(name)
    if node is None:
        return None
    if node.op == "Split":
        start = sum(split_sizes(graph, node)[: node.outputs.index(name)])
        axis = axis_of(graph, node)
        return Part(node.inputs[0], axis, start, start + graph.shape(name)[axis])
    if node.op == "Slice":
        cuts = slices(graph, node)
        if cuts is not None and len(cuts) == 1 and cuts[0][3] == 1:
            axis, start, end, _ = cuts[0]
            return Part(node.inputs[0], axis, start, end)
    return None
