"""Effects that stand between a clean sound source and a mixed record."""

import numpy as np
from numba import njit
from scipy import signal

from ..constants import RATE

Generator = np.random.Generator


def active_rms(x: np.ndarray) -> float:
    """RMS of the tenths of a second that are less than 30 dB below the loudest."""
    blocks = (x[: len(x) // 4410 * 4410] ** 2).mean(1).reshape(-1, 4410).mean(1)
    if len(blocks) == 0 or blocks.max() <= 0:
        return 0.0
    return float(np.sqrt(blocks[blocks > blocks.max() * 1e-3].mean()))


def normalised(x: np.ndarray, rms: float = 0.1) -> np.ndarray:
    level = active_rms(x)
    return x * (rms / level) if level > 1e-6 else x


@njit(cache=True)
def _gain(envelope, threshold, ratio, attack, release):
    gain = np.empty_like(envelope)
    level = 0.0
    for k in range(len(envelope)):
        keep = attack if envelope[k] > level else release
        level = keep * level + (1 - keep) * envelope[k]
        gain[k] = (threshold / level) ** (1 - 1 / ratio) if level > threshold else 1.0
    return gain


def compress(x, threshold, ratio, attack, release):
    step = 32  # the gain moves slowly: one value for 32 samples does
    peaks = np.abs(x).max(1)
    peaks = peaks[: len(peaks) // step * step].reshape(-1, step).max(1).astype(np.float64)
    a, r = np.exp(-step / RATE / attack), np.exp(-step / RATE / release)
    gain = _gain(peaks, threshold, ratio, a, r)
    at = np.arange(len(gain)) * step
    return x * np.interp(np.arange(len(x)), at, gain)[:, None].astype(np.float32)


def random_compress(x, rng: Generator):
    x = x / (np.abs(x).max() + 1e-6)
    return compress(
        x,
        rng.uniform(0.08, 0.4),
        rng.uniform(2, 8),
        rng.uniform(0.001, 0.03),
        rng.uniform(0.05, 0.3),
    )


def lowpass(x, hz, order=1):
    b, a = signal.butter(order, hz / (RATE / 2))
    return signal.lfilter(b.astype("f4"), a.astype("f4"), x, axis=0)


def highpass(x, hz, order=1):
    b, a = signal.butter(order, hz / (RATE / 2), "high")
    return signal.lfilter(b.astype("f4"), a.astype("f4"), x, axis=0)


def peak_filter(x, hz, db, q):
    """One parametric band (R. Bristow-Johnson's cookbook)."""
    amp, w = 10 ** (db / 40), 2 * np.pi * hz / RATE
    alpha, c = np.sin(w) / (2 * q), np.cos(w)
    b = np.array([1 + alpha * amp, -2 * c, 1 - alpha * amp])
    a = np.array([1 + alpha / amp, -2 * c, 1 - alpha / amp])
    return signal.lfilter((b / a[0]).astype("f4"), (a / a[0]).astype("f4"), x, axis=0)


def random_eq(x, rng: Generator, bands=2, db=6):
    for _ in range(bands):
        hz = float(np.exp(rng.uniform(np.log(60), np.log(9000))))
        x = peak_filter(x, hz, rng.uniform(-db, db), rng.uniform(0.4, 1.5))
    return x


def saturate(x, drive):
    return np.tanh(x / (np.abs(x).max() + 1e-6) * drive)


def reverb(x, rng: Generator, seconds, wet):
    """Exponentially decaying coloured noise, with a pre-delay."""
    n = int(seconds * RATE)
    room = rng.standard_normal((n, 2)) * np.exp(-6.9 * np.arange(n) / n)[:, None]
    room = highpass(lowpass(room, rng.uniform(2500, 9000)), rng.uniform(80, 300))
    room = room / np.sqrt((room**2).sum(0))
    room = np.pad(room, ((int(rng.uniform(0, 0.04) * RATE), 0), (0, 0))).astype(np.float32)
    tail = [signal.oaconvolve(x[:, c], room[:, c])[: len(x)] for c in (0, 1)]
    return x + wet * np.stack(tail, 1).astype(np.float32)


def echo(x, rng: Generator, beat_seconds):
    """Echoes at a fraction of the beat that go from side to side."""
    delay = int(beat_seconds * rng.choice([0.5, 0.75, 1.0]) * RATE)
    out, gain, part = x.copy(), rng.uniform(0.15, 0.5), x
    for _ in range(3):
        if delay >= len(x):
            break
        part = np.pad(part[:-delay], ((delay, 0), (0, 0)))[:, ::-1] * gain
        out = out + part
    return out


def amplifier(x, rng: Generator):
    """A driven guitar amplifier with its cabinet."""
    x = highpass(x / (np.abs(x).max() + 1e-6), rng.uniform(60, 400))
    drive = np.exp(rng.uniform(np.log(2), np.log(60)))
    x = lowpass(np.tanh(x * drive) + 0.1 * np.tanh(x * drive + 0.5), rng.uniform(3500, 6500), 4)
    x = peak_filter(x, rng.uniform(90, 160), rng.uniform(-2, 5), 1.0)
    return peak_filter(x, rng.uniform(1500, 3500), rng.uniform(-3, 6), 0.8)


def pan(x_mono, position):
    """`position` from -1 (left) to 1; constant power."""
    angle = (position + 1) * np.pi / 4
    gains = np.array([np.cos(angle), np.sin(angle)], np.float32) * np.float32(np.sqrt(2))
    return x_mono[:, None] * gains
