"""A small ONNX network, imported and computed by numpy, against onnxruntime."""

from __future__ import annotations

import numpy as np
import onnx
import onnxruntime
from divisi_importer.conversion.convert import Result, convert
from divisi_importer.onnx_graph.cut import cut
from divisi_importer.onnx_graph.static import make_static
from divisi_importer.patterns import find_patterns
from graph_interpreter import Interpreter
from onnx import TensorProto, helper, numpy_helper

# onnxruntime's float32 noise is below 1e-6 of the peak in networks this small; any wrong axis,
# weight or constant far above 1e-3.
LIMIT = 1e-5


def node(op: str, inputs: list[str], outputs: list[str] | str, **attributes) -> onnx.NodeProto:
    outputs = [outputs] if isinstance(outputs, str) else outputs
    return helper.make_node(op, inputs, outputs, **attributes)


def network(
    nodes: list[onnx.NodeProto],
    inputs: dict[str, tuple],
    outputs: list[str],
    weights: dict[str, np.ndarray] | None = None,
    opset: int = 17,
) -> onnx.ModelProto:
    """@param inputs shapes, with strings for sizes that are left open."""
    graph = helper.make_graph(
        nodes,
        "case",
        [helper.make_tensor_value_info(n, TensorProto.FLOAT, s) for n, s in inputs.items()],
        [helper.make_empty_tensor_value_info(name) for name in outputs],
        [numpy_helper.from_array(value, name) for name, value in (weights or {}).items()],
    )
    for output in graph.output:
        output.type.tensor_type.elem_type = TensorProto.FLOAT
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=9)


def imported(model: onnx.ModelProto, shapes=None, **options) -> Result:
    graph = make_static(cut(model, [], []), shapes or {})
    find_patterns(graph)
    return convert(graph, **options)


def check(model: onnx.ModelProto, shapes=None, given=None, limit=LIMIT, **options) -> Result:
    """Imports the network and compares what both compute. @return what the importer has made."""
    result = imported(model, shapes, **options)
    rng = np.random.default_rng(3)
    values = {}
    for onnx_name, _ in result.inputs.values():
        if given and onnx_name in given:
            values[onnx_name] = given[onnx_name]
            continue
        declared = next(entry for entry in model.graph.input if entry.name == onnx_name)
        shape = (shapes or {}).get(onnx_name) or [
            d.dim_value for d in declared.type.tensor_type.shape.dim
        ]
        values[onnx_name] = rng.standard_normal(shape).astype(np.float32)
    session = onnxruntime.InferenceSession(model.SerializeToString())
    names = [output.name for output in model.graph.output]
    expected = dict(zip(names, session.run(names, values), strict=True))
    network_inputs = {
        name: arranged(values[onnx_name], layout)
        for name, (onnx_name, layout) in result.inputs.items()
    }
    for port in result.graph["inputs"]:
        assert network_inputs[port["name"]].shape == tuple(port["shape"])
    made = Interpreter(result.graph, result.tensors).run(network_inputs)
    for name, (onnx_name, layout) in result.outputs.items():
        wanted = arranged(expected[onnx_name], layout)
        assert made[name].shape == wanted.shape
        peak = max(np.abs(wanted).max(), 1e-30)
        assert np.abs(made[name] - wanted).max() <= limit * peak, name
    return result


def arranged(value: np.ndarray, layout: list[list[int]]) -> np.ndarray:
    """The ONNX value as it lies in the divisi graph."""
    order = [axis for group in layout for axis in group]
    order += [axis for axis in range(value.ndim) if axis not in order]
    shape = [int(np.prod([value.shape[axis] for axis in group])) for group in layout]
    return value.transpose(order).reshape(shape or [1])


def operators(result: Result) -> list[str]:
    return [entry["op"] for entry in result.graph["nodes"]]


def random(*shape: int, seed: int = 5, scale: float = 1.0) -> np.ndarray:
    return (scale * np.random.default_rng(seed).standard_normal(shape)).astype(np.float32)
