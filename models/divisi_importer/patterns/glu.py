"""GLU: the first half of a value times the sigmoid of its second half."""

from __future__ import annotations

from ..onnx_graph.graph import Node, StaticGraph
from .slices import part_of


def find_glu(graph: StaticGraph) -> None:
    producers = graph.producers()
    for index, node in enumerate(graph.nodes):
        if node.op != "Mul":
            continue
        for first, gate in (node.inputs, node.inputs[::-1]):
            sigmoid = producers.get(gate)
            if sigmoid is None or sigmoid.op != "Sigmoid":
                continue
            left = part_of(graph, first, producers)
            right = part_of(graph, sigmoid.inputs[0], producers)
            if left is None or right is None:
                continue
            if (left.source, left.axis) != (right.source, right.axis):
                continue
            size = graph.shape(left.source)[left.axis]
            half = size // 2
            if (left.start, left.end, right.start, right.end) == (0, half, half, size):
                attributes = {"axis": left.axis}
                graph.nodes[index] = Node("Glu", [left.source], node.outputs, attributes, node.name)
                break
    graph.remove_unread()
