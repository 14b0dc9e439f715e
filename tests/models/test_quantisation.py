"""models/importer/quantisation.py: rounding, clipping, scales."""

import numpy as np
from divisi_importer.quantisation import quantise


def squared_error(kernel, integers, scales):
    return np.square(integers * scales[:, None].astype(np.float64) - kernel).sum()


def test_a_kernel_of_exact_steps_comes_back_exactly():
    kernel = np.array([[-127, 3, 0, 127], [0.5, -0.25, 31.75, -31.75]])
    integers, scales = quantise(kernel)
    assert scales.tolist() == [1, 0.25]
    assert integers.tolist() == [[-127, 3, 0, 127], [2, -1, 127, -127]]


def test_each_channel_has_a_scale_of_its_own_and_zeros_stay_zeros():
    generator = np.random.default_rng(3)
    sizes = np.array([1, 1e-6, 0, 1e4]).reshape(4, 1, 1, 1)
    kernel = generator.uniform(-1, 1, size=(4, 3, 5, 2)) * sizes
    integers, scales = quantise(kernel)
    assert integers.dtype == np.int8 and integers.shape == kernel.shape
    assert scales.dtype == np.float32 and (scales > 0).all()
    assert integers.min() >= -127
    assert not integers[2].any()
    error = np.abs(integers * scales.reshape(4, 1, 1, 1) - kernel).max(axis=(1, 2, 3))
    # Half a step by rounding; a clipped weight a few steps.
    assert (error <= 5 * scales).all() and (error[[0, 1, 3]] > 0).all()


def test_one_large_weight_is_clipped_where_that_costs_less():
    """Against the plain scale, which is set by the largest weight."""
    generator = np.random.default_rng(4)
    kernel = generator.normal(size=(1, 200_000))
    plain = np.abs(kernel).max(axis=1) / 127
    integers, scales = quantise(kernel)
    assert scales[0] < plain[0]
    error = squared_error(kernel, integers, scales)
    assert error < squared_error(kernel, np.rint(kernel / plain[:, None]), plain)
