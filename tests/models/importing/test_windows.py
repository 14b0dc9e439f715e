"""Convolutions, pooling and resizing, over one axis and two."""

import numpy as np
import pytest
from onnx_case import check, network, node, operators, random


@pytest.mark.parametrize(
    ("kernel", "attributes"),
    [
        ((3, 5), {"pads": [1, 2, 1, 2]}),
        ((3, 5), {"strides": [2, 3], "pads": [0, 1, 2, 3]}),
        ((3, 3), {"dilations": [2, 3], "pads": [2, 3, 2, 3]}),
        ((3, 3), {"auto_pad": "SAME_UPPER", "strides": [2, 2]}),
        ((4, 4), {"auto_pad": "SAME_LOWER", "strides": [2, 3]}),
        ((2, 3), {"auto_pad": "VALID"}),
        ((1, 1), {}),
    ],
)
@pytest.mark.parametrize("group", [1, 2, 4])
def test_conv_2d(kernel, attributes, group):
    weights = {"w": random(8, 4 // group, *kernel, scale=0.3), "b": random(8)}
    nodes = [node("Conv", ["x", "w", "b"], "y", group=group, **attributes)]
    result = check(network(nodes, {"x": (1, 4, 11, 13)}, ["y"], weights))
    assert operators(result) == ["conv2d"]


@pytest.mark.parametrize("batch", [1, 3])
@pytest.mark.parametrize("attributes", [{"pads": [2, 1], "strides": [2]}, {"dilations": [3]}])
@pytest.mark.parametrize("layout", [[[0], [2], [1]], [[2], [0], [1]], [[0], [1], [2]]])
def test_conv_1d(batch, attributes, layout):
    """In a batch the rows are the batch; whichever way the value lies, it stays."""
    weights = {"w": random(5, 4, 3)}
    nodes = [node("Conv", ["x", "w"], "y", **attributes)]
    layouts = {"x": layout, "y": layout}
    result = check(network(nodes, {"x": (batch, 4, 20)}, ["y"], weights), layouts=layouts)
    if layout[2] == [1]:
        assert set(operators(result)) <= {"conv2d", "reshape"}


@pytest.mark.parametrize("kernel", [(1, 3), (3, 1), (1, 1)])
def test_conv_2d_in_a_batch_along_one_axis(kernel):
    weights = {"w": random(5, 4, *kernel)}
    check(network([node("Conv", ["x", "w"], "y")], {"x": (3, 4, 6, 7)}, ["y"], weights))


def test_conv_2d_in_a_batch_along_both_axes_is_refused():
    weights = {"w": random(5, 4, 3, 3)}
    with pytest.raises(Exception, match=r"Conv y: .*batch of 3.*batch of 1"):
        check(network([node("Conv", ["x", "w"], "y")], {"x": (3, 4, 6, 7)}, ["y"], weights))


def test_swapped_axes_swap_the_kernel():
    weights = {"w": random(5, 4, 3, 7), "v": random(2, 5, 3, 1)}
    nodes = [
        node("Conv", ["x", "w"], "a", strides=[1, 2], pads=[1, 2, 0, 3]),
        node("Relu", ["a"], "b"),
        node("Conv", ["b", "v"], "y"),
    ]
    layouts = {"x": [[3], [2], [1]], "y": [[3], [2], [1]]}
    result = check(network(nodes, {"x": (1, 4, 9, 17)}, ["y"], weights), layouts=layouts)
    assert operators(result) == ["conv2d", "relu", "conv2d"]


@pytest.mark.parametrize(
    "attributes",
    [
        {"strides": [2, 2], "pads": [1, 2, 1, 2]},
        {"strides": [3, 2], "pads": [1, 0, 2, 1], "output_padding": [1, 0]},
        {"strides": [2, 3], "dilations": [2, 1]},
        {"strides": [2, 2], "auto_pad": "SAME_UPPER"},
        {"strides": [2, 2], "auto_pad": "SAME_LOWER"},
    ],
)
@pytest.mark.parametrize("group", [1, 2])
def test_conv_transpose_2d(attributes, group):
    weights = {"w": random(4, 6 // group, 4, 5, scale=0.3), "b": random(6)}
    nodes = [node("ConvTranspose", ["x", "w", "b"], "y", group=group, **attributes)]
    result = check(network(nodes, {"x": (1, 4, 7, 6)}, ["y"], weights))
    assert operators(result) == ["transposed_conv2d"]


@pytest.mark.parametrize("batch", [1, 3])
def test_conv_transpose_1d(batch):
    weights = {"w": random(4, 6, 8, scale=0.3)}
    nodes = [node("ConvTranspose", ["x", "w"], "y", strides=[4], pads=[2, 2])]
    check(network(nodes, {"x": (batch, 4, 9)}, ["y"], weights))


@pytest.mark.parametrize("op", ["MaxPool", "AveragePool"])
@pytest.mark.parametrize(
    "attributes",
    [
        {"kernel_shape": [2, 3], "strides": [2, 3]},
        {"kernel_shape": [3, 3], "strides": [2, 2], "pads": [1, 1, 1, 1]},
        {"kernel_shape": [3, 3], "strides": [2, 1], "auto_pad": "SAME_UPPER"},
        {"kernel_shape": [2, 2], "strides": [2, 2], "ceil_mode": 1},
    ],
)
def test_pool_2d(op, attributes):
    check(network([node(op, ["x"], "y", **attributes)], {"x": (1, 4, 8, 12)}, ["y"]))


def test_average_that_counts_the_padding():
    attributes = {"kernel_shape": [3, 3], "pads": [1, 0, 1, 2], "count_include_pad": 1}
    nodes = [node("AveragePool", ["x"], "y", strides=[1, 1], **attributes)]
    assert operators(check(network(nodes, {"x": (1, 4, 8, 9)}, ["y"]))) == ["pad", "avg_pool"]


def test_pool_1d_in_a_batch():
    nodes = [node("MaxPool", ["x"], "y", kernel_shape=[2], strides=[2])]
    check(network(nodes, {"x": (3, 4, 9)}, ["y"]))


@pytest.mark.parametrize("op", ["GlobalMaxPool", "GlobalAveragePool"])
def test_global_pool(op):
    check(network([node(op, ["x"], "y")], {"x": (1, 4, 8, 9)}, ["y"]))


def test_ceil_mode_that_adds_an_element_is_refused():
    nodes = [node("MaxPool", ["x"], "y", kernel_shape=[2, 2], strides=[2, 2], ceil_mode=1)]
    with pytest.raises(Exception, match="MaxPool y: ceil_mode"):
        check(network(nodes, {"x": (1, 4, 7, 9)}, ["y"]))


@pytest.mark.parametrize("mode", ["nearest", "linear"])
@pytest.mark.parametrize("how", ["half_pixel", "align_corners", "asymmetric", "pytorch_half_pixel"])
@pytest.mark.parametrize("size", [(14, 27), (3, 4), (10, 9)])
def test_resize(mode, how, size):
    weights = {"size": np.array([1, 4, *size], np.int64)}
    rounding = "floor" if how == "asymmetric" else "round_prefer_floor"
    nodes = [
        node(
            "Resize",
            ["x", "", "", "size"],
            "y",
            mode=mode,
            coordinate_transformation_mode=how,
            nearest_mode=rounding,
        )
    ]
    result = check(network(nodes, {"x": (1, 4, 7, 9)}, ["y"], weights))
    assert operators(result) == ["resize"]


def test_resize_1d():
    weights = {"scale": np.array([1, 1, 2], np.float32)}
    nodes = [
        node(
            "Resize",
            ["x", "", "scale"],
            "y",
            mode="nearest",
            coordinate_transformation_mode="asymmetric",
            nearest_mode="floor",
        )
    ]
    check(network(nodes, {"x": (1, 4, 7)}, ["y"], weights))
