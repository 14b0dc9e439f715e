"""Merges nodes of the divisi graph where one does the work of two, without any other rounding than
that of the file's numbers.

    affine, affine                    -> affine
    conv2d or dense, then affine      -> conv2d or dense, where the scale is 1, or where the kernel
                                         is not exact in float16 anyway
"""

from __future__ import annotations

import numpy as np

_LINEAR = {"conv2d", "transposed_conv2d", "dense"}


def simplify(document: dict, tensors: dict[str, np.ndarray]) -> tuple[dict, dict]:
    nodes = [dict(node) for node in document["nodes"]]
    tensors = dict(tensors)
    readers: dict[str, int] = {}
    for node in nodes:
        for name in node["inputs"]:
            readers[name] = readers.get(name, 0) + 1
    kept_values = {output["value"] for output in document["outputs"]}
    made_by: dict[str, dict] = {}
    renamed: dict[str, str] = {}
    kept = []
    for node in nodes:
        node["inputs"] = [renamed.get(name, name) for name in node["inputs"]]
        source = made_by.get(node["inputs"][0]) if node["inputs"] else None
        mergeable = (
            node["op"] == "affine"
            and source is not None
            and readers[source["output"]] == 1
            and source["output"] not in kept_values
        )
        if mergeable and _merge(source, node, tensors):
            # The merged node takes the later one's name, which others read.
            made_by.pop(source["output"])
            readers[node["output"]] = readers.get(node["output"], 0)
            source["output"] = node["output"]
            made_by[node["output"]] = source
            continue
        made_by[node["output"]] = node
        kept.append(node)
    kept = [node for node in kept if not _is_neutral(node, tensors, kept_values, renamed)]
    for node in kept:
        node["inputs"] = [_final(name, renamed) for name in node["inputs"]]
    used = {name for node in kept for name in node.get("weights", {}).values()}
    tensors = {name: value for name, value in tensors.items() if name in used}
    return {**document, "nodes": kept}, tensors


def _merge(first: dict, affine: dict, tensors: dict[str, np.ndarray]) -> bool:
    scale, offset = (tensors[affine["weights"][role]] for role in ("scale", "offset"))
    if first["op"] == "affine":
        names = first["weights"]
        if tensors[names["scale"]].shape != scale.shape:
            return False
        tensors[names["offset"]] = tensors[names["offset"]] * scale + offset
        tensors[names["scale"]] = tensors[names["scale"]] * scale
        return True
    if first["op"] not in _LINEAR or first.get("attributes", {}).get("activation"):
        return False
    names = first["weights"]
    kernel, bias = tensors[names["kernel"]], tensors[names["bias"]]
    if bias.shape != scale.shape:
        return False
    if (scale != 1).any():
        if (kernel == kernel.astype(np.float16)).all():
            return False
        tensors[names["kernel"]] = kernel * scale.reshape(-1, *[1] * (kernel.ndim - 1))
    tensors[names["bias"]] = bias * scale + offset
    return True


def _is_neutral(node: dict, tensors, kept_values: set[str], renamed: dict[str, str]) -> bool:
    """An affine that changes nothing; its readers get its input."""
    if node["op"] != "affine" or node["output"] in kept_values:
        return False
    scale, offset = (tensors[node["weights"][role]] for role in ("scale", "offset"))
    if (scale != 1).any() or (offset != 0).any():
        return False
    renamed[node["output"]] = node["inputs"][0]
    return True


def _final(name: str, renamed: dict[str, str]) -> str:
    while name in renamed:
        name = renamed[name]
    return name
