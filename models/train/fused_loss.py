"""`batches.loss` with the masks and all gradients in two passes over memory.

On a processor, PyTorch's dozen passes over a million numbers an example would take as long as the
network's convolutions. check.py compares it with the plain form.
"""

import numpy as np
import torch
from numba import njit

from .batches import FLOOR
from .constants import STEMS
from .network import EPSILON

_FLOOR = FLOOR
_AMPLITUDE = 5.0
_TINY = 1e-6
_N = len(STEMS)


@njit(cache=True, fastmath=True, nogil=True)
def _sums(o, own, cross, total, wrong, truth, amplitude):
    """One example: o [stems, n] etc., total [n]; fills the sums over n for each stem."""
    for i in range(o.shape[1]):
        size = np.float32(EPSILON)
        for k in range(_N):
            size += o[k, i]
        inverse = np.float32(1) / size
        for k in range(_N):
            m = (o[k, i] + np.float32(EPSILON / _N)) * inverse
            error = own[k, i] - 2 * m * cross[k, i] + m * m * total[i]
            if error < 0:
                error = np.float32(0)
            wrong[k] += error
            truth[k] += own[k, i]
            amplitude[k] += np.sqrt(error + np.float32(_TINY))


@njit(cache=True, fastmath=True, nogil=True)
def _gradients(o, own, cross, total, of_wrong, of_amplitude, out):
    """d loss / d logits, where o = sigmoid(logits)."""
    g = np.empty(_N, np.float32)
    m = np.empty(_N, np.float32)
    for i in range(o.shape[1]):
        size = np.float32(EPSILON)
        for k in range(_N):
            size += o[k, i]
        inverse, shared = np.float32(1) / size, np.float32(0)
        for k in range(_N):
            m[k] = (o[k, i] + np.float32(EPSILON / _N)) * inverse
            error = own[k, i] - 2 * m[k] * cross[k, i] + m[k] * m[k] * total[i]
            if error < 0:
                error = np.float32(0)
            slope = of_wrong[k] + of_amplitude / np.sqrt(error + np.float32(_TINY))
            g[k] = slope * 2 * (m[k] * total[i] - cross[k, i])
            shared += g[k] * m[k]
        for k in range(_N):
            out[k, i] = (g[k] - shared) * inverse * o[k, i] * (1 - o[k, i])


class _Loss(torch.autograd.Function):
    @staticmethod
    def forward(ctx, logits, own, cross, total):
        size = len(logits)
        o = torch.sigmoid(logits).reshape(size, _N, -1).numpy()
        flat = [x.reshape(size, _N, -1).numpy() for x in (own, cross)]
        whole = total.reshape(size, -1).numpy()
        gradient, value = np.empty_like(o), 0.0
        for b in range(size):
            wrong, truth, amplitude = np.zeros(_N), np.zeros(_N), np.zeros(_N)
            _sums(o[b], flat[0][b], flat[1][b], whole[b], wrong, truth, amplitude)
            mix, loud = whole[b].sum(dtype=np.float64), np.sqrt(whole[b] + _TINY).sum()
            floor = _FLOOR * mix
            value += (10 * np.log10((wrong + floor) / (truth + floor))).mean()
            value += _AMPLITUDE * amplitude.mean() / loud
            of_wrong = (10 / np.log(10) / (wrong + floor) / _N / size).astype(np.float32)
            of_amplitude = np.float32(_AMPLITUDE / loud / 2 / _N / size)
            _gradients(o[b], flat[0][b], flat[1][b], whole[b], of_wrong, of_amplitude, gradient[b])
        ctx.gradient = torch.from_numpy(gradient).reshape(logits.shape)
        return torch.tensor(value / size)

    @staticmethod
    def backward(ctx, scale):
        return ctx.gradient * scale, None, None, None


def fused_loss(logits, own, cross, total):
    return _Loss.apply(logits, own, cross, total)
