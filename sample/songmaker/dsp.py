"""Small signal tools that the instruments and the mix share. Stereo is (frames, 2)."""

import numpy as np
from scipy import signal

RATE = 44100


def band(samples: np.ndarray, low: float | None, high: float | None, order: int = 2) -> np.ndarray:
    """Butterworth filter along time: high-pass at `low`, low-pass at `high`, either left out."""
    if low and high:
        sections = signal.butter(order, (low, high), "bandpass", fs=RATE, output="sos")
    elif low:
        sections = signal.butter(order, low, "highpass", fs=RATE, output="sos")
    else:
        sections = signal.butter(order, high, "lowpass", fs=RATE, output="sos")
    return signal.sosfilt(sections, samples, axis=0)


def peak(samples: np.ndarray, hertz: float, gain_db: float, q: float = 1.0) -> np.ndarray:
    """Peaking equaliser (Robert Bristow-Johnson's audio EQ cookbook)."""
    a = 10 ** (gain_db / 40)
    omega = 2 * np.pi * hertz / RATE
    alpha = np.sin(omega) / (2 * q)
    b = np.array([1 + alpha * a, -2 * np.cos(omega), 1 - alpha * a])
    den = np.array([1 + alpha / a, -2 * np.cos(omega), 1 - alpha / a])
    return signal.lfilter(b / den[0], den / den[0], samples, axis=0)


def high_shelf(samples: np.ndarray, hertz: float, gain_db: float) -> np.ndarray:
    """High shelf with slope 1 (same cookbook)."""
    a = 10 ** (gain_db / 40)
    omega = 2 * np.pi * hertz / RATE
    cos, root = np.cos(omega), np.sqrt(2 * a) * np.sin(omega)
    b = np.array(
        [
            a * ((a + 1) + (a - 1) * cos + root),
            -2 * a * ((a - 1) + (a + 1) * cos),
            a * ((a + 1) + (a - 1) * cos - root),
        ]
    )
    den = np.array(
        [
            (a + 1) - (a - 1) * cos + root,
            2 * ((a - 1) - (a + 1) * cos),
            (a + 1) - (a - 1) * cos - root,
        ]
    )
    return signal.lfilter(b / den[0], den / den[0], samples, axis=0)


def pan(samples: np.ndarray, position: float) -> np.ndarray:
    """Mono to stereo with constant power; position from -1 (left) to 1 (right)."""
    angle = (position + 1) * np.pi / 4
    return np.stack([samples * np.cos(angle), samples * np.sin(angle)], axis=-1)


def add(target: np.ndarray, source: np.ndarray, second: float, gain: float = 1.0) -> None:
    """Adds source into target from `second` on; what falls outside is dropped."""
    begin = round(second * RATE)
    skip = max(0, -begin)
    length = min(len(source) - skip, len(target) - begin - skip)
    if length > 0:
        target[begin + skip : begin + skip + length] += gain * source[skip : skip + length]


def reverb(
    samples: np.ndarray,
    rng: np.random.Generator,
    seconds: float,
    predelay: float,
    low: float,
    high: float,
) -> np.ndarray:
    """Convolves with decaying noise, a different one in each ear; the highs die first.

    The result (wet only) carries about the same energy as the input for a sustained sound.
    """
    length = round(1.2 * seconds * RATE)
    time = np.arange(length) / RATE
    response = np.zeros((length, 2))
    edges = (low, 1200.0, 4000.0, high)
    for index, share in enumerate((1.0, 0.8, 0.45)):
        noise = band(rng.standard_normal((length, 2)), edges[index], edges[index + 1])
        response += noise * 10 ** (-3 * time / (seconds * share))[:, None]
    response *= np.minimum(1, time / 0.004)[:, None]
    response /= np.sqrt((response**2).sum(axis=0))
    response = np.concatenate([np.zeros((round(predelay * RATE), 2)), response])
    if samples.ndim == 1:
        samples = np.stack([samples, samples], axis=-1)
    return signal.fftconvolve(samples, response, axes=0)[: len(samples)]


def envelope(samples: np.ndarray, attack: float, release: float) -> np.ndarray:
    """Peak follower, in decibels, for compressors. Works on the loudest channel."""
    level = np.abs(samples) if samples.ndim == 1 else np.abs(samples).max(axis=1)
    # One value per 32 samples is ample for time constants of milliseconds.
    step = 32
    blocks = np.pad(level, (0, -len(level) % step)).reshape(-1, step).max(axis=1)
    rise, fall = np.exp(-step / (attack * RATE)), np.exp(-step / (release * RATE))
    followed, state = np.empty(len(blocks)), 0.0
    for index, value in enumerate(blocks):
        factor = rise if value > state else fall
        state = factor * state + (1 - factor) * value
        followed[index] = state
    smooth = np.interp(np.arange(len(level)), np.arange(len(blocks)) * step, followed)
    return 20 * np.log10(smooth + 1e-9)


def compressor_gain(
    samples: np.ndarray, threshold_db: float, ratio: float, attack: float, release: float
) -> np.ndarray:
    """The linear gain, one value a frame, of a soft-kneed (6 dB) compressor."""
    over = envelope(samples, attack, release) - threshold_db
    knee = 6.0
    bent = np.where(
        over < -knee / 2, 0, np.where(over > knee / 2, over, (over + knee / 2) ** 2 / (2 * knee))
    )
    return 10 ** (-(1 - 1 / ratio) * bent / 20)
