"""The network that tells drums in plain numpy, one sum for each tap: the reference for the front
end, the network and the importer.

It shares no code with the core or with models/train/drums but madmom's filter bank
(beatnet_reference.py), and takes the weights as they were trained: channels first.
"""

import numpy as np
from beatnet_reference import filter_bank

RATE, FRAME, HOP, BANDS_PER_OCTAVE, GAIN = 44100, 2048, 441, 12, 16.0
#: More than any output depends on.
AROUND = 80


def bands(samples: np.ndarray) -> np.ndarray:
    """[frame][band] of mono samples at RATE."""
    count = -(-len(samples) // HOP)
    padded = np.concatenate([np.zeros(FRAME // 2), samples, np.zeros(FRAME)])
    window = GAIN * np.hanning(FRAME)
    frames = np.stack([padded[HOP * k : HOP * k + FRAME] * window for k in range(count)])
    magnitudes = np.abs(np.fft.rfft(frames, axis=1))[:, : FRAME // 2]
    return np.log10(1 + magnitudes @ filter_bank(RATE, FRAME, BANDS_PER_OCTAVE))


def _convolved(value: np.ndarray, kernel: np.ndarray, bias: np.ndarray, dilation: int = 1):
    """[frame][band][channel], zeros beyond all edges; kernel [out][in][frames][bands]."""
    frames, columns = kernel.shape[2:]
    top, side = frames // 2 * dilation, columns // 2
    padded = np.pad(value, ((top, top), (side, side), (0, 0)))
    result = np.zeros((*value.shape[:2], len(kernel))) + bias
    for i in range(frames):
        for j in range(columns):
            part = padded[i * dilation :, j:][: value.shape[0], : value.shape[1]]
            result += part @ kernel[:, :, i, j].T
    return result


def _pooled(value: np.ndarray) -> np.ndarray:
    width = value.shape[1] // 3
    return value[:, : 3 * width].reshape(len(value), width, 3, -1).max(2)


def log_odds(heard: np.ndarray, weights: dict[str, np.ndarray]) -> np.ndarray:
    """[frame][hit, velocity][instrument], with silence beyond both ends."""
    weights = {name: tensor.astype(np.float64) for name, tensor in weights.items()}
    value = np.pad(heard, ((AROUND, AROUND), (0, 0)))[..., None]

    def convolution(value, name, dilation=1):
        kernel = weights[f"{name}.weight"]
        kernel = kernel.reshape(*kernel.shape, *[1] * (4 - kernel.ndim))
        return _convolved(value, kernel, weights[f"{name}.bias"], dilation)

    value = np.maximum(convolution(value, "first"), 0)
    value = _pooled(np.maximum(convolution(value, "second"), 0))
    value = _pooled(np.maximum(convolution(value, "third"), 0))
    value = value.reshape(len(value), 1, -1)
    value = np.maximum(convolution(value, "narrow"), 0)
    for layer in range(6):
        value = value + np.maximum(convolution(value, f"layers.{layer}", 2**layer), 0)
    return convolution(value, "out")[AROUND:-AROUND].reshape(len(heard), 2, -1)


def hits(odds: np.ndarray, thresholds: np.ndarray) -> list[tuple[float, int, float, float]]:
    """(frame, instrument, velocity of 1, probability): where log-odds reach the threshold and are
    highest within two frames to either side; between frames by the probabilities beside."""
    found = []
    for frame in range(len(odds)):
        for k, threshold in enumerate(thresholds):
            around = [
                odds[i, 0, k] if 0 <= i < len(odds) else -np.inf
                for i in range(frame - 2, frame + 3)
            ]
            here = around[2]
            if here < threshold or here <= max(around[:2]) or here < max(around[3:]):
                continue
            before, sure, after = (1 / (1 + np.exp(-each)) for each in around[1:4])
            velocity = 1 / (1 + np.exp(-odds[frame, 1, k]))
            found.append((frame + (after - before) / (before + sure + after), k, velocity, sure))
    return sorted(found)
