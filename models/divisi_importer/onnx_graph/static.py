"""Makes an ONNX graph static: all shapes known, all that does not depend on the inputs computed.

One pass over the nodes: what reads only constants is run by ONNX's own reference evaluator, the
rest has its shapes inferred. So the shape arithmetic of an exported network disappears.
"""

from __future__ import annotations

import numpy as np
import onnx
from onnx import defs, helper, numpy_helper, shape_inference
from onnx.reference import ReferenceEvaluator

from ..errors import ImportFailure
from .graph import Node, StaticGraph, Tensor
from .read_file import opset

# A folded value is kept in memory, and what remains of them in the file.
_MOST_FOLDED_ELEMENTS = 1 << 27
_MOST_ELEMENTS = 1 << 29  # of the model file's reader
_SUBGRAPH = (onnx.AttributeProto.GRAPH, onnx.AttributeProto.GRAPHS)


def make_static(model: onnx.ModelProto, shapes: dict[str, tuple[int, ...]]) -> StaticGraph:
    """@param shapes of inputs; one that is not named here must be static in the file."""
    return _Pass(model).run(shapes)


class _Pass:
    def __init__(self, model: onnx.ModelProto):
        self._model = model
        self._graph = StaticGraph()
        self._opset = opset(model)
        self._imports = [helper.make_opsetid("", self._opset)]
        self._types: dict[str, onnx.TypeProto] = {}

    def run(self, shapes: dict[str, tuple[int, ...]]) -> StaticGraph:
        graph, proto = self._graph, self._model.graph
        graph.opset = self._opset
        for tensor in proto.initializer:
            self._know(tensor.name, numpy_helper.to_array(tensor))
        inputs = [entry for entry in proto.input if entry.name not in graph.constants]
        self._set_inputs(inputs, shapes)
        for node in proto.node:
            self._visit(node)
        graph.outputs = [entry.name for entry in proto.output]
        for name in graph.outputs:
            if name in graph.constants:
                raise ImportFailure(f"the output {name} does not depend on any input")
        graph.remove_unread()
        return graph

    def _set_inputs(self, inputs: list, shapes: dict[str, tuple[int, ...]]) -> None:
        unknown = set(shapes) - {entry.name for entry in inputs}
        if unknown:
            names = ", ".join(entry.name for entry in inputs)
            raise ImportFailure(f"--shape {sorted(unknown)[0]}: the inputs are {names}")
        open_ones = []
        for entry in inputs:
            tensor = entry.type.tensor_type
            if not entry.type.HasField("tensor_type") and entry.name not in shapes:
                open_ones.append(f"{entry.name} (nothing known)")
                continue
            declared = [d.dim_value if d.dim_value > 0 else d.dim_param for d in tensor.shape.dim]
            shape = shapes.get(entry.name, tuple(declared))
            if any(not isinstance(size, int) for size in shape):
                open_ones.append(f"{entry.name} [{','.join(str(d) or '?' for d in declared)}]")
                continue
            if tensor.HasField("shape") and entry.name in shapes:
                _check_fits(entry.name, shape, declared)
            _check_size(entry.name, shape)
            element = tensor.elem_type or onnx.TensorProto.FLOAT
            self._declare(entry.name, element, shape)
            self._graph.inputs.append(entry.name)
        if open_ones:
            example = open_ones[0].split(" ")[0]
            raise ImportFailure(
                f"these inputs have no fixed shape: {'; '.join(open_ones)}. Give each one as "
                f"--shape {example}=1,2,3"
            )

    def _visit(self, node: onnx.NodeProto) -> None:
        if node.domain not in ("", "ai.onnx"):
            raise ImportFailure(
                f"{node.op_type} {node.name}: is an operator of {node.domain}, not of ONNX"
            )
        if node.op_type == "Constant":
            self._know(node.output[0], _constant(node))
        elif node.op_type in ("Shape", "Size") and self._fold_shape(node):
            pass
        elif all(name in self._graph.constants for name in node.input if name):
            self._fold(node)
        elif node.op_type == "If" and node.input[0] in self._graph.constants:
            self._take_branch(node)
        else:
            self._infer(node)

    def _fold_shape(self, node: onnx.NodeProto) -> bool:
        shape = self._graph.shape(node.input[0])
        if node.op_type == "Size":
            value = np.array(int(np.prod(shape, dtype=np.int64)), np.int64)
        else:
            limits = {entry.name: entry.i for entry in node.attribute}
            value = np.array(shape[limits.get("start", 0) : limits.get("end", len(shape))], "i8")
        self._know(node.output[0], value)
        return True

    def _fold(self, node: onnx.NodeProto) -> None:
        given = {name: self._graph.constants[name] for name in node.input if name}
        for output, tensor in zip(node.output, self._inferred(node, quiet=True), strict=False):
            if tensor is not None and np.prod(tensor.shape, dtype=float) > _MOST_FOLDED_ELEMENTS:
                raise ImportFailure(f"{node.op_type} {node.name}: makes {output} too large")
        part = helper.make_graph(
            [node],
            "fold",
            [helper.make_value_info(name, self._types[name]) for name in given],
            [helper.make_empty_tensor_value_info(name) for name in node.output if name],
        )
        try:
            results = ReferenceEvaluator(helper.make_model(part, opset_imports=self._imports)).run(
                None, given
            )
        except Exception as error:  # the evaluator raises whatever numpy does
            raise ImportFailure(
                f"{node.op_type} {node.name or node.output[0]}: cannot be computed from its "
                f"constants: {error}"
            ) from error
        for name, value in zip(filter(None, node.output), results, strict=True):
            self._know(name, np.asarray(value))

    def _take_branch(self, node: onnx.NodeProto) -> None:
        """An If whose condition is known is the branch that it chooses."""
        wanted = "then_branch" if self._graph.constants[node.input[0]].item() else "else_branch"
        branch = next(entry.g for entry in node.attribute if entry.name == wanted)
        for tensor in branch.initializer:
            self._know(tensor.name, numpy_helper.to_array(tensor))
        for inner in branch.node:
            self._visit(inner)
        for inner, outer in zip(branch.output, node.output, strict=True):
            self._visit(helper.make_node("Identity", [inner.name], [outer]))

    def _infer(self, node: onnx.NodeProto) -> None:
        if any(entry.type in _SUBGRAPH for entry in node.attribute):
            raise ImportFailure(
                f"{node.op_type} {node.name or node.output[0]}: runs a part of the network "
                "depending on its data, which no operator here does; export the network with "
                "tracing, or unrolled, or cut the part off with --inputs or --outputs"
            )
        outputs = list(filter(None, node.output))
        tensors = self._inferred(node)
        for name, tensor in zip(outputs, tensors, strict=True):
            if tensor is None or any(size <= 0 for size in tensor.shape):
                raise ImportFailure(
                    f"{node.op_type} {node.name or name}: the shape of {name} depends on the "
                    "data, or is empty; cut this part off with --inputs or --outputs"
                )
            _check_size(name, tensor.shape)
            self._declare(name, helper.np_dtype_to_tensor_dtype(tensor.dtype), tensor.shape)
        attributes = {a.name: helper.get_attribute_value(a) for a in node.attribute}
        self._graph.nodes.append(
            Node(node.op_type, list(node.input), list(node.output), attributes, node.name)
        )

    def _inferred(self, node: onnx.NodeProto, quiet: bool = False) -> list[Tensor | None]:
        try:
            schema = defs.get_schema(node.op_type, self._opset)
            types = {name: self._types[name] for name in node.input if name}
            data = {
                name: numpy_helper.from_array(self._graph.constants[name])
                for name in node.input
                if name in self._graph.constants and self._graph.constants[name].size <= 1024
            }
            inferred = shape_inference.infer_node_outputs(
                schema, node, types, data, opset_imports=self._imports
            )
        except Exception as error:  # of onnx's C++: several kinds, all with a message in words
            if quiet:
                return []
            raise ImportFailure(
                f"{node.op_type} {node.name or node.output[0]}: {str(error).strip()}"
            ) from error
        tensors = [_tensor(inferred.get(name)) for name in node.output if name]
        if node.op_type == "GroupNormalization":
            # ONNX defines it by other operators and infers no shape.
            tensors = [self._graph.tensors[node.input[0]]]
        return tensors

    def _know(self, name: str, value: np.ndarray) -> None:
        self._graph.add_constant(name, value)
        element = helper.np_dtype_to_tensor_dtype(value.dtype)
        self._types[name] = helper.make_tensor_type_proto(element, value.shape)

    def _declare(self, name: str, element: int, shape: tuple[int, ...]) -> None:
        dtype = np.dtype(helper.tensor_dtype_to_np_dtype(element))
        self._graph.tensors[name] = Tensor(tuple(shape), dtype)
        self._types[name] = helper.make_tensor_type_proto(element, shape)


def _constant(node: onnx.NodeProto) -> np.ndarray:
    (entry,) = node.attribute
    value = helper.get_attribute_value(entry)
    if entry.name == "value":
        return numpy_helper.to_array(value)
    dtypes = {"value_float": "f4", "value_floats": "f4", "value_int": "i8", "value_ints": "i8"}
    if entry.name not in dtypes:
        raise ImportFailure(f"Constant {node.name or node.output[0]}: holds a {entry.name}")
    return np.array(value, dtypes[entry.name])


def _tensor(proto: onnx.TypeProto | None) -> Tensor | None:
    if proto is None or not proto.HasField("tensor_type"):
        return None
    tensor = proto.tensor_type
    if not tensor.HasField("shape") or not tensor.elem_type:
        return None
    shape = tuple(d.dim_value if d.HasField("dim_value") else -1 for d in tensor.shape.dim)
    return Tensor(shape, np.dtype(helper.tensor_dtype_to_np_dtype(tensor.elem_type)))


def _check_fits(name: str, shape: tuple[int, ...], declared: list) -> None:
    fits = len(shape) == len(declared) and all(
        not isinstance(wanted, int) or wanted == size
        for size, wanted in zip(shape, declared, strict=True)
    )
    if not fits:
        raise ImportFailure(
            f"--shape {name}={','.join(map(str, shape))}: the file has "
            f"[{','.join(str(d) or '?' for d in declared)}]"
        )


def _check_size(name: str, shape: tuple[int, ...]) -> None:
    count = 1
    for size in shape:
        count *= size
    if count > _MOST_ELEMENTS:
        raise ImportFailure(f"{name} has {count} elements, at most {_MOST_ELEMENTS} are possible")
