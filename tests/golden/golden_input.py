"""Input spectra that every language can make for itself, bit by bit the same.

Integers only, then one exact division by 64: golden_input.h and golden_input.mjs do the same. The
values look like spectra of music: a noise floor that falls with frequency, notes of 12 harmonics
with vibrato and panning, up to several hundreds high, and silence in the last eighth, as in a chunk
that the song doesn't fill.
"""

import numpy as np

_UNITS = 64  # stored integers are 1/64ths
_NOTE_EVERY, _NOTE_FRAMES, _HARMONICS = 16, 24, 12
_LOBE = (6, 4, 1)  # a Hann window's main lobe, roughly, by distance from the centre


def make_magnitudes(frames: int, bins: int) -> np.ndarray:
    """[frames, bins, 2], float32."""
    values = [[[0, 0] for _ in range(bins)] for _ in range(frames)]
    state = 1

    def draw() -> int:
        # Numerical Recipes' generator; the low bits are poor, so 16 high ones are taken.
        nonlocal state
        state = (state * 1664525 + 1013904223) % 2**32
        return state >> 16

    sounding = frames - frames // 8
    for t in range(sounding):
        for f in range(bins):
            for c in range(2):
                v = draw() >> 4
                values[t][f][c] = (v * v >> 12) * 64 // (f + 16)
    for start in range(0, sounding, _NOTE_EVERY):
        fundamental = 5 + draw() % 40
        loudness = 2000 + draw() % 30000
        pan = draw() % 5
        for t in range(start, min(start + _NOTE_FRAMES, sounding)):
            for k in range(1, _HARMONICS + 1):
                centre = k * fundamental + (k // 6 if (t - start) % 8 >= 4 else 0)
                for f in range(max(centre - 2, 0), min(centre + 3, bins)):
                    peak = loudness // k * _LOBE[abs(f - centre)] // 6
                    values[t][f][0] += peak * (4 - pan) // 4
                    values[t][f][1] += peak * pan // 4
    return (np.array(values, np.float64) / _UNITS).astype(np.float32)


# How make_song() repeats the clip: (gain, whether the channels are swapped). The song must be
# longer than one chunk of the network, and no two repetitions in it alike.
SONG_PARTS = [(1.0, False), (0.5, True), (-1.0, False), (0.25, True), (1.0, True)]
SONG_FRAMES = 544635  # 12.35 s; not a multiple of the hop


def make_song(clip: np.ndarray) -> np.ndarray:
    """[n, 2] -> [SONG_FRAMES, 2]; the gains are powers of two, so this is exact."""
    parts = [gain * (clip[:, ::-1] if swap else clip) for gain, swap in SONG_PARTS]
    return np.concatenate(parts)[:SONG_FRAMES]
