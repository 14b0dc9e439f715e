"""Cuts the part out of a network that lies between chosen values."""

from __future__ import annotations

import onnx

from ..errors import ImportFailure


def cut(model: onnx.ModelProto, inputs: list[str], outputs: list[str]) -> onnx.ModelProto:
    """A model that starts at `inputs` and ends at `outputs`; empty lists keep the model's own.

    Names are those of values, or of nodes, which stand for their first output. What the part needs
    of the model's own inputs stays an input.
    """
    graph = model.graph
    starts = [_value(graph, name) for name in inputs]
    ends = [_value(graph, name) for name in outputs] or [output.name for output in graph.output]
    needed, read, kept = set(ends), set(), []
    for node in reversed(graph.node):
        made = set(filter(None, node.output)) - set(starts)
        if needed & made:
            kept.append(node)
            read.update(filter(None, node.input))
            for attribute in node.attribute:
                read.update(_outer_names(attribute))
            needed |= read
    unread = [name for name in starts if name not in read]
    if unread:
        raise ImportFailure(
            f"--inputs {', '.join(unread)}: nothing between it and {', '.join(ends)} reads it"
        )
    part = onnx.ModelProto()
    part.CopyFrom(model)
    for field in ("node", "input", "output"):
        part.graph.ClearField(field)
    part.graph.node.extend(kept[::-1])
    weights = {tensor.name for tensor in graph.initializer}
    described = {entry.name: entry for entry in [*graph.input, *graph.output, *graph.value_info]}
    own = [entry.name for entry in graph.input if entry.name not in weights]
    # In the order of --inputs, then what else is needed in the model's order.
    for name in starts + [name for name in own if name in needed and name not in starts]:
        part.graph.input.append(described.get(name) or onnx.ValueInfoProto(name=name))
    for name in ends:
        part.graph.output.append(described.get(name) or onnx.ValueInfoProto(name=name))
    unused = [tensor for tensor in part.graph.initializer if tensor.name not in needed]
    for tensor in unused:
        part.graph.initializer.remove(tensor)
    return part


def find_value(model: onnx.ModelProto, name: str) -> str:
    """The value that the name of a value or a node stands for."""
    return _value(model.graph, name)


def _value(graph: onnx.GraphProto, name: str) -> str:
    for node in graph.node:
        if name in node.output:
            return name
    if any(entry.name == name for entry in graph.input):
        return name
    for node in graph.node:
        if node.name == name:
            return node.output[0]
    raise ImportFailure(f"the network has no value or node {name}")


def _outer_names(attribute: onnx.AttributeProto) -> set[str]:
    """What a subgraph (of If, Loop) reads from outside it: at most every name in it."""
    graphs = [attribute.g] if attribute.HasField("g") else list(attribute.graphs)
    names: set[str] = set()
    for graph in graphs:
        names |= {output.name for output in graph.output}
        for node in graph.node:
            names.update(filter(None, node.input))
            for inner in node.attribute:
                names |= _outer_names(inner)
    return names
