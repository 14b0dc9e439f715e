"""Synthesised sounds: drums, wavetable voices for bass and leads, plucked strings."""

import numpy as np
from numba import njit
from scipy import signal

from ..constants import RATE, SONG_FRAMES

_TABLE = 2048


def _decay(n, seconds):
    return np.exp(-np.arange(n) / RATE / seconds)


def drum(kind: str, rng) -> np.ndarray:
    """One drum machine sound, [frames, 2], with a peak of 1."""
    if kind == "kick":
        n = int(rng.uniform(0.15, 0.9) * RATE)
        sweep = rng.uniform(60, 400) * _decay(n, rng.uniform(0.008, 0.05))
        y = np.sin(2 * np.pi * np.cumsum(rng.uniform(38, 62) + sweep) / RATE) * _decay(
            n, n / RATE / 3
        )
        y += rng.uniform(0, 0.4) * rng.standard_normal(n) * _decay(n, 0.004)
        y = np.tanh(y * rng.uniform(1, 4))
    elif kind in ("snare", "clap"):
        n = int(0.4 * RATE)
        t = np.arange(n) / RATE
        tone = np.sin(2 * np.pi * (rng.uniform(150, 240) * t + 3 * np.exp(-t / 0.01)))
        b, a = signal.butter(1, rng.uniform(500, 3000) / (RATE / 2), "high")
        noise = signal.lfilter(b, a, rng.standard_normal(n)) * _decay(n, rng.uniform(0.04, 0.15))
        y = rng.uniform(0.2, 0.9) * tone * _decay(n, rng.uniform(0.03, 0.1)) + noise
    elif kind in ("hat", "ohat", "crash", "ride"):
        n = int({"hat": 0.2, "ohat": 0.7, "crash": 2.2, "ride": 1.2}[kind] * RATE)
        t, base = np.arange(n) / RATE, rng.uniform(200, 900)
        metal = sum(np.sign(np.sin(2 * np.pi * base * h * t)) for h in (1, 1.34, 1.8, 2.2))
        y = metal * rng.uniform(0, 0.6) + rng.standard_normal(n)
        b, a = signal.butter(2, rng.uniform(4000, 9000) / (RATE / 2), "high")
        y = signal.lfilter(b, a, y) * _decay(n, n / RATE / rng.uniform(4, 7))
    else:
        n = int(0.5 * RATE)
        sweep = 1 + 0.4 * np.exp(-np.arange(n) / RATE / 0.03)
        y = np.sin(2 * np.pi * np.cumsum(rng.uniform(80, 700) * sweep) / RATE)
        y = y * _decay(n, rng.uniform(0.03, 0.15))
    y = y / (np.abs(y).max() + 1e-9)
    return np.repeat(y[:, None], 2, axis=1).astype(np.float32)


def _table(wave: str, harmonics: int, slope: float) -> np.ndarray:
    """One period of a band-limited wave; `slope` is a further fall of the harmonics."""
    h = np.arange(1, max(1, harmonics) + 1)
    amplitude = {"saw": 1 / h, "square": (h % 2) / h, "triangle": (h % 2) / h**2}[wave]
    amplitude = amplitude / (1 + (h / max(1.0, slope)) ** 4)
    spectrum = np.zeros(_TABLE // 2 + 1, complex)
    spectrum[h] = -1j * amplitude * _TABLE / 2
    return np.fft.irfft(spectrum)


@njit(cache=True, fastmath=True)
def _read(table, bright, phase, mix):
    out = np.empty(len(phase))
    for k in range(len(phase)):
        x = (phase[k] - np.floor(phase[k])) * 2048
        i = int(x)
        f = x - i
        j = (i + 1) & 2047
        i &= 2047
        dark_y = table[i] * (1 - f) + table[j] * f
        bright_y = bright[i] * (1 - f) + bright[j] * f
        out[k] = dark_y * (1 - mix[k]) + bright_y * mix[k]
    return out


def voice(notes, rng, bass: bool) -> np.ndarray:
    """A monophonic or polyphonic synthesiser patch drawn at random; [frames] mono."""
    out = np.zeros(SONG_FRAMES + 7 * RATE, np.float32)
    waves = (
        ["saw", "square", "triangle", "fm", "sub"] if bass else ["saw", "square", "triangle", "fm"]
    )
    wave, detune = rng.choice(waves), rng.choice([0, 0, rng.uniform(0.002, 0.012)])
    cutoff, decay = rng.uniform(2, 14), rng.uniform(0.05, 0.6)
    index, ratio = rng.uniform(0.5, 4), rng.choice([1, 2, 3])
    sub, glide = rng.uniform(0, 0.6) * bass, rng.random() < 0.2
    vibrato, attack = 0 if bass else rng.uniform(0, 0.25), rng.choice([0.003, 0.01, 0.08])
    last = None
    for start, end, pitch, velocity in notes:
        n = min(int((end - start + 0.05) * RATE), 6 * RATE)
        if n < 400 or start * RATE >= SONG_FRAMES:
            continue
        hz, t = 440 * 2 ** ((pitch - 69) / 12), np.arange(n) / RATE
        frequency = np.full(n, hz)
        if glide and last:
            frequency *= (last / hz) ** np.exp(-t / 0.03)
        if vibrato:
            frequency *= 2 ** (vibrato / 12 * np.sin(2 * np.pi * 5.5 * t) * np.minimum(1, t * 2))
        last, phase = hz, np.cumsum(frequency) / RATE
        if wave == "sub":
            y = np.tanh(np.sin(2 * np.pi * (phase + 3 * np.exp(-t / 0.015))) * 2) * _decay(
                n, decay + 0.3
            )
        elif wave == "fm":
            y = np.sin(
                2 * np.pi * phase + index * _decay(n, decay) * np.sin(2 * np.pi * phase * ratio)
            )
        else:
            count = int(min(400, 16000 / hz))
            dark, bright = _table(wave, count, cutoff), _table(wave, count, cutoff * 6)
            y = _read(dark, bright, phase, _decay(n, decay))
            if detune:
                y = y + _read(dark, bright, phase * (1 + detune), _decay(n, decay))
        y = y + sub * np.sin(2 * np.pi * phase)
        k = np.arange(n)
        y *= np.minimum(1, k / (attack * RATE)) * np.minimum(1, (n - k) / (0.04 * RATE))
        at = int(start * RATE)
        out[at : at + n] += (y * velocity / 127).astype(np.float32)
    return out[:SONG_FRAMES]


@njit(cache=True)
def _string(burst, n, period, loss, blend):
    line = burst.copy()
    out = np.empty(n)
    size, position, last = len(line), 0, 0.0
    for k in range(n):
        y = line[position]
        out[k] = y
        line[position] = loss * ((1 - blend) * y + blend * last)
        last = y
        position += 1
        if position == size:
            position = 0
    return out


def plucked(notes, rng) -> np.ndarray:
    """Karplus and Strong's string: guitars and plucked basses; [frames] mono."""
    out = np.zeros(SONG_FRAMES + 7 * RATE, np.float32)
    loss, blend, bright = rng.uniform(0.992, 0.999), rng.uniform(0.2, 0.5), rng.uniform(0.1, 0.9)
    for start, end, pitch, velocity in notes:
        n = min(int((end - start + 0.08) * RATE), 6 * RATE)
        if n < 400 or start * RATE >= SONG_FRAMES:
            continue
        period = RATE / (440 * 2 ** ((pitch - 69) / 12)) - blend
        size = max(2, round(period))
        burst = signal.lfilter([1], [1, bright - 0.95], rng.standard_normal(size))
        y = _string(burst / np.abs(burst).max(), n, period, loss, blend)
        y *= np.minimum(1, (n - np.arange(n)) / (0.05 * RATE))
        at = int(start * RATE)
        out[at : at + n] += (y * velocity / 127).astype(np.float32)
    return out[:SONG_FRAMES]
