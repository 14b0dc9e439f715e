"""Guitar, bass, electric piano and pad: plucked-string loops, FM and filtered saws."""

import numpy as np
from scipy import signal

from .dsp import RATE, band, peak


def hertz(midi: float) -> float:
    """Equal temperament, A4 = 440 Hz."""
    return 440.0 * 2.0 ** ((midi - 69) / 12)


def _release(samples: np.ndarray, held: float, fade: float) -> np.ndarray:
    """Damps a note after `held` seconds within `fade` seconds and cuts the rest."""
    t = np.arange(len(samples)) / RATE
    gate = np.exp(-np.maximum(0, t - held) / (fade / 4))
    gate *= np.clip((held + 2 * fade - t) / fade, 0, 1)
    return (samples * gate)[: round((held + 2 * fade) * RATE)]


def pluck(
    rng: np.random.Generator,
    midi: float,
    held: float,
    strength: float,
    decay: float = 2.5,
    brightness: float = 0.5,
    pick: float = 0.13,
) -> np.ndarray:
    """A plucked string (Karplus and Strong, with fractional tuning and a picked position).

    decay: seconds until the fundamental has lost 60 dB; brightness 0..1 sets how fast highs die;
    pick: where along the string it is plucked, which takes out every 1/pick-th harmonic.
    """
    frequency = hertz(midi)
    period = RATE / frequency
    damping = 0.5 - 0.42 * brightness
    # The two-tap damping filter delays by `damping` samples; the rest is tuned by interpolation.
    delay = period - damping
    whole, fraction = int(delay), delay - int(delay)
    loop_gain = 10 ** (-3 / (decay * frequency))
    taps = loop_gain * np.convolve([1 - damping, damping], [1 - fraction, fraction])
    feedback = np.zeros(whole + 3)
    feedback[0] = 1
    feedback[whole : whole + 3] -= taps
    frames = round((held + 0.3) * RATE)
    burst = np.zeros(frames)
    length = round(period)
    burst[:length] = rng.uniform(-1, 1, length)
    burst = band(burst, None, min(16000, 1500 + 9000 * strength), 1)
    comb = max(1, round(pick * period))
    burst[comb:] -= 0.9 * burst[:-comb].copy()
    note = signal.lfilter([1.0], feedback, burst)
    return strength * _release(note, held, 0.12)


def guitar_body(samples: np.ndarray) -> np.ndarray:
    """The box of an acoustic guitar: two low resonances, some air, nothing below."""
    samples = band(samples, 95, None)
    samples = peak(samples, 115, 4, 2.0)
    samples = peak(samples, 215, 3, 2.0)
    samples = peak(samples, 420, -3, 1.0)
    return peak(samples, 5200, 1, 0.7)


def strum(
    rng: np.random.Generator, notes: tuple[int, ...], held: float, strength: float, down: bool
) -> np.ndarray:
    """All strings of a chord one after the other, within some 25 milliseconds."""
    order = notes if down else notes[::-1][:3]
    spread = rng.uniform(0.005, 0.008)
    out = np.zeros(round((held + 0.6) * RATE))
    for index, note in enumerate(order):
        loud = strength * rng.uniform(0.85, 1.1) * (1.0 if down else 0.8)
        string = pluck(
            rng,
            note + rng.normal(0, 0.02),
            held,
            loud,
            decay=2.2,
            brightness=0.72,
            pick=rng.uniform(0.1, 0.16),
        )
        begin = round(index * spread * RATE)
        out[begin : begin + len(string)] += string
    return out


def bass(rng: np.random.Generator, midi: int, held: float, strength: float) -> np.ndarray:
    """A fingered electric bass: a dark string with a sine under it."""
    string = pluck(rng, midi, held, 1.0, decay=3.5, brightness=0.25, pick=0.2)
    t = np.arange(len(string)) / RATE
    under = np.sin(2 * np.pi * hertz(midi) * t) * np.exp(-t / 1.2) * np.clip(t / 0.008, 0, 1)
    under = _release(under, held, 0.08)[: len(string)]
    under = np.pad(under, (0, len(string) - len(under)))
    tone = band(string, 30, 2600) + 0.55 * under
    return strength * np.tanh(1.5 * tone)


def electric_piano(midi: int, held: float, strength: float) -> np.ndarray:
    """A tine piano by frequency modulation: a mellow body and a short bell on top."""
    t = np.arange(round((held + 0.6) * RATE)) / RATE
    frequency = hertz(midi)
    phase = 2 * np.pi * frequency * t
    index = (0.5 + 1.4 * strength) * np.exp(-t / 0.5)
    body = np.sin(phase + index * np.sin(phase))
    bell = 0.16 * strength * np.sin(14 * phase) * np.exp(-t / 0.09)
    decay = np.exp(-t / (1.6 - 0.008 * midi)) * np.clip(t / 0.002, 0, 1)
    return strength * _release((body + bell) * decay, held, 0.2)


def pad(notes: tuple[int, ...], held: float, rng: np.random.Generator) -> np.ndarray:
    """Detuned saws behind a low-pass filter, stereo; a bed, not a lead."""
    t = np.arange(round((held + 0.9) * RATE)) / RATE
    sides = []
    for _ in range(2):
        side = np.zeros(len(t))
        for note in notes:
            for detune in (-0.09, 0.02, 0.08):
                frequency = hertz(note + detune + rng.normal(0, 0.02))
                side += signal.sawtooth(2 * np.pi * frequency * t + rng.uniform(0, 6.28))
        sides.append(band(side, 160, 850, 2))
    swell = np.clip(t / 0.5, 0, 1) * np.clip((held + 0.9 - t) / 0.9, 0, 1)
    return np.stack(sides, axis=-1) * swell[:, None] / len(notes)
