"""From dry takes and a backing to vocals and a mixture, as a producer would dress them."""

import numpy as np
from songmaker.dsp import RATE, add, band, compressor_gain, high_shelf, pan, reverb

_PEAK = 0.89


def compressed(take: np.ndarray) -> np.ndarray:
    """Low rumble cut, level evened out, some air; peak 1."""
    take = band(take, 100, None)
    take = take / np.abs(take).max()
    take = take * compressor_gain(take, -24.0, 4.0, 0.005, 0.12)
    take = high_shelf(take, 6000, 4.0)
    return take / np.abs(take).max()


def driven(take: np.ndarray, drive: float) -> np.ndarray:
    """Shouted into a distorting amplifier."""
    return np.tanh(drive * take) / np.tanh(drive)


def hall(placed: np.ndarray, seconds: float, share: float, seed: int) -> np.ndarray:
    rng = np.random.default_rng((seed, 7))
    return placed + share * reverb(placed, rng, seconds, 0.02, 250.0, 9000.0)


def echoes(placed: np.ndarray, seconds: float, gain: float) -> np.ndarray:
    """Repeats that wander from side to side."""
    result = placed.copy()
    mono = band(placed.sum(axis=1) / 2, 300, 5000)
    for number in range(1, 5):
        add(result, pan(mono, 0.8 * (-1) ** number), number * seconds, gain**number)
    return result


def mix(vocals: np.ndarray, backing: np.ndarray, balance_db: float) -> dict[str, np.ndarray]:
    """@return "mixture" and "vocals" as 16-bit integers; their difference is the accompaniment.

    @param balance_db how far the vocals, where they sound, lie above the backing
    """
    active = np.abs(vocals).max(axis=1) > 0.05 * np.abs(vocals).max()
    level = np.sqrt((vocals[active] ** 2).mean()), np.sqrt((backing[active] ** 2).mean())
    vocals = vocals * (level[1] / level[0] * 10 ** (balance_db / 20))
    together = vocals + backing
    # One gain for both: what holds the mix together must not take the truth apart.
    gain = compressor_gain(together / np.abs(together).max(), -10.0, 2.0, 0.01, 0.2)[:, None]
    vocals, backing = vocals * gain, backing * gain
    scale = 32767 * _PEAK / np.abs(vocals + backing).max()
    quantised = [np.rint(scale * part).astype(np.int16) for part in (vocals, backing)]
    return {"vocals": quantised[0], "mixture": quantised[0] + quantised[1]}


def alone(backing: np.ndarray) -> dict[str, np.ndarray]:
    """Music without a voice, as it is."""
    return {"mixture": np.rint(32767 * _PEAK * backing).astype(np.int16)}


def faded(samples: np.ndarray) -> np.ndarray:
    """Without clicks at the ends."""
    ramp = np.clip(np.arange(len(samples)) / (0.02 * RATE), 0, 1)
    return samples * np.minimum(ramp, ramp[::-1])[:, None]
