"""Pooling, and resizing."""

from __future__ import annotations

from math import prod

from ...errors import Unsupported
from ...onnx_graph.graph import Node
from ..context import Context
from ..layout import Placed
from .reduction import reduce_over
from .spatial import as_image, explicit_pads, from_image, with_shape


def pool(context: Context, node: Node) -> Placed:
    op = "max_pool" if node.op == "MaxPool" else "avg_pool"
    size = list(node.attributes["kernel_shape"])
    strides = list(node.attributes.get("strides", [1] * len(size)))
    if len([name for name in node.outputs if name]) > 1:
        raise Unsupported("its second output, the places of the maxima, is not possible")
    if any(d != 1 for d in node.attributes.get("dilations", [1])):
        raise Unsupported("a pooling window with gaps (dilations) is not possible")
    sizes = context.shape(node.inputs[0])[2:]
    pads = explicit_pads(node.attributes, sizes, size, strides)
    spatial = len(size)
    for axis, (length, wanted) in enumerate(
        zip(sizes, context.shape(node.outputs[0])[2:], strict=True)
    ):
        padded = length + pads[axis] + pads[spatial + axis]
        if (padded - size[axis]) // strides[axis] + 1 != wanted:
            raise Unsupported("ceil_mode, where it gives one more element, is not possible")
    pointwise = tuple(
        size[i] == strides[i] == 1 and pads[i] == pads[spatial + i] == 0 for i in range(spatial)
    )
    image = as_image(context, context.value(node.inputs[0]), pointwise, "pooling")
    window, stride, edges = (
        image.hw(tuple(size), 1),
        image.hw(tuple(strides), 1),
        image.edges(pads),
    )
    if op == "avg_pool" and any(edges) and node.attributes.get("count_include_pad", 0):
        height, width = image.height + sum(edges[:2]), image.width + sum(edges[2:])
        image = with_shape(image, context.node("pad", [image.name], padding=edges), height, width)
        edges = [0, 0, 0, 0]
    attributes = {"size": window}
    if stride != window:
        attributes["stride"] = stride
    if any(edges):
        attributes["padding"] = edges
    made = context.node(op, [image.name], **attributes)
    height = (image.height + sum(edges[:2]) - window[0]) // stride[0] + 1
    width = (image.width + sum(edges[2:]) - window[1]) // stride[1] + 1
    return from_image(image, made, height, width, image.channels)


def global_pool(context: Context, node: Node) -> Placed:
    op = "reduce_max" if node.op == "GlobalMaxPool" else "reduce_mean"
    rank = len(context.shape(node.inputs[0]))
    return reduce_over(context, context.value(node.inputs[0]), op, list(range(2, rank)), True)


def resize(context: Context, node: Node) -> Placed:
    attributes = {
        key: value.decode() if isinstance(value, bytes) else value
        for key, value in node.attributes.items()
    }
    shape, wanted = context.shape(node.inputs[0]), context.shape(node.outputs[0])
    if shape[:2] != wanted[:2] or len(shape) not in (3, 4):
        raise Unsupported("only the axes behind the channels can be resized, one or two of them")
    mode = {"nearest": "nearest", "linear": "linear"}.get(attributes.get("mode", "nearest"))
    coordinates = attributes.get("coordinate_transformation_mode", "half_pixel")
    if node.op == "Upsample":
        coordinates = "asymmetric"
    align = {
        "half_pixel": "half-pixel",
        "pytorch_half_pixel": "half-pixel",
        "align_corners": "corners",
        "asymmetric": "asymmetric",
    }.get(coordinates)
    if mode is None or align is None:
        raise Unsupported(
            f"mode {attributes.get('mode')} with {coordinates} is not possible; nearest and linear "
            "with half_pixel, align_corners or asymmetric are"
        )
    if coordinates == "pytorch_half_pixel" and 1 in wanted[2:]:
        raise Unsupported("pytorch_half_pixel to a size of 1 is not possible")
    rounding = attributes.get("nearest_mode", "round_prefer_floor")
    usual = {"half-pixel": "round_prefer_floor", "asymmetric": "floor"}.get(align, rounding)
    whole = all(after % before == 0 for before, after in zip(shape[2:], wanted[2:], strict=True))
    # Whole factors round alike, whichever way halves go: there are none.
    if (
        mode == "nearest"
        and node.op == "Resize"
        and rounding != usual
        and not (whole and align == "half-pixel" and rounding.startswith("round_prefer"))
    ):
        raise Unsupported(f"nearest_mode {rounding} with {coordinates} is not possible")
    image = as_image(context, context.value(node.inputs[0]), _same(shape, wanted), "resizing")
    size = image.hw(tuple(wanted[2:]), prod(shape[:1]))
    if image.spatial == 2 and prod(image.kept) > 1:
        size[0 if image.kept_in_height else 1] *= prod(image.kept)
    made = context.node("resize", [image.name], size=size, mode=mode, align=align)
    return from_image(image, made, size[0], size[1], image.channels)


def _same(shape, wanted) -> tuple[bool, ...]:
    return tuple(a == b for a, b in zip(shape[2:], wanted[2:], strict=True))
