"""The drum kit: every hit is made from sine sweeps and filtered noise."""

import numpy as np

from .dsp import RATE, band, pan


def _time(seconds: float) -> np.ndarray:
    return np.arange(round(seconds * RATE)) / RATE


def kick(rng: np.random.Generator) -> np.ndarray:
    """A sine that falls from about 160 to 48 Hz, and a beater click."""
    t = _time(0.42)
    hertz = 48 + 115 * np.exp(-t / 0.022)
    body = np.sin(2 * np.pi * np.cumsum(hertz) / RATE) * np.exp(-t / 0.13)
    click = band(rng.standard_normal(len(t)), 1800, 6000) * np.exp(-t / 0.004)
    fade = np.clip((0.42 - t) / 0.05, 0, 1)
    return pan(np.tanh(1.6 * body + 0.35 * click) * fade, 0.0)


def snare(rng: np.random.Generator, strength: float = 1.0) -> np.ndarray:
    """Two drum-head modes, snare wires and a short room around them."""
    t = _time(0.5)
    head = np.sin(2 * np.pi * 188 * t + 3 * np.exp(-t / 0.012)) * np.exp(-t / 0.085)
    head += 0.6 * np.sin(2 * np.pi * 331 * t) * np.exp(-t / 0.05)
    wires = band(rng.standard_normal(len(t)), 1600, 11000) * np.exp(-t / (0.07 + 0.06 * strength))
    stick = band(rng.standard_normal(len(t)), 3000, 12000) * np.exp(-t / 0.006)
    dry = np.tanh(1.1 * head + 1.3 * wires + 0.9 * stick)
    room = band(rng.standard_normal((len(t), 2)), 300, 7000) * np.exp(-t / 0.11)[:, None]
    room *= np.clip(t / 0.012, 0, 1)[:, None]
    return (pan(dry, 0.05) + 0.22 * room) * np.clip((0.5 - t) / 0.1, 0, 1)[:, None]


def rim(rng: np.random.Generator) -> np.ndarray:
    """A cross-stick: the quiet verse's backbeat."""
    t = _time(0.2)
    knock = np.sin(2 * np.pi * 820 * t) * np.exp(-t / 0.012)
    knock += 0.7 * np.sin(2 * np.pi * 1710 * t) * np.exp(-t / 0.009)
    knock += 0.5 * band(rng.standard_normal(len(t)), 2500, 9000) * np.exp(-t / 0.008)
    room = band(rng.standard_normal((len(t), 2)), 500, 5000) * np.exp(-t / 0.05)[:, None]
    return pan(knock, 0.08) + 0.12 * room * np.clip(t / 0.01, 0, 1)[:, None]


def _metal(rng: np.random.Generator, t: np.ndarray, low: float) -> np.ndarray:
    """Six detuned square waves and noise, high-passed: the clang of a cymbal."""
    partials = np.array([263.0, 400.0, 421.0, 474.0, 587.0, 845.0]) * 2.27
    clang = sum(np.sign(np.sin(2 * np.pi * f * t + rng.uniform(0, 6.28))) for f in partials)
    metal = band(0.25 * clang + 0.8 * rng.standard_normal(len(t)), low, None, 3)
    # Cymbals lose strength towards the top of hearing.
    return band(metal, None, 11000, 1)


def hat(rng: np.random.Generator, strength: float, is_open: bool = False) -> np.ndarray:
    """A hi-hat, closed or open, a little to the right."""
    t = _time(0.5 if is_open else 0.12)
    decay = 0.16 if is_open else 0.018 + 0.014 * strength
    hit = _metal(rng, t, 7500) * np.exp(-t / decay) * np.clip(t / 0.0006, 0, 1)
    return pan(strength * hit * np.clip((t[-1] - t) / 0.03, 0, 1), 0.3)


def shaker(rng: np.random.Generator, strength: float) -> np.ndarray:
    """A soft sixteenth-note shaker on the left, against the hats."""
    t = _time(0.11)
    swell = (t / 0.022) ** 2 * np.exp(2 - 2 * t / 0.022)
    return pan(strength * swell * band(rng.standard_normal(len(t)), 6000, 15000), -0.45)


def crash(rng: np.random.Generator) -> np.ndarray:
    """A crash cymbal; its two sides are independent, so it is wide."""
    t = _time(2.6)
    sides = [_metal(rng, t, 3200) * np.exp(-t / 0.75) for _ in range(2)]
    wash = np.stack(sides, axis=-1) * np.clip(t / 0.002, 0, 1)[:, None]
    return wash * np.clip((2.6 - t) / 0.6, 0, 1)[:, None]


def tom(rng: np.random.Generator, hertz: float, position: float) -> np.ndarray:
    """A tom for fills."""
    t = _time(0.6)
    sweep = hertz * (1 + 0.5 * np.exp(-t / 0.03))
    body = np.sin(2 * np.pi * np.cumsum(sweep) / RATE) * np.exp(-t / 0.16)
    slap = band(rng.standard_normal(len(t)), 800, 5000) * np.exp(-t / 0.012)
    return pan(np.tanh(1.3 * body + 0.4 * slap) * np.clip((0.6 - t) / 0.1, 0, 1), position)
