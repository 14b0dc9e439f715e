"""Convolutions and transposed convolutions over one or two axes."""

from __future__ import annotations

import numpy as np

from ...errors import Unsupported
from ...onnx_graph.graph import Node
from ..context import Context
from ..layout import Placed
from .spatial import Image, as_image, explicit_pads, from_image


def conv(context: Context, node: Node) -> Placed:
    kernel = context.weight(node, 1, "kernel")
    spatial = kernel.ndim - 2
    strides = list(node.attributes.get("strides", [1] * spatial))
    dilations = list(node.attributes.get("dilations", [1] * spatial))
    groups = node.attributes.get("group", 1)
    window = [(k - 1) * d + 1 for k, d in zip(kernel.shape[2:], dilations, strict=True)]
    sizes = context.shape(node.inputs[0])[2:]
    pads = explicit_pads(node.attributes, sizes, window, strides)
    if min(pads) < 0:
        raise Unsupported(f"it pads by {pads}; negative padding is not possible")
    pointwise = tuple(
        window[i] == 1 and strides[i] == 1 and pads[i] == pads[spatial + i] == 0
        for i in range(spatial)
    )
    image = as_image(context, context.value(node.inputs[0]), pointwise, "a convolution")
    stride, dilation = image.hw(tuple(strides), 1), image.hw(tuple(dilations), 1)
    edges, kernel = image.edges(pads), _kernel(image, kernel)
    attributes = {}
    if stride != [1, 1]:
        attributes["stride"] = stride
    if dilation != [1, 1]:
        attributes["dilation"] = dilation
    if any(edges):
        attributes["padding"] = edges
    if groups != 1:
        attributes["groups"] = groups
    weights = {"kernel": kernel, "bias": _bias(context, node, len(kernel))}
    made = context.node("conv2d", [image.name], weights, **attributes)
    height, width = (
        (size + before + after - ((k - 1) * d + 1)) // s + 1
        for size, before, after, k, d, s in zip(
            (image.height, image.width),
            edges[0::2],
            edges[1::2],
            kernel.shape[1:3],
            dilation,
            stride,
            strict=True,
        )
    )
    return from_image(image, made, height, width, len(kernel))


def conv_transpose(context: Context, node: Node) -> Placed:
    kernel = context.weight(node, 1, "kernel")  # [C, O / groups, ...]
    spatial = kernel.ndim - 2
    strides = list(node.attributes.get("strides", [1] * spatial))
    dilations = list(node.attributes.get("dilations", [1] * spatial))
    groups = node.attributes.get("group", 1)
    sizes = context.shape(node.inputs[0])[2:]
    wanted = context.shape(node.outputs[0])[2:]
    crops = _crops(node, sizes, wanted, kernel.shape[2:], strides, dilations)
    pointwise = tuple(
        kernel.shape[2 + i] == strides[i] == 1 and crops[i] == crops[spatial + i] == 0
        for i in range(spatial)
    )
    what = "a transposed convolution"
    image = as_image(context, context.value(node.inputs[0]), pointwise, what)
    inputs, outputs = kernel.shape[0], kernel.shape[1] * groups
    kernel = kernel.reshape(groups, inputs // groups, *kernel.shape[1:]).swapaxes(1, 2)
    kernel = _kernel(image, kernel.reshape(outputs, inputs // groups, *kernel.shape[3:]))
    stride, dilation = image.hw(tuple(strides), 1), image.hw(tuple(dilations), 1)
    edges = image.edges(crops)
    attributes = {"stride": stride}
    if any(edges):
        attributes["crop"] = edges
    if dilation != [1, 1]:
        attributes["dilation"] = dilation
    if groups != 1:
        attributes["groups"] = groups
    weights = {"kernel": kernel, "bias": _bias(context, node, outputs)}
    made = context.node("transposed_conv2d", [image.name], weights, **attributes)
    height, width = (
        (size - 1) * s + (k - 1) * d + 1 - before - after
        for size, s, k, d, before, after in zip(
            (image.height, image.width),
            stride,
            kernel.shape[1:3],
            dilation,
            edges[0::2],
            edges[1::2],
            strict=True,
        )
    )
    return from_image(image, made, height, width, outputs)


def _crops(node, sizes, wanted, kernel, strides, dilations) -> list[int]:
    """What is cut off at the begin and the end of the full result."""
    full = [
        (size - 1) * s + (k - 1) * d + 1
        for size, s, k, d in zip(sizes, strides, kernel, dilations, strict=True)
    ]
    mode = node.attributes.get("auto_pad", b"NOTSET")
    mode = mode.decode() if isinstance(mode, bytes) else mode
    excess = [whole - size for whole, size in zip(full, wanted, strict=True)]
    if mode in ("NOTSET", "", "VALID") and "output_shape" not in node.attributes:
        begins = list(node.attributes.get("pads", [0] * (2 * len(sizes))))[: len(sizes)]
    elif mode == "SAME_UPPER":
        begins = [cut // 2 for cut in excess]
    else:
        begins = [cut - cut // 2 for cut in excess]
    ends = [cut - begin for cut, begin in zip(excess, begins, strict=True)]
    if min(begins + ends) < 0:
        raise Unsupported(
            "its output_padding makes it longer than its window reaches; pad behind it instead"
        )
    return begins + ends


def _kernel(image: Image, kernel: np.ndarray) -> np.ndarray:
    """[O, C, k…] of ONNX as [O, height, width, C]."""
    if image.spatial == 1:
        kernel = kernel[:, :, None]
    if image.swapped:
        kernel = kernel.swapaxes(2, 3)
    return kernel.transpose(0, 2, 3, 1)


def _bias(context: Context, node: Node, outputs: int) -> np.ndarray:
    return context.weight(node, 2, "bias") if node.input(2) else np.zeros(outputs)
