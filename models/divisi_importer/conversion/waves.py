"""Finds constants that are tables of sines, as of positions, which take less room as a formula.

A network with attention is told where each of its tokens lies by sines and cosines of many
frequencies (Vaswani and others, "Attention is all you need", 2017), and an exported graph holds
them as numbers: a tenth of the file of HTDemucs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

# Smaller constants are not worth a few nodes.
_FEWEST_ELEMENTS = 1 << 16
# Tables are computed in float32, where the argument of a late position is off by this much.
_TOLERANCE = 3e-4


@dataclass(frozen=True)
class Waves:
    """table[row * columns + column][c] = sin(row * slow[c] + column * fast[c] + phase[c])."""

    rows: int
    columns: int
    slow: np.ndarray
    fast: np.ndarray
    phase: np.ndarray

    def table(self) -> np.ndarray:
        row, column = np.divmod(np.arange(self.rows * self.columns)[:, None], self.columns)
        return np.sin(row * self.slow + column * self.fast + self.phase)


def find_waves(table: np.ndarray) -> Waves | None:
    if table.ndim != 2 or table.size < _FEWEST_ELEMENTS or np.abs(table).max() > 1:
        return None
    table = table.astype(np.float64)
    phase = np.where(table[0] > 0.5, np.pi / 2, 0.0)
    columns = _columns(table)
    rows = len(table) // columns
    if rows * columns != len(table):
        return None
    fast = _frequencies(table[:columns], phase)
    slow = _frequencies(table[::columns], phase)
    waves = Waves(rows, columns, slow, fast, phase)
    return waves if np.abs(waves.table() - table).max() <= _TOLERANCE else None


def _columns(table: np.ndarray) -> int:
    """How many rows of the table follow each other until what moves slowly moves."""
    # A cosine may move less than float32 tells, a sine never.
    still = table[:, (table[0] == 0) & (table[1] == 0)]
    moves = np.any(still != 0, axis=1)
    return int(np.argmax(moves)) if moves.any() else len(table)


def _frequencies(values: np.ndarray, phase: np.ndarray) -> np.ndarray:
    """Of sin(n * frequency + phase) = values[n]: followed from one n to the next."""
    result = np.zeros(values.shape[1])
    angles = np.arcsin(values)
    for n in range(1, len(values)):
        expected = n * result + phase
        # The two angles of a turn that have this sine, each in the turn nearest to the expected.
        both = np.stack([angles[n], np.pi - angles[n]])
        both += 2 * np.pi * np.round((expected - both) / (2 * np.pi))
        nearest = np.take_along_axis(both, np.abs(both - expected).argmin(0)[None], 0)[0]
        # Near its turning points a sine hardly tells the angle.
        clear = np.abs(values[n]) < 0.9
        result = np.where(clear, (nearest - phase) / n, result)
    if len(values) > 1:
        unmoved = (result == 0) & (phase > 0)
        last = (np.arccos(np.clip(values[-1], -1, 1))) / (len(values) - 1)
        result = np.where(unmoved, last, result)
    return _polished(result, values, phase)


def _polished(frequency: np.ndarray, values: np.ndarray, phase: np.ndarray) -> np.ndarray:
    """A step of least squares over all values."""
    n = np.arange(len(values))[:, None]
    slope = n * np.cos(n * frequency + phase)
    power = np.sum(slope**2, axis=0)
    off = np.sum(slope * (values - np.sin(n * frequency + phase)), axis=0)
    return frequency + np.where(power > 0, off / np.maximum(power, 1e-30), 0)
