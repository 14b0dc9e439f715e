"""Hits from the network's log-odds, and how many of them are right: as the engine has it
(core/src/drums/hit_picker.h)."""

import numpy as np
from features import HOP
from kits import INSTRUMENTS, RATE

FPS = RATE / HOP
#: Frames on either side within which a hit is the surest one.
AROUND = 2


def picked(odds: np.ndarray, threshold: float) -> np.ndarray:
    """The frames of hits of one instrument: log-odds above the threshold, and highest around."""
    padded = np.pad(odds, AROUND, constant_values=-np.inf)
    size = len(odds)
    best = odds >= threshold
    for shift in range(1, AROUND + 1):
        best &= odds > padded[AROUND - shift : AROUND - shift + size]
        best &= odds >= padded[AROUND + shift : AROUND + shift + size]
    return np.flatnonzero(best)


def seconds(odds: np.ndarray, frames: np.ndarray) -> np.ndarray:
    """Times of hits: between frames, by how sure the frames beside them are."""
    chance = np.pad(1 / (1 + np.exp(-odds)), 1)
    before, here, after = (chance[frames + k] for k in range(3))
    return (frames + (after - before) / (before + here + after)) / FPS


def matches(truth: np.ndarray, found: np.ndarray, within: float = 0.05) -> int:
    """How many can be told from each other, each once, both sorted."""
    i = j = count = 0
    while i < len(truth) and j < len(found):
        if abs(truth[i] - found[j]) <= within:
            count, i, j = count + 1, i + 1, j + 1
        elif truth[i] < found[j]:
            i += 1
        else:
            j += 1
    return count


def once(times: np.ndarray) -> np.ndarray:
    """What is within 20 ms is one hit."""
    times = np.sort(times)
    return times[np.insert(np.diff(times) > 0.02, 0, True)] if len(times) else times


def best_thresholds(songs) -> tuple[np.ndarray, np.ndarray]:
    """(log-odds [frame][instrument], hits) of each song. @return for each instrument the threshold
    with the best F of all songs together, and that F."""
    choices = np.linspace(-2.5, 2.5, 21)
    chosen, scores = [], []
    for k in range(len(INSTRUMENTS)):
        counts = np.zeros((len(choices), 3))
        for odds, hits in songs:
            truth = once(hits[hits[:, 1] == k, 0])
            for row, threshold in zip(counts, choices, strict=True):
                found = seconds(odds[:, k], picked(odds[:, k], threshold))
                row += matches(truth, found), len(truth), len(found)
        f = 2 * counts[:, 0] / np.maximum(counts[:, 1] + counts[:, 2], 1)
        # The middle of what is nearly as good: steadier than the best.
        chosen.append(choices[f >= f.max() - 0.002].mean())
        scores.append(f.max())
    return np.array(chosen), np.array(scores)
