"""From dry voice and band tracks to two finished stems whose sum is the finished song.

Whatever depends on the whole mix (the master compressor and limiter) is computed once as a gain
over time and applied to both stems alike, so the stems still add up to the song exactly.
"""

import numpy as np
from scipy import ndimage

from . import composition
from .dsp import RATE, add, band, compressor_gain, high_shelf, pan, peak, reverb

_VOICE_OVER_BAND_DB = -0.5
_TARGET_RMS_DB = -14.0
# Lossy coding moves peaks; this much room keeps the decoded files below full scale.
_CEILING_DB = -2.7
_FADE_SECONDS = 1.6


def _rms(samples: np.ndarray) -> float:
    return float(np.sqrt((samples**2).mean()))


def _tame(take: np.ndarray) -> np.ndarray:
    """Equalises and compresses one take to a steady root mean square of 1 while it sounds."""
    take = band(take, 120, None)
    take = take / np.abs(take).max()
    take = take * compressor_gain(take, -26.0, 3.5, 0.008, 0.15)
    take = take / np.abs(take).max()
    take = take * compressor_gain(take, -14.0, 3.0, 0.002, 0.06)
    take = peak(take, 2600, 3.0, 0.8)
    take = high_shelf(take, 6500, 8.0)
    return take / _rms(take[np.abs(take) > 0.01 * np.abs(take).max()])


def _from_bar(frames: int, bar: int) -> np.ndarray:
    """0 before the bar's singing, 1 from it on."""
    start = (bar * composition.EIGHTHS_PER_BAR - 0.5) * composition.EIGHTH_SECONDS * RATE
    return np.clip((np.arange(frames) - start) / (0.05 * RATE), 0, 1)


def dress_voice(takes: dict[str, np.ndarray], seed: int) -> np.ndarray:
    """Places the takes: the lead in the middle, doubles left and right, plate and echo."""
    rng = np.random.default_rng((seed, 100))
    lead = _tame(takes["lead"])
    frames = len(lead)
    placed = pan(lead, 0.0)
    for name, position, late, gain, bar in (
        ("double left", -0.75, 0.013, 0.20, composition.FULL_FROM_BAR),
        ("double right", 0.75, 0.019, 0.20, composition.FULL_FROM_BAR),
        ("harmony", -0.3, 0.008, 0.30, composition.HARMONY_FIRST_BAR),
    ):
        take = band(_tame(takes[name]), 200, None) * _from_bar(frames, bar)
        add(placed, pan(take, position), late, gain)
    send = placed.sum(axis=1) / np.sqrt(2)
    wet = 0.17 * reverb(band(send, 250, None), rng, 1.3, 0.03, 300.0, 11000.0)
    quaver = composition.EIGHTH_SECONDS
    dull = band(send, 400, 3500)
    add(wet, pan(dull, -0.5), quaver, 0.08)
    add(wet, pan(dull, 0.5), 1.5 * quaver, 0.06)
    return placed + wet


def _limiter_gain(samples: np.ndarray, ceiling: float) -> np.ndarray:
    """Gain that keeps every sample below the ceiling, looking 3 ms ahead."""
    needed = np.minimum(1.0, ceiling / np.maximum(np.abs(samples).max(axis=1), 1e-9))
    window = round(0.003 * RATE) * 2 + 1
    held = ndimage.minimum_filter1d(needed, window)
    # The mean over the hold window stays at or below what each peak needs.
    return ndimage.uniform_filter1d(held, window)


def finish(voice: np.ndarray, tracks: dict[str, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Balances and masters. Returns (vocals, accompaniment), both stereo."""
    accompaniment = sum(tracks.values())
    accompaniment = band(accompaniment, 28, None)
    active = np.abs(voice).max(axis=1) > 0.05 * np.abs(voice).max()
    voice_level, band_level = _rms(voice[active]), _rms(accompaniment[active])
    voice = voice * (band_level / voice_level * 10 ** (_VOICE_OVER_BAND_DB / 20))
    frames = len(accompaniment)
    fade = np.clip((frames - np.arange(frames)) / (_FADE_SECONDS * RATE), 0, 1)[:, None]
    voice, accompaniment = voice * fade, accompaniment * fade
    ceiling = 10 ** (_CEILING_DB / 20)
    # Glue first; then raise the level into the limiter until the loudness is that of a record.
    mix = voice + accompaniment
    scale = 0.25 / _rms(mix)
    glue = scale * compressor_gain(scale * mix, -9.0, 2.0, 0.02, 0.18)[:, None]
    voice, accompaniment = voice * glue, accompaniment * glue
    for _ in range(8):
        mix = voice + accompaniment
        gain = _limiter_gain(mix, ceiling)[:, None]
        missing_db = _TARGET_RMS_DB - 20 * np.log10(_rms(mix * gain))
        if abs(missing_db) < 0.02:
            break
        push = 10 ** (missing_db / 20)
        voice, accompaniment = voice * push, accompaniment * push
    mix = voice + accompaniment
    gain = _limiter_gain(mix, ceiling)[:, None]
    return voice * gain, accompaniment * gain
