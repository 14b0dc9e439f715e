"""Tables of sines and cosines become nodes that compute them; other constants stay."""

import numpy as np
import pytest
from divisi_importer.conversion.emitter import Emitter
from divisi_importer.conversion.waves import find_waves
from graph_interpreter import Interpreter


def _of_positions(count: int, channels: int) -> np.ndarray:
    """As Demucs has them for the tokens of a waveform: cosines, then sines."""
    half = channels // 2
    place = np.arange(count, dtype=np.float32)[:, None]
    angle = place / np.float32(10000) ** (np.arange(half, dtype=np.float32) / (half - 1))
    return np.concatenate([np.cos(angle), np.sin(angle)], axis=1)


def _of_places(rows: int, columns: int, channels: int) -> np.ndarray:
    """As Demucs has them for the tokens of a spectrum: for both axes, sines and cosines in turn."""
    half = channels // 2
    frequency = np.exp(np.arange(0, half, 2) * -(np.log(10000.0) / half)).astype(np.float32)
    table = np.zeros((rows, columns, channels), np.float32)
    for axis, first in ((1, 0), (0, half)):
        place = np.arange((rows, columns)[axis], dtype=np.float32)
        shape = [1, 1, half // 2]
        shape[axis] = len(place)
        angle = (place[:, None] * frequency).reshape(shape)
        table[..., first : first + half : 2] = np.sin(angle)
        table[..., first + 1 : first + half : 2] = np.cos(angle)
    return table.reshape(rows * columns, channels)


TABLES = {
    "positions": _of_positions(1344, 512),
    "few positions": _of_positions(128, 512),
    "places": _of_places(8, 336, 512),
    "places of a square": _of_places(32, 32, 128),
}


@pytest.mark.parametrize("name", TABLES)
def test_tables_of_positions_are_found(name):
    waves = find_waves(TABLES[name])
    assert waves is not None
    # What float32 loses in the argument of the last position.
    assert np.abs(waves.table() - TABLES[name]).max() < 1e-4


@pytest.mark.parametrize("name", TABLES)
def test_they_are_written_as_nodes_that_compute_them(name):
    emitter = Emitter()
    emitter.hint("table")
    table = emitter.constant(TABLES[name])
    graph = emitter.finish([{"name": "y", "value": table}], [])
    tensors = emitter.builder.tensors
    assert sum(tensor.nbytes for tensor in tensors.values()) < TABLES[name].nbytes / 20
    assert np.abs(Interpreter(graph, tensors).run({})["y"] - TABLES[name]).max() < 3e-4


def test_other_constants_stay():
    rng = np.random.default_rng(3)
    table = TABLES["positions"]
    for other in (
        rng.uniform(-1, 1, (1344, 512)).astype(np.float32),
        table * np.float32(1.5),
        table + rng.normal(0, 1e-3, table.shape).astype(np.float32),
        np.zeros((1344, 512), np.float32) + np.float32(0.5),
        table.reshape(2, 672, 512),
        table[:100, :100],
    ):
        assert find_waves(other) is None
