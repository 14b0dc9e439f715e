"""Layer and group normalisation, written out in means or hidden in an InstanceNormalization."""

from __future__ import annotations

import numpy as np

from ..onnx_graph.graph import Node, StaticGraph


def reduced_axes(graph: StaticGraph, node: Node) -> list[int] | None:
    """The axes of a Reduce node, sorted; None: they aren't constant."""
    rank = len(graph.shape(node.inputs[0]))
    axes = node.attributes.get("axes")
    if axes is None and node.input(1):
        value = graph.constant(node.input(1))
        if value is None:
            return None
        axes = value.reshape(-1).tolist()
    if not axes:
        return [] if node.attributes.get("noop_with_empty_axes") else list(range(rank))
    return sorted(axis % rank for axis in axes)


def find_layer_norms(graph: StaticGraph) -> None:
    """(x - mean) / sqrt(mean((x - mean)^2) + epsilon) over the last axes."""
    producers = graph.producers()
    for node in list(graph.nodes):
        if node.op != "Div":
            continue
        centre, root = producers.get(node.inputs[0]), producers.get(node.inputs[1])
        if centre is None or centre.op != "Sub" or root is None or root.op != "Sqrt":
            continue
        source = centre.inputs[0]
        shifted = producers.get(root.inputs[0])
        if shifted is None or shifted.op != "Add":
            continue
        for variance_name, epsilon_name in (shifted.inputs, shifted.inputs[::-1]):
            epsilon = graph.scalar(epsilon_name)
            axes = _variance_axes(graph, producers, variance_name, source, centre.outputs[0])
            if epsilon is None or axes is None:
                continue
            mean = producers.get(centre.inputs[1])
            if mean is None or mean.op != "ReduceMean" or mean.inputs[0] != source:
                continue
            rank = len(graph.shape(source))
            if reduced_axes(graph, mean) != axes or axes != list(range(axes[0], rank)):
                continue
            made = Node(
                "LayerNormalization",
                [source],
                list(node.outputs),
                {"axis": axes[0], "epsilon": epsilon},
                node.name,
            )
            graph.replace([node], made)
            _take_scale_and_offset(graph, made, graph.shape(source)[axes[0] :])
            break
    graph.remove_unread()


def _variance_axes(graph, producers, name, source, centred) -> list[int] | None:
    node = producers.get(name)
    if node is None or node.op != "ReduceMean" or node.attributes.get("keepdims", 1) != 1:
        return None
    square = producers.get(node.inputs[0])
    if square is None:
        return None
    is_square = (square.op == "Mul" and square.inputs[0] == square.inputs[1]) or (
        square.op == "Pow" and graph.scalar(square.inputs[1]) == 2
    )
    if not is_square or not _is_centred(producers, square.inputs[0], source, centred):
        return None
    return reduced_axes(graph, node)


def _is_centred(producers, name, source, centred) -> bool:
    """Exporters write the difference from the mean once or twice."""
    if name == centred:
        return True
    node, other = producers.get(name), producers[centred]
    if node is None or node.op != "Sub" or node.inputs[0] != source:
        return False
    first, second = producers.get(node.inputs[1]), producers.get(other.inputs[1])
    return (
        first is not None
        and second is not None
        and (first.op, first.inputs, first.attributes)
        == (second.op, second.inputs, second.attributes)
    )


def _take_scale_and_offset(graph: StaticGraph, norm: Node, shape: tuple[int, ...]) -> None:
    for op, role in (("Mul", "scale"), ("Add", "offset")):
        value, last = _constant_behind(graph, norm, op)
        fits = value is not None and np.broadcast_shapes(value.shape, shape) == shape
        if fits:
            norm.attributes[role] = np.broadcast_to(value, shape)
            norm.outputs = list(last.outputs)
            graph.replace([norm, last], norm)


def _constant_behind(graph, node, op) -> tuple[np.ndarray | None, Node | None]:
    readers = graph.readers().get(node.outputs[0], [])
    if len(readers) != 1 or readers[0].op != op:
        return None, None
    (reader,) = readers
    others = [name for name in reader.inputs if name != node.outputs[0]]
    value = graph.constant(others[0]) if len(others) == 1 else None
    return value, reader


def find_group_norms(graph: StaticGraph) -> None:
    """Reshape to [N, groups, rest], InstanceNormalization, Reshape back, then scale and offset."""
    producers = graph.producers()
    for node in list(graph.nodes):
        if node.op != "InstanceNormalization":
            continue
        before = producers.get(node.inputs[0])
        if before is None or before.op != "Reshape":
            continue
        source = before.inputs[0]
        shape, groups = graph.shape(source), graph.shape(node.inputs[0])[1]
        readers = graph.readers().get(node.outputs[0], [])
        scale, offset = graph.constant(node.inputs[1]), graph.constant(node.inputs[2])
        if len(shape) < 2 or len(readers) != 1 or readers[0].op != "Reshape":
            continue
        batch = graph.shape(node.inputs[0])[0]
        if shape[0] != batch or shape[1] % groups or graph.shape(readers[0].outputs[0]) != shape:
            continue
        if scale is None or offset is None:
            continue
        each = shape[1] // groups
        made = Node(
            "GroupNorm",
            [source],
            list(readers[0].outputs),
            {
                "groups": groups,
                "epsilon": node.attributes.get("epsilon", 1e-5),
                "scale": np.repeat(scale, each),
                "offset": np.repeat(offset, each),
            },
            node.name,
        )
        graph.replace([node, readers[0]], made)
        _fold_channel_scale(graph, made, shape)
    graph.remove_unread()


def _fold_channel_scale(graph: StaticGraph, norm: Node, shape: tuple[int, ...]) -> None:
    channels = (shape[1], *[1] * (len(shape) - 2))
    for op in ("Mul", "Add"):
        value, last = _constant_behind(graph, norm, op)
        if value is None:
            continue
        value = (
            value.reshape(value.shape[value.ndim - len(channels) :])
            if (value.ndim > len(channels) and value.shape[0] == 1)
            else value
        )
        if value.shape not in (channels, ()) and value.size != 1:
            continue
        value = np.broadcast_to(value.reshape(-1), (shape[1],)).astype(np.float64)
        if op == "Mul":
            norm.attributes["scale"] = norm.attributes["scale"] * value
            norm.attributes["offset"] = norm.attributes["offset"] * value
        else:
            norm.attributes["offset"] = norm.attributes["offset"] + value
        norm.outputs = list(last.outputs)
        graph.replace([norm, last], norm)
