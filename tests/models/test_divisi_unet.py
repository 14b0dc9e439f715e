"""divisi's own four-stem network: the model file against what PyTorch computes (models/train)."""

import numpy as np
import pytest
from conftest import REPOSITORY
from graph_interpreter import Interpreter

GOLDEN = REPOSITORY / "tests" / "golden" / "divisi-4stems" / "network-32x1024.npz"


@pytest.fixture(scope="session")
def divisi(manifest) -> dict:
    return next(entry for entry in manifest["models"] if entry["name"] == "divisi-4stems")


def magnitudes(seed: int) -> np.ndarray:
    """The input of models/train/export.py's golden estimates."""
    noise = np.random.default_rng(seed).standard_normal((32, 1024, 2))
    return (np.abs(noise) * 40 / (1 + np.arange(1024) / 30)[:, None]).astype("<f4")


@pytest.mark.parametrize("file", ["f16", "f32"])
def test_model_file_computes_what_was_trained(models, divisi, file):
    """Metric: largest error of an estimate, which lies between 0 and 1. Limit 1e-4: the golden
    estimates come from the same rounded weights, so only float32's noise (about 1e-6) is left,
    and a wrong weight, padding or order of operations gives far above 1e-3."""
    golden = np.load(GOLDEN)
    entry = {"f16": divisi, "f32": divisi["variants"][-1]}[file]
    mix = magnitudes(int(golden["seed"]))
    assert float(mix.max()) == pytest.approx(float(golden["peak"]))
    estimates = Interpreter.open(models / entry["file"]).run({"mix": mix})
    assert list(estimates) == divisi["stems"]
    for stem, estimate in estimates.items():
        assert estimate.shape == (32, 1024, 2)
        assert np.ptp(golden[stem]) > 0.01  # a constant would compare with anything
        assert np.abs(estimate[:, ::16] - golden[stem]).max() <= 1e-4


def test_weights_are_small_enough_to_be_committed(divisi):
    """At most 8 MB, which is what an app is asked to download for it."""
    assert divisi["size"] <= 8_000_000
