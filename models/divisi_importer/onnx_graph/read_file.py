"""Reads an ONNX file that anybody may have made, and refuses what cannot be a network.

Nothing of it is run here; the size of every part is known before memory is taken for it.
"""

from __future__ import annotations

from pathlib import Path

import onnx
from google.protobuf.message import DecodeError

from ..errors import ImportFailure

# protobuf's own limit of one message; larger networks keep their weights beside the file.
_MOST_BYTES = (1 << 31) - 1
_MOST_NODES = 200_000
_MOST_ELEMENTS = 1 << 29  # of the model file's reader
_OLDEST_OPSET, _NEWEST_OPSET = 7, 24


def read_onnx(path: Path) -> onnx.ModelProto:
    """@return the model, its functions expanded."""
    try:
        size = path.stat().st_size
        if size > _MOST_BYTES:
            raise ImportFailure(
                f"{path}: has {size} bytes; ONNX files have at most {_MOST_BYTES} (weights kept in "
                "files of their own are not read)"
            )
        data = path.read_bytes()
    except OSError as error:
        raise ImportFailure(f"{path}: {error.strerror or error}") from error
    model = onnx.ModelProto()
    try:
        model.ParseFromString(data)
    except DecodeError as error:
        raise ImportFailure(f"{path}: is no ONNX file, or is cut off or damaged") from error
    _check(model, path)
    if model.functions:
        model = onnx.inliner.inline_local_functions(model)
    return model


def _check(model: onnx.ModelProto, path: Path) -> None:
    graph = model.graph
    if not graph.node or not graph.output:
        raise ImportFailure(f"{path}: is no ONNX file, or is cut off: it holds no network")
    if len(graph.node) > _MOST_NODES:
        raise ImportFailure(f"{path}: has {len(graph.node)} nodes, at most {_MOST_NODES} are read")
    version = opset(model)
    if not _OLDEST_OPSET <= version <= _NEWEST_OPSET:
        raise ImportFailure(
            f"{path}: uses operator set {version}; sets {_OLDEST_OPSET} to {_NEWEST_OPSET} are "
            "known (onnx.version_converter changes it)"
        )
    for tensor in graph.initializer:
        _check_tensor(tensor, path)
    for node in graph.node:
        for attribute in node.attribute:
            if attribute.HasField("t"):
                _check_tensor(attribute.t, path)
    _check_order(graph, path)


def opset(model: onnx.ModelProto) -> int:
    versions = [entry.version for entry in model.opset_import if entry.domain in ("", "ai.onnx")]
    return versions[0] if versions else 1


def _check_tensor(tensor: onnx.TensorProto, path: Path) -> None:
    if tensor.data_location == onnx.TensorProto.EXTERNAL:
        raise ImportFailure(
            f"{path}: keeps the weight {tensor.name} in another file: save the model with its "
            "weights inside (onnx.save_model(onnx.load(FILE), NEW))"
        )
    count = 1
    for size in tensor.dims:
        if size < 0:
            raise ImportFailure(f"{path}: the weight {tensor.name} has a negative size")
        count *= size
    if count > _MOST_ELEMENTS:
        raise ImportFailure(
            f"{path}: the weight {tensor.name} has {count} elements, at most {_MOST_ELEMENTS}"
        )
    try:
        onnx.numpy_helper.to_array(tensor)
    except (ValueError, TypeError, KeyError) as error:
        raise ImportFailure(
            f"{path}: the weight {tensor.name} does not fit its shape {list(tensor.dims)}"
        ) from error


def _check_order(graph: onnx.GraphProto, path: Path) -> None:
    """ONNX demands that a node comes after what it reads: whatever does not, hangs in a circle."""
    known = {entry.name for entry in graph.input} | {entry.name for entry in graph.initializer}
    known |= {entry.values.name for entry in graph.sparse_initializer}
    for node in graph.node:
        for name in node.input:
            if name and name not in known:
                raise ImportFailure(
                    f"{path}: {node.op_type} {node.name or node.output[0]} reads {name}, which "
                    "no node before it makes (a circle, or a part that is missing)"
                )
        for name in filter(None, node.output):
            if name in known:
                raise ImportFailure(f"{path}: {name} is made twice")
            known.add(name)
    for output in graph.output:
        if output.name not in known:
            raise ImportFailure(f"{path}: nothing makes the output {output.name}")
