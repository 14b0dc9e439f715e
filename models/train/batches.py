"""Makes mixes of the rendered stems, anew for each batch, and their spectra.

Part of the mixes are whole songs, most are stems of unrelated songs. All that is linear happens on
the spectra: gains, polarity, equalisers; so the truth stays exact.
"""

from pathlib import Path

import numpy as np
import torch
from numba import njit

from .constants import RATE, SONG_FRAMES, STEMS
from .network import BINS

FFT, HOP = 4096, 1024
FRAMES = 128
_LENGTH = (FRAMES - 1) * HOP + FFT
_WINDOW = torch.hann_window(FFT)
LEVEL_DB = -20.0  # RMS of the mix that the network is trained at; the task document says it too
_MAGNITUDE_OF_LEVEL = 10 ** (LEVEL_DB / 20) * float(torch.sqrt((_WINDOW**2).sum()))

# Of the mix's energy: errors in a silent stem count against it. With 1e-3, and a quarter of mixes
# without vocals, a network that never gave any vocals had the lowest loss, and stayed so.
FLOOR = 2e-2
_FROM_ONE_SONG = 0.5
_WITHOUT_A_STEM = 0.2
_WITHOUT_VOCALS = 0.1  # instrumental music, and Spleeter's accompaniment
_SPREAD_DB = (4.0, 4.0, 4.0, 4.0)
_MEAN_DB = (0.0, -2.0, 0.0, 1.0)


def song_files(folder: Path, validation: bool) -> list[Path]:
    """Seeds from 900000 on are never trained on."""
    return [f for f in sorted(folder.glob("*.npy")) if (int(f.stem) >= 900000) == validation]


def spectra(samples: torch.Tensor) -> torch.Tensor:
    """[..., frames] -> [..., columns, 2049] complex."""
    flat = samples.flatten(0, -2)
    out = torch.stft(flat, FFT, HOP, window=_WINDOW, center=False, return_complex=True)
    return out.transpose(-1, -2).unflatten(0, samples.shape[:-1])


def _piece(files, rng, from_one_song: bool) -> np.ndarray:
    out = np.empty((len(STEMS), _LENGTH, 2), np.float32)
    for k in range(len(STEMS)):
        if k == 0 or not from_one_song:
            file = files[rng.integers(len(files))]
            song = np.load(file, mmap_mode="r")
            start = int(rng.integers(0, SONG_FRAMES - _LENGTH))
        out[k] = song[k, start : start + _LENGTH]
    return out / 32768


def _gains(rng) -> np.ndarray:
    gains = 10 ** (rng.normal(_MEAN_DB, _SPREAD_DB) / 20)
    if rng.random() < _WITHOUT_A_STEM:
        gains[rng.integers(3)] = 0
    if rng.random() < _WITHOUT_VOCALS:
        gains[3] = 0
    if rng.random() < 0.04:
        gains *= np.eye(len(STEMS))[rng.integers(len(STEMS))]
    return gains * rng.choice([-1, 1], len(STEMS))


def _equaliser(rng) -> np.ndarray:
    """A smooth gain for each of the 2049 bins."""
    octaves = np.log2(np.maximum(np.arange(FFT // 2 + 1) * RATE / FFT, 20))
    db = rng.uniform(-1, 1) * (octaves - 9)
    for _ in range(2):
        width = rng.uniform(0.5, 1.8)
        db += rng.uniform(-7, 7) * np.exp(-(((octaves - rng.uniform(5.5, 13.8)) / width) ** 2))
    return 10 ** (db / 20)


def _pieces(files, rng) -> np.ndarray:
    x = _piece(files, rng, rng.random() < _FROM_ONE_SONG)
    for k in range(len(STEMS)):
        if rng.random() < 0.5:
            x[k] = x[k, :, ::-1]
        if rng.random() < 0.1:
            x[k] = x[k].mean(1, keepdims=True)
    if rng.random() < 0.05:
        x[:] = x.mean(2, keepdims=True)
    return x


@njit(cache=True, fastmath=True, nogil=True)
def _energies(s, gains, magnitude, own, cross, total):
    """Fills the four arrays for stems s [stems, 2, columns, bins]; see `loss`. One pass is three
    times as fast as NumPy's dozen."""
    stems, channels, columns, bins = s.shape
    for c in range(channels):
        for t in range(columns):
            for f in range(bins):
                re, im = 0.0, 0.0
                for k in range(stems):
                    re += s[k, c, t, f].real * gains[k, f]
                    im += s[k, c, t, f].imag * gains[k, f]
                total[c, t, f] = re * re + im * im
                magnitude[c, t, f] = np.sqrt(re * re + im * im)
                for k in range(stems):
                    x, y = s[k, c, t, f].real * gains[k, f], s[k, c, t, f].imag * gains[k, f]
                    own[k, c, t, f] = x * x + y * y
                    cross[k, c, t, f] = x * re + y * im


def _mixed(s: np.ndarray, power: np.ndarray, rng, augment: bool) -> list[np.ndarray]:
    """Training arrays of stems `s`; `power` is the mean energy of each stem's bins."""
    while True:
        gains = _gains(rng)
        if (power * gains**2).sum() > 1e-6:
            break
    filters = np.ones((len(STEMS), BINS)) * gains[:, None]
    for k in range(len(STEMS)):
        if augment and rng.random() < 0.6:
            filters[k] *= _equaliser(rng)[:BINS]
    shape = s.shape[1:]
    arrays = [np.empty(shape, np.float32), np.empty(s.shape, np.float32)]
    arrays += [np.empty(s.shape, np.float32), np.empty(shape, np.float32)]
    # Nearly all of music's energy lies in the bins that the network sees.
    expected = np.sqrt((power * (filters**2).mean(1)).sum() * BINS / (FFT // 2 + 1))
    jitter = 10 ** (rng.normal(0, 3) / 20)
    _energies(s, filters * (jitter * _MAGNITUDE_OF_LEVEL / expected), *arrays)
    return arrays


def batches(files, rng, size: int, augment: bool = True) -> list[list[torch.Tensor]]:
    """Two batches from the same pieces: as they were cut, and with the stems shuffled.

    Each is (magnitude of the mix, truths' energies, products truth x mix, mix's energies); the
    transforms are the dearest part of them.
    """
    x = np.stack([_pieces(files, rng) for _ in range(size)])
    s = spectra(torch.from_numpy(x.transpose(0, 1, 3, 2).copy()))[..., :BINS].numpy()
    power = (np.abs(s[..., ::4, :]) ** 2).mean((2, 3, 4))
    made = []
    for shuffled in (False, True):
        order = np.stack([rng.permutation(size) if shuffled else np.arange(size) for _ in STEMS])
        parts = []
        for b in range(size):
            chosen = order[:, b], np.arange(len(STEMS))
            parts.append(_mixed(s[chosen], power[chosen], rng, augment))
        made.append([torch.from_numpy(np.stack(arrays)) for arrays in zip(*parts, strict=True)])
    return made


def loss(masks, own, cross, total):
    """Errors of mask * mix against the truth, from energies alone: |m X - S|^2.

    @return mean loss; SDR in dB [B, stems], and which of these are defined (truth not silent).
    A silent stem is scored too: what is given to it counts against a floor 17 dB under the mix.
    """
    error = (own - 2 * masks * cross + masks**2 * total[:, None]).clamp_min(0)
    mix = total.sum((1, 2, 3))[:, None]
    wrong, truth = error.sum((2, 3, 4)), own.sum((2, 3, 4))
    ratio = 10 * torch.log10((wrong + FLOOR * mix) / (truth + FLOOR * mix))
    amplitude = (error + 1e-6).sqrt().sum((2, 3, 4)) / (total + 1e-6).sqrt().sum((1, 2, 3))[:, None]
    return (ratio.mean() + 5 * amplitude.mean()), -ratio, truth > 1e-3 * mix
