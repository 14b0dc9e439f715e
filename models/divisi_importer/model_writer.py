"""Collects a network's nodes and weights, and writes them as one divisi model file.

The header is written by hand rather than by the safetensors package, whose metadata comes out in an
order of its own: the same input must give the same bytes.
"""

import hashlib
import json
import os
import tempfile
from pathlib import Path

import numpy as np

from .errors import ImportFailure
from .quantisation import quantise

_DTYPE_NAMES = {np.dtype("<f4"): "F32", np.dtype("<f2"): "F16", np.dtype("i1"): "I8"}

# In Spleeter these are the first three and the last two layers and the head: 0.9% of the bytes, and
# with them in 8 bits the stems of the bundled song lie 9 dB further from those of float32.
_LARGEST_KERNEL_LEFT_IN_F16 = 1 << 16


# What weights are called that make up nearly all bytes of a file; the others stay f32.
_LARGE_ROLES = ("kernel", "recurrent", "table", "value")


class GraphBuilder:
    """The graph document and the tensors it names."""

    def __init__(self):
        self.nodes: list[dict] = []
        self.tensors: dict[str, np.ndarray] = {}

    def node(
        self,
        op: str,
        inputs: list[str],
        output: str,
        weights: dict[str, np.ndarray] | None = None,
        **attributes,
    ) -> str:
        """Adds a node; its weights are stored as OUTPUT/ROLE. Returns `output`."""
        node = {"op": op, "inputs": inputs, "output": output}
        if weights:
            node["weights"] = {role: f"{output}/{role}" for role in weights}
            for role, tensor in weights.items():
                self.tensors[f"{output}/{role}"] = tensor
        if attributes:
            node["attributes"] = attributes
        self.nodes.append(node)
        return output

    def document(self, inputs: list[dict], outputs: list[dict]) -> dict:
        return {"version": 1, "inputs": inputs, "outputs": outputs, "nodes": self.nodes}


def store_kernels_as(dtype: str, tensors: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """All tensors as little-endian f32, but the kernels as `dtype` ("int8", "f16" or "f32").

    Recurrent kernels and tables are f16 for "int8" too: the reader takes only kernels in 8 bits.
    Biases, scales and offsets stay f32: together they are under 0.1% of the bytes. In "int8" the
    small kernels are f16.
    """
    stored = {}
    for name, tensor in tensors.items():
        if not np.isfinite(tensor).all():
            raise ImportFailure(f"{name} holds a NaN or an infinity")
        stored[name] = np.ascontiguousarray(tensor, "<f4")
        role = name.rpartition("/")[2]
        if role not in _LARGE_ROLES or dtype == "f32":
            continue
        if role == "value":
            # Tables of constants: only where float16 holds them as they are.
            half = stored[name].astype("<f2")
            if (half == stored[name]).all():
                stored[name] = half
        elif role == "kernel" and dtype == "int8" and tensor.size > _LARGEST_KERNEL_LEFT_IN_F16:
            stored[name], stored[f"{name}.scale"] = quantise(stored[name])
        else:
            largest = float(np.abs(tensor).max())
            if largest > np.finfo(np.float16).max:
                raise ImportFailure(f"{name} holds {largest}, which float16 cannot")
            stored[name] = stored[name].astype("<f2")
    return stored


def encode(documents: dict[str, dict], tensors: dict[str, np.ndarray]) -> bytes:
    """The bytes of a safetensors file; the same arguments always give the same bytes."""
    # f32 before f16 before int8 keeps every tensor aligned to its element size without gaps.
    ordered = sorted(tensors.items(), key=lambda item: -item[1].dtype.itemsize)
    header: dict[str, dict] = {
        "__metadata__": {name: _compact(document) for name, document in documents.items()}
    }
    position = 0
    for name, tensor in ordered:
        header[name] = {
            "dtype": _DTYPE_NAMES[tensor.dtype],
            "shape": list(tensor.shape),
            "data_offsets": [position, position + tensor.nbytes],
        }
        position += tensor.nbytes
    text = _compact(header).encode()
    text += b" " * (-len(text) % 8)  # so that the tensors start at a multiple of 8
    return b"".join(
        [len(text).to_bytes(8, "little"), text, *(tensor.tobytes() for _, tensor in ordered)]
    )


def _compact(document: dict) -> str:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def write_atomically(path: Path, data: bytes) -> None:
    """Whoever looks at `path` sees the old file, none, or the whole new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.chmod(temporary, 0o644)  # mkstemp's 0600 would keep a packed file unreadable
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def sha256_of_file(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
