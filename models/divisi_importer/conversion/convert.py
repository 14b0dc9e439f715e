"""Converts a static graph as a whole: inputs, nodes, outputs."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import prod

import numpy as np

from ..errors import ImportFailure, Unsupported
from ..onnx_graph.graph import Node, StaticGraph
from .context import Context
from .layout import Placed, in_order
from .operators.table import ADVICE, CONVERTERS, DEFAULT_ADVICE
from .simplify import simplify

# An ONNX axis, or several that lie as one, the slowest first.
Layout = list[list[int]]


@dataclass
class Result:
    graph: dict
    tensors: dict[str, np.ndarray]
    transposes: list[str]  # what the nodes are called that move elements
    # For each name of the divisi graph: the ONNX name and the layout.
    inputs: dict[str, tuple[str, Layout]] = field(default_factory=dict)
    outputs: dict[str, tuple[str, Layout]] = field(default_factory=dict)


def convert(
    graph: StaticGraph,
    names: dict[str, str] | None = None,
    layouts: dict[str, Layout] | None = None,
) -> Result:
    """@param names what inputs and outputs are called in the model file, by their ONNX names.
    @param layouts how they lie there, by their ONNX names; see default_layout().
    """
    names, layouts = names or {}, layouts or {}
    context = Context(graph)
    for name in {names.get(n, n) for n in [*graph.inputs, *graph.outputs]}:
        context.emitter.reserve(name)
    result = Result({}, {}, [])
    inputs = [_place_input(context, name, names, layouts, result) for name in graph.inputs]
    complaints = _convert_nodes(context)
    if complaints:
        raise ImportFailure(_complaint(complaints))
    outputs = [_place_output(context, name, names, layouts, result) for name in graph.outputs]
    document = context.emitter.finish(outputs, inputs)
    result.graph, result.tensors = simplify(document, context.emitter.builder.tensors)
    result.transposes = [n["output"] for n in result.graph["nodes"] if n["op"] == "transpose"]
    return result


def default_layout(shape: tuple[int, ...]) -> Layout:
    """The batch of 1 left out; an image's channels last."""
    axes = list(range(len(shape)))
    if len(axes) > 1 and shape[0] == 1:
        axes = axes[1:]
    if len(shape) == 4:
        axes = [*axes[:-3], axes[-2], axes[-1], axes[-3]]
    return [[axis] for axis in axes]


def _place_input(context: Context, name, names, layouts, result: Result) -> dict:
    shape = context.shape(name)
    layout = _layout(name, shape, layouts)
    order = [axis for group in layout for axis in group]
    lying = in_order(tuple(shape[axis] for axis in order))
    axes: list[tuple[int, ...]] = [()] * len(shape)
    for place, axis in enumerate(order):
        axes[axis] = lying.axes[place]
    own = tuple(prod(shape[axis] for axis in group) for group in layout)
    new = names.get(name, name)
    context.placed[name] = Placed(new, own, lying.sizes, tuple(axes))
    result.inputs[new] = (name, layout)
    return {"name": new, "shape": list(own)}


def _place_output(context: Context, name, names, layouts, result: Result) -> dict:
    shape = context.shape(name)
    layout = _layout(name, shape, layouts)
    placed = context.value(name)
    context.emitter.hint(name)
    atoms = [[atom for axis in group for atom in placed.axes[axis]] for group in layout]
    value, _ = context.emitter.grouped(placed, atoms)
    own = tuple(prod(shape[axis] for axis in group) for group in layout)
    new = names.get(name, name)
    if new in result.outputs:
        raise ImportFailure(f"two outputs would be called {new}")
    result.outputs[new] = (name, layout)
    return {"name": new, "value": context.emitter.reshape(value, own, own)}


def _layout(name: str, shape: tuple[int, ...], layouts: dict[str, Layout]) -> Layout:
    layout = layouts.get(name)
    if layout is None:
        return default_layout(shape)
    order = [axis for group in layout for axis in group]
    missing = [axis for axis, size in enumerate(shape) if size > 1 and axis not in order]
    if len(set(order)) != len(order) or any(not 0 <= a < len(shape) for a in order) or missing:
        raise ImportFailure(
            f"--layout {name}: must have each axis of {list(shape)} once, counted from 0 (axes of "
            "size 1 may be left out)"
        )
    return layout


def _convert_nodes(context: Context) -> list[tuple[Node, str]]:
    complaints = []
    for node in context.graph.nodes:
        context.emitter.hint(node.outputs[0])
        try:
            made = _convert_node(context, node)
        except Unsupported as error:
            complaints.append((node, str(error)))
            made = [_stand_in(context, name) for name in node.outputs]
        for name, placed in zip(node.outputs, made, strict=True):
            if name and placed is not None:
                expected = context.shape(name)
                assert placed.onnx_shape == expected, (node, placed, expected)
                context.placed[name] = placed
    return complaints


def _convert_node(context: Context, node: Node) -> list[Placed | None]:
    converter = CONVERTERS.get(node.op)
    if converter is None:
        raise Unsupported("")
    for name in node.outputs:
        if name and not context.graph.tensors[name].is_float and node.op != "Dropout":
            kind = context.graph.tensors[name].dtype
            raise Unsupported(f"its result is {kind}; only numbers with a fraction are computed")
    made = converter(context, node)
    made = made if isinstance(made, list) else [made]
    return [*made, *[None] * (len(node.outputs) - len(made))]


def _stand_in(context: Context, name: str) -> Placed | None:
    """So that what follows is looked at too, and all complaints come at once."""
    return in_order(context.shape(name), "?") if name else None


def _complaint(complaints: list[tuple[Node, str]]) -> str:
    lines = [f"{len(complaints)} of the network's nodes cannot be converted:"]
    for node, reason in complaints:
        if reason:
            lines.append(f"  {node.title}: {reason}")
        else:
            advice = ADVICE.get(node.op, DEFAULT_ADVICE)
            lines.append(f"  {node.title}: there is no operator for it. Instead: {advice}")
    return "\n".join(lines)
