"""Places in beats to seconds."""

import numpy as np
from styles import Style


class Clock:
    """Places in beats to seconds: tempo, its changes, and the swing of a style."""

    def __init__(self, style: Style, beats: int, rng):
        low, high = style.tempo
        base = low * (high / low) ** rng.random()
        tempo = np.full(beats + 8, base)
        kind = rng.random()
        place = np.linspace(0, 1, len(tempo))
        if kind < 0.12:  # drift
            tempo *= 1 + 0.04 * np.cumsum(rng.normal(size=len(tempo))) / np.sqrt(len(tempo))
        elif kind < 0.2:  # ramp
            tempo *= np.exp(np.log(rng.uniform(0.8, 1.3)) * place)
        elif kind < 0.24:  # jump
            tempo[int(rng.uniform(0.3, 0.7) * len(tempo)) :] *= rng.uniform(0.8, 1.25)
        elif kind < 0.3:  # rubato
            tempo *= 1 + 0.05 * np.sin(2 * np.pi * np.arange(len(tempo)) / style.beats / 4)
        lengths = 60 / tempo * np.exp(rng.choice([0, 0.004, 0.01]) * rng.normal(size=len(tempo)))
        self.times = np.concatenate([[0], np.cumsum(lengths)])
        self.swing = rng.uniform(*style.swing)
        self.swing16 = rng.uniform(*style.swing16)

    def seconds(self, place: float) -> float:
        beat = int(np.floor(place))
        inside = warp(place - beat, self.swing)
        half = np.floor(2 * inside + 1e-9)
        inside = (half + warp(2 * inside - half, self.swing16)) / 2
        start, end = self.times[beat], self.times[beat + 1]
        return start + inside * (end - start)


def warp(x: float, middle: float) -> float:
    return x * 2 * middle if x < 0.5 else middle + (x - 0.5) * 2 * (1 - middle)
