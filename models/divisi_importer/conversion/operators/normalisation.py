"""Normalisations, and what is left of a batch norm when training is over."""

from __future__ import annotations

from dataclasses import replace
from math import prod

import numpy as np

from ...errors import Unsupported
from ...onnx_graph.graph import Node
from ..context import Context
from ..layout import Placed
from .elementwise import plain, scale_offset


def batch_norm(context: Context, node: Node) -> Placed:
    if len([name for name in node.outputs if name]) > 1 or node.attributes.get("training_mode", 0):
        raise Unsupported("it is set up for training; export the network for inference")
    scale, offset, mean, variance = (
        context.weight(node, index, what)
        for index, what in ((1, "scale"), (2, "offset"), (3, "mean"), (4, "variance"))
    )
    factor = scale / np.sqrt(variance + node.attributes.get("epsilon", 1e-5))
    channels = (-1, *[1] * (len(context.shape(node.inputs[0])) - 2))
    value = context.value(node.inputs[0])
    shift = offset - mean * factor
    return scale_offset(context, value, factor.reshape(channels), shift.reshape(channels))


def layer_norm(context: Context, node: Node) -> Placed:
    if len([name for name in node.outputs if name]) > 1:
        raise Unsupported("its mean and deviation as further outputs are not possible")
    value = context.value(node.inputs[0])
    rank = len(value.axes)
    axis = node.attributes.get("axis", -1) % rank
    shape = context.shape(node.inputs[0])[axis:]
    scale = _of_norm(context, node, 1, "scale", 1.0)
    offset = _of_norm(context, node, 2, "offset", 0.0)
    atoms = [atom for own in value.axes[axis:] for atom in own]
    if not atoms:
        raise Unsupported("it normalises single numbers")
    rows = [atom for atom in range(len(value.sizes)) if atom not in atoms]
    value = context.emitter.ordered(value, [*rows, *atoms])
    size = prod(shape)
    if value.shape[-1] != size:
        natural = value.merged().sizes
        kept = len(value.merged().sizes) - len(
            {a for own in value.merged().axes[axis:] for a in own}
        )
        target = (*natural[:kept], size)
        name = context.emitter.reshape(value.name, value.shape, target)
        value = replace(value, name=name, shape=target)
    weights = {
        "scale": np.broadcast_to(scale, shape).reshape(-1),
        "offset": np.broadcast_to(offset, shape).reshape(-1),
    }
    epsilon = plain(node.attributes.get("epsilon", 1e-5))
    attributes = {} if epsilon == 1e-5 else {"epsilon": epsilon}
    return context.elementwise(value, "layer_norm", weights, **attributes)


def _of_norm(context: Context, node: Node, index: int, role: str, neutral: float) -> np.ndarray:
    """From the pattern's attributes, or ONNX's inputs."""
    if role in node.attributes:
        return node.attributes[role]
    return context.weight(node, index, role) if node.input(index) else np.array([neutral])


def group_norm(context: Context, node: Node) -> Placed:
    """The pattern, ONNX's GroupNormalization and InstanceNormalization alike."""
    value = context.value(node.inputs[0]).merged()
    channels = value.onnx_shape[1]
    groups = node.attributes.get("groups", node.attributes.get("num_groups", channels))
    scale = _of_norm(context, node, 1, "scale", 1.0).reshape(-1)
    offset = _of_norm(context, node, 2, "offset", 0.0).reshape(-1)
    if len(scale) == groups != channels:  # GroupNormalization before operator set 21
        scale, offset = (np.repeat(part, channels // groups) for part in (scale, offset))
    batch, own = list(value.axes[0]), list(value.axes[1])
    others = [atom for atom in range(len(value.sizes)) if atom not in batch + own]
    if channels == 1:
        raise Unsupported("it normalises a single channel; layer norms do that")
    value = context.emitter.ordered(value, [*batch, *others, *own])
    # As it lies, if its axes keep the batch and the channels apart; else anew.
    lead = prod(value.sizes[: len(batch)])
    axis = _border(value.shape, lead)
    if axis is None or value.shape[-1] != channels:
        middle = value.sizes[len(batch) : len(batch) + len(others)]
        shape = (*value.sizes[: len(batch)], *middle, channels)
        if len(shape) > 6 or not middle:
            shape = (*([lead] if batch else []), prod(middle), channels)
        name = context.emitter.reshape(value.name, value.shape, shape)
        value, axis = replace(value, name=name, shape=shape), _border(shape, lead)
    epsilon = plain(node.attributes.get("epsilon", 1e-5))
    attributes = {}
    if groups != 1:
        attributes["groups"] = groups
    if axis:
        attributes["axis"] = axis
    if epsilon != 1e-5:
        attributes["epsilon"] = epsilon
    weights = {"scale": scale, "offset": offset}
    return context.elementwise(value, "group_norm", weights, **attributes)


def _border(shape: tuple[int, ...], size: int) -> int | None:
    """The first axis behind `size` elements of leading axes."""
    so_far = 1
    for index, length in enumerate(shape):
        if so_far == size:
            return index
        so_far *= length
    return None
