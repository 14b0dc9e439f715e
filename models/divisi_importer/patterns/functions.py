"""Finds GELU and SiLU, however they are spelt: by what they compute.

For each value that follows from another one element by element, with no other numbers than scalar
constants, its course over some points is computed along. A course that is that of a known function
is that function: no other spelling of anything agrees with it at 97 points to 5 digits.
"""

from __future__ import annotations

from math import erf

import numpy as np

from ..onnx_graph.graph import Node, StaticGraph

_POINTS = np.concatenate([np.linspace(-6, 6, 81), np.linspace(-40, 40, 16)])
_TOLERANCE = 1e-5
# So many values back a function's argument may lie (the longest spelling of GELU has 8 nodes).
_MOST_ARGUMENTS = 10

_erf = np.vectorize(erf)


def _sigmoid(x):
    return 1 / (1 + np.exp(-x))


_STEPS = {
    "Add": np.add,
    "Sub": np.subtract,
    "Mul": np.multiply,
    "Div": np.divide,
    "Pow": np.power,
    "Neg": np.negative,
    "Erf": _erf,
    "Exp": np.exp,
    "Sigmoid": _sigmoid,
    "Tanh": np.tanh,
    "Sqrt": np.sqrt,
    "Reciprocal": np.reciprocal,
}
_KNOWN = {
    ("Gelu", "none"): _POINTS / 2 * (1 + _erf(_POINTS / np.sqrt(2))),
    ("Gelu", "tanh"): _POINTS
    / 2
    * (1 + np.tanh(np.sqrt(2 / np.pi) * (_POINTS + 0.044715 * _POINTS**3))),
    ("Silu", ""): _POINTS * _sigmoid(_POINTS),
}


def find_functions(graph: StaticGraph) -> None:
    # value -> {argument: course of the value over the argument}
    courses: dict[str, dict[str, np.ndarray]] = {}
    for index, node in enumerate(graph.nodes):
        if node.op not in _STEPS:
            continue
        found = _courses(graph, node, courses)
        for argument, course in found.items():
            known = _recognised(course)
            if known is None:
                continue
            op, approximate = known
            attributes = {"approximate": approximate} if approximate else {}
            graph.nodes[index] = Node(op, [argument], node.outputs, attributes, node.name)
            found = {}
            break
        courses[node.outputs[0]] = found
    graph.remove_unread()


def _courses(graph, node, courses) -> dict[str, np.ndarray]:
    scalars = {name: graph.scalar(name) for name in node.inputs}
    moving = [name for name in node.inputs if scalars[name] is None]
    if not moving or any(name in graph.constants for name in moving):
        return {}
    shape = graph.shape(node.outputs[0])
    if any(graph.shape(name) != shape for name in moving):
        return {}
    given = [{name: _POINTS, **courses.get(name, {})} for name in moving]
    arguments = set.intersection(*(set(entry) for entry in given))
    found = {}
    # The nearest last: dictionaries keep the order in which they are filled.
    for argument in [name for name in given[0] if name in arguments][:_MOST_ARGUMENTS]:
        columns = {name: entry[argument] for name, entry in zip(moving, given, strict=True)}
        values = [columns.get(name, scalars[name]) for name in node.inputs]
        with np.errstate(all="ignore"):
            found[argument] = _STEPS[node.op](*values)
    return found


def _recognised(course: np.ndarray) -> tuple[str, str] | None:
    for known, wanted in _KNOWN.items():
        if course.shape == wanted.shape and np.isfinite(course).all():
            limit = _TOLERANCE * (1 + np.abs(wanted))
            if (np.abs(course - wanted) <= limit).all():
                return known
    return None
