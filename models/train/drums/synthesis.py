"""Drum kits from formulas, each of its own: sines that fall, noise through filters, squares out of
tune with each other. Analogue drum machines sound like that, and no recording is needed.
"""

import numpy as np
from kits import RATE, Kit, trimmed
from scipy.signal import butter, sosfilt


def decay(seconds: float, length: float) -> np.ndarray:
    """Falls by 60 dB in `seconds`."""
    return np.exp(-6.9 * np.arange(round(length * RATE)) / RATE / seconds)


def band(x: np.ndarray, low: float | None, high: float | None, order: int = 2) -> np.ndarray:
    if low and high:
        return sosfilt(butter(order, [low, min(high, 21000)], "band", fs=RATE, output="sos"), x)
    if low:
        return sosfilt(butter(order, low, "high", fs=RATE, output="sos"), x)
    return sosfilt(butter(order, min(high, 21000), "low", fs=RATE, output="sos"), x)


def attack(x: np.ndarray, seconds: float) -> np.ndarray:
    size = max(1, round(seconds * RATE))
    x[:size] *= np.linspace(0, 1, size)
    return x


def swept(start: float, end: float, pace: float, length: float) -> np.ndarray:
    """A sine whose frequency falls from start to end, within `pace` seconds for the most part."""
    time = np.arange(round(length * RATE)) / RATE
    frequency = end + (start - end) * np.exp(-3 * time / pace)
    return np.sin(2 * np.pi * np.cumsum(frequency) / RATE)


def kick(rng) -> np.ndarray:
    length = rng.uniform(0.12, 0.9)
    end = rng.uniform(38, 75)
    x = swept(end * rng.uniform(1.5, 7), end, rng.uniform(0.01, 0.1), length) * decay(
        length, length
    )
    if rng.random() < 0.7:
        click = band(rng.normal(size=len(x)), rng.uniform(800, 4000), None) * decay(0.02, length)
        x = x + rng.uniform(0.02, 0.4) * click
    drive = rng.uniform(0.5, 4)
    return np.tanh(drive * attack(x, rng.choice([0.0002, 0.001, 0.003]))) / np.tanh(drive)


def snare(rng) -> np.ndarray:
    length = rng.uniform(0.1, 0.5)
    size = round(length * RATE)
    low = rng.uniform(140, 280)
    body = swept(low * rng.uniform(1, 1.8), low, 0.03, length) * decay(length * 0.6, length)
    body += 0.5 * swept(low * 1.7, low * 1.6, 0.03, length) * decay(length * 0.4, length)
    noise = band(rng.normal(size=size), rng.uniform(400, 2500), rng.uniform(6000, 16000))
    noise *= decay(length * rng.uniform(0.5, 1), length)
    return attack(rng.uniform(0.1, 1) * body + rng.uniform(0.3, 1) * noise, 0.0005)


def rim(rng) -> np.ndarray:
    length = rng.uniform(0.03, 0.1)
    x = np.sin(2 * np.pi * rng.uniform(400, 1000) * np.arange(round(length * RATE)) / RATE)
    x += rng.uniform(0.3, 1) * swept(2200, rng.uniform(1500, 2000), 0.01, length)
    x += rng.uniform(0, 0.5) * band(rng.normal(size=len(x)), 2000, 9000)
    return attack(x * decay(length, length), 0.0003)


def clap(rng) -> np.ndarray:
    length = rng.uniform(0.15, 0.5)
    noise = band(
        rng.normal(size=round(length * RATE)), rng.uniform(600, 1100), rng.uniform(2500, 9000)
    )
    envelope = 0.5 * decay(length, length)
    for k in range(int(rng.integers(2, 5))):
        start = round(k * rng.uniform(0.008, 0.013) * RATE)
        envelope[start:] += decay(0.02, length)[: len(envelope) - start]
    return attack(noise * envelope, 0.0005)


def metal(rng, size: int) -> np.ndarray:
    base = rng.uniform(180, 420)
    time = np.arange(size) / RATE
    ratios = np.array([1, 1.342, 1.2312, 1.6532, 1.9523, 2.1523]) * rng.uniform(0.95, 1.05, 6)
    return sum(np.sign(np.sin(2 * np.pi * (base * r * time + rng.random()))) for r in ratios) / 6


def hat(rng, seconds: float, tone) -> np.ndarray:
    """tone: (share of metal, lowest frequency), the same for all hats of a kit."""
    size = round(seconds * RATE)
    x = tone[0] * metal(rng, size) + (1 - tone[0]) * rng.normal(size=size) * 0.5
    return attack(band(x, tone[1], None, 3) * decay(seconds, seconds), 0.0005)


def cymbal(rng, seconds: float, tone, bell: float) -> np.ndarray:
    size = round(seconds * RATE)
    x = tone[0] * metal(rng, size) + (1 - tone[0]) * rng.normal(size=size) * 0.5
    wash = band(x, tone[1] * rng.uniform(0.3, 0.7), None) * decay(seconds, seconds)
    ping = swept(1, 1, 1, seconds) * 0
    for _ in range(4):
        frequency = rng.uniform(900, 6000)
        ping += np.sin(2 * np.pi * frequency * np.arange(size) / RATE) * decay(
            seconds * 0.6, seconds
        )
    struck = band(rng.normal(size=size), 3000, None) * decay(0.06, seconds)
    return attack(wash + bell * ping / 4 + rng.uniform(0, 1) * struck, 0.0005)


def tom(rng, frequency: float) -> np.ndarray:
    length = rng.uniform(0.2, 0.8)
    x = swept(frequency * rng.uniform(1.1, 2), frequency, 0.06, length) * decay(length, length)
    noise = band(rng.normal(size=len(x)), 300, 5000) * decay(0.08, length)
    return attack(x + rng.uniform(0, 0.4) * noise, 0.001)


def shaker(rng) -> np.ndarray:
    length = rng.uniform(0.05, 0.16)
    noise = band(rng.normal(size=round(length * RATE)), rng.uniform(2500, 7000), None)
    return attack(noise * decay(length, length), rng.uniform(0.002, 0.04))


def struck(rng, low: float, high: float, seconds: float) -> np.ndarray:
    """Bells, blocks, claves, congas: partials that are not harmonic."""
    length = rng.uniform(0.5, 1) * seconds
    base = low * (high / low) ** rng.random()
    x = sum(
        swept(base * r, base * r, 1, length) * decay(length / r**0.5, length) / r
        for r in (1, rng.uniform(1.4, 1.7), rng.uniform(2.1, 3))
    )
    return attack(x, 0.0005)


def synthetic(rng, name: str = "synthetic") -> Kit:
    tone = (rng.uniform(0, 1), rng.uniform(3000, 9000))
    lowest = rng.uniform(60, 110)
    hits = {
        35: kick(rng),
        36: kick(rng),
        37: rim(rng),
        38: snare(rng),
        39: clap(rng),
        40: snare(rng),
        42: hat(rng, rng.uniform(0.03, 0.14), tone),
        44: hat(rng, rng.uniform(0.02, 0.1), tone),
        46: hat(rng, rng.uniform(0.25, 1), tone),
        49: cymbal(rng, rng.uniform(1, 2.8), tone, 0.1),
        51: cymbal(rng, rng.uniform(0.4, 2), tone, 0.7),
        53: cymbal(rng, rng.uniform(0.4, 1.5), tone, 2.0),
        55: cymbal(rng, rng.uniform(0.4, 1), tone, 0.1),
        57: cymbal(rng, rng.uniform(1, 2.8), tone, 0.1),
        54: shaker(rng),
        56: struck(rng, 500, 900, 0.4),
        60: struck(rng, 250, 450, 0.3),
        62: struck(rng, 180, 320, 0.2),
        64: struck(rng, 130, 220, 0.4),
        70: shaker(rng),
        75: struck(rng, 1800, 2800, 0.1),
        76: struck(rng, 700, 1300, 0.12),
        82: shaker(rng),
    }
    for step, note in enumerate((41, 43, 45, 47, 48, 50)):
        hits[note] = tom(rng, lowest * 1.22**step)
    return Kit(name, {note: [trimmed(hit / np.abs(hit).max() * 0.7)] for note, hit in hits.items()})
