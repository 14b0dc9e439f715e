"""Kernels in 8 bits: for each output channel integers of -127 to 127 and one scale."""

import numpy as np

_MOST = 127
# Parts of the largest magnitude at which a channel may be clipped. A channel's few largest weights
# may cost less when clipped than the coarser steps that they ask of all others.
_CLIPS = np.linspace(1, 0.6, 41)


def quantise(kernel: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The kernel [O, ...] as int8, and the scales [O] whose squared error is the least.

    @return integers of the kernel's shape, and float32 scales; integers * scale is the kernel.
    """
    rows = kernel.reshape(len(kernel), -1).astype(np.float64)
    peaks = np.abs(rows).max(axis=1)
    # A channel of zeros needs a scale above 0 like any other.
    peaks[peaks == 0] = 1
    scales = (peaks / _MOST).astype("<f4")
    errors = _squared_errors(rows, scales)
    for clip in _CLIPS[1:]:
        tried = (peaks * clip / _MOST).astype("<f4")
        tried_errors = _squared_errors(rows, tried)
        # By more than rounding, so that all machines choose the same.
        better = tried_errors < errors * (1 - 1e-9)
        scales[better], errors[better] = tried[better], tried_errors[better]
    return _integers(rows, scales).reshape(kernel.shape), scales


def _integers(rows: np.ndarray, scales: np.ndarray) -> np.ndarray:
    return np.clip(np.rint(rows / scales[:, None]), -_MOST, _MOST).astype("i1")


def _squared_errors(rows: np.ndarray, scales: np.ndarray) -> np.ndarray:
    return np.square(_integers(rows, scales) * scales[:, None] - rows).sum(axis=1)
