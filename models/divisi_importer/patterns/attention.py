"""Attention: softmax(scale * query x key) x value, from its matrix products."""

from __future__ import annotations

from ..onnx_graph.graph import Node, StaticGraph


def find_attention(graph: StaticGraph) -> None:
    producers, readers = graph.producers(), graph.readers()

    def made_for_one(name: str) -> Node | None:
        """Who makes it, if it has one reader."""
        return producers.get(name) if len(readers.get(name, [])) == 1 else None

    for index, node in enumerate(graph.nodes):
        if node.op != "MatMul":
            continue
        softmax = made_for_one(node.inputs[0])
        if softmax is None or softmax.op != "Softmax":
            continue
        rank = len(graph.shape(softmax.inputs[0]))
        if rank < 2 or softmax.attributes.get("axis", -1) % rank != rank - 1:
            continue
        if len(graph.shape(node.inputs[1])) != rank or node.inputs[1] in graph.constants:
            continue
        name, scale = _without_scale(graph, made_for_one, softmax.inputs[0])
        scores = made_for_one(name)
        if scores is None or scores.op != "MatMul":
            continue
        if any(value in graph.constants for value in scores.inputs):
            continue
        # Batches that are only repeated stay matrix products.
        batches = {graph.shape(value)[:-2] for value in [*scores.inputs, node.inputs[1]]}
        if len(batches) != 1:
            continue
        query, query_scale = _without_scale(graph, made_for_one, scores.inputs[0])
        key, key_scale = _without_scale(graph, made_for_one, scores.inputs[1])
        graph.nodes[index] = Node(
            "ScaledAttention",
            [query, key, node.inputs[1]],
            node.outputs,
            {"scale": scale * query_scale * key_scale},
            node.name,
        )
    graph.remove_unread()


def _without_scale(graph: StaticGraph, made_for_one, name: str) -> tuple[str, float]:
    """What a value is a multiple of by a constant, and that constant."""
    scale = 1.0
    while True:
        node = made_for_one(name)
        if node is None or node.op not in ("Mul", "Div"):
            return name, scale
        first, second = node.inputs
        factor = graph.scalar(second)
        if factor is None and node.op == "Mul":
            first, second = second, first
            factor = graph.scalar(second)
        if not factor or graph.shape(first) != graph.shape(name):
            return name, scale
        scale *= factor if node.op == "Mul" else 1 / factor
        name = first
