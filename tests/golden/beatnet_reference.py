"""BeatNet in plain numpy, as the package's own log_spect.py and model.py have it (with madmom's
filter bank): the reference for the front end, the network and the importer.

It shares no code with the core. The weights come out of the source package through the importer's
reader, but are used as the original uses them: channels first, two biases, nothing rearranged.
"""

import zipfile
from pathlib import Path

import numpy as np

RATE, FRAME, HOP = 22050, 1411, 441


def filter_bank(rate: int = RATE, frame: int = FRAME, per_octave: int = 24) -> np.ndarray:
    """[bin][band]: so many triangles an octave from 30 Hz to 17 kHz, of sum 1."""
    steps = np.arange(-per_octave * 6, per_octave * 6)
    wanted = 440 * 2 ** (steps / per_octave)
    wanted = wanted[(wanted >= 30) & (wanted <= 17000)]
    bins = np.arange(frame // 2) * rate / (frame - 1)
    upper = np.clip(np.searchsorted(bins, wanted), 1, len(bins) - 1)
    nearer_below = wanted - bins[upper - 1] < bins[upper] - wanted
    corners = np.unique(upper - nearer_below)
    bank = np.zeros((len(bins), len(corners) - 2))
    for band, (left, peak, right) in enumerate(
        zip(corners, corners[1:], corners[2:], strict=False)
    ):
        bank[left:peak, band] = np.arange(peak - left) / (peak - left)
        bank[peak:right, band] = np.arange(right - peak, 0, -1) / (right - peak)
    return bank / bank.sum(0)


def features(samples: np.ndarray) -> np.ndarray:
    """[frame][272] of mono samples at RATE."""
    count = -(-len(samples) // HOP)
    padded = np.concatenate([np.zeros(FRAME // 2), samples, np.zeros(FRAME)])
    window = np.hanning(FRAME)
    frames = np.stack([padded[HOP * k : HOP * k + FRAME] * window for k in range(count)])
    magnitudes = np.abs(np.fft.rfft(frames, axis=1))[:, : FRAME // 2]
    bands = np.log10(1 + magnitudes @ filter_bank())
    rises = np.maximum(np.diff(bands, axis=0, prepend=bands[:1]), 0)
    return np.concatenate([bands, rises], axis=1)


def activations(frames: np.ndarray, weights: dict[str, np.ndarray]) -> np.ndarray:
    """[frame][beat, downbeat, neither]"""
    weights = {name: tensor.astype(np.float64) for name, tensor in weights.items()}
    windows = np.lib.stride_tricks.sliding_window_view(frames, 10, axis=1)
    convolved = np.einsum("tik,ok->toi", windows, weights["conv1.weight"][:, 0])
    convolved = np.maximum(convolved + weights["conv1.bias"][:, None], 0)
    pooled = convolved[:, :, :262].reshape(len(frames), 2, 131, 2).max(-1)
    value = pooled.reshape(len(frames), -1) @ weights["linear0.weight"].T + weights["linear0.bias"]
    for layer in (0, 1):
        value = _lstm(value, *(weights[f"lstm.{kind}_l{layer}"] for kind in _LSTM))
    logits = value @ weights["linear.weight"].T + weights["linear.bias"]
    odds = np.exp(logits - logits.max(1, keepdims=True))
    return odds / odds.sum(1, keepdims=True)


def log_odds(bands: np.ndarray, heard: np.ndarray, weights: dict[str, np.ndarray]) -> np.ndarray:
    """[frame][beat, downbeat] of the network that hears both sides (models/train/beats/network.py),
    with silence beyond both ends: one sum for each tap."""
    weights = {name: tensor.astype(np.float64) for name, tensor in weights.items()}
    around = 600  # more than any output depends on
    value = np.pad(np.concatenate([bands, heard], axis=1), ((around, around), (0, 0)))

    def convolution(value, name, dilation=1):
        kernel = weights[f"{name}.weight"]
        half = kernel.shape[2] // 2 * dilation
        padded = np.pad(value, ((half, half), (0, 0)))
        taps = [
            padded[tap * dilation : tap * dilation + len(value)] @ kernel[:, :, tap].T
            for tap in range(kernel.shape[2])
        ]
        return sum(taps) + weights[f"{name}.bias"]

    value = np.maximum(convolution(value, "bands"), 0)
    value = np.maximum(convolution(value, "second"), 0)
    total = value
    for layer in range(8):
        wide = np.maximum(convolution(value, f"layers.{layer}", 2**layer), 0)
        value = value + convolution(wide, f"mixes.{layer}")
        total = total + value
    return convolution(np.maximum(total, 0), "out")[around:-around]


_LSTM = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")


def _lstm(value, input_kernel, recurrent, input_bias, recurrent_bias) -> np.ndarray:
    hidden = np.zeros(recurrent.shape[1])
    cell = np.zeros_like(hidden)
    result = []
    for row in value:
        sums = input_kernel @ row + input_bias + recurrent @ hidden + recurrent_bias
        i, f, g, o = np.split(sums, 4)
        cell = _sigmoid(f) * cell + _sigmoid(i) * np.tanh(g)
        hidden = _sigmoid(o) * np.tanh(cell)
        result.append(hidden)
    return np.array(result)


def _sigmoid(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))


def package_weights(package: Path, checkpoint: str) -> bytes:
    with zipfile.ZipFile(package) as archive:
        return archive.read(checkpoint)
