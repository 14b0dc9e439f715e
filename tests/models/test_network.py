"""The imported weights against the golden vectors of the original TensorFlow graph."""

import json

import numpy as np
import pytest
from conftest import REPOSITORY
from golden_input import make_magnitudes
from graph_interpreter import Interpreter

GOLDEN = REPOSITORY / "tests" / "golden" / "spleeter-2stems"
STEMS = ["vocals", "accompaniment"]


def golden(case: str, name: str, dtype: str = "<f4") -> np.ndarray:
    return np.fromfile(GOLDEN / case / name, dtype)


def peak(case: str, stem: str) -> float:
    index = json.loads((GOLDEN / "index.json").read_text())
    return next(c for c in index["network"] if c["name"] == case)["stems"][stem]["peak"]


@pytest.mark.parametrize("size", [(64, 64), (128, 1024)])
def test_f32_model_computes_what_the_original_computes(models, spleeter, size):
    """Metric: largest error over the estimate's peak. Limit 1e-5: TensorFlow's float32 noise is
    about 1e-6, any wrong weight, padding or order of operations far above 1e-3."""
    case = f"network-{size[0]}x{size[1]}"
    model = Interpreter.open(models / spleeter["variants"][-1]["file"])
    estimates = model.run({"mix": make_magnitudes(*size)})
    positions = golden(case, "positions.i32", "<i4")
    assert list(estimates) == STEMS
    for stem, estimate in estimates.items():
        limit = 1e-5 * peak(case, stem)
        wanted = golden(case, f"{stem}.f32")
        assert len(wanted) == len(positions) >= 4000
        assert np.abs(estimate.reshape(-1)[positions] - wanted).max() <= limit
        rows, columns = estimate.mean(axis=(1, 2)), estimate.mean(axis=(0, 2))
        assert np.abs(rows - golden(case, f"{stem}-row-means.f32")).max() <= limit
        assert np.abs(columns - golden(case, f"{stem}-column-means.f32")).max() <= limit


def test_f16_model_stays_close_to_the_original(models, spleeter):
    """Metric: SNR over the sampled estimates. Limit 50 dB: weights rounded to 11 bits give about
    60 dB, and separation quality suffers below 30 dB."""
    model = Interpreter.open(models / spleeter["file"])
    for stem, estimate in model.run({"mix": make_magnitudes(64, 64)}).items():
        wanted = golden("network-64x64", f"{stem}.f32").astype(np.float64)
        error = estimate.reshape(-1) - wanted
        assert 10 * np.log10(np.sum(wanted**2) / np.sum(error**2)) >= 50


def test_int8_model_stays_close_to_the_original(models, spleeter):
    """Metric: SNR over the sampled estimates. Limits: what is measured (24.7 and 71.4 dB) less a
    margin. The vocals of this noise are close to nothing, so their error weighs more than in music;
    with the outermost layers in 8 bits too it is 15.4 and 61.3 dB."""
    limits = {"vocals": 22, "accompaniment": 66}
    (variant,) = [v for v in spleeter["variants"] if v["dtype"] == "int8"]
    model = Interpreter.open(models / variant["file"])
    for stem, estimate in model.run({"mix": make_magnitudes(64, 64)}).items():
        wanted = golden("network-64x64", f"{stem}.f32").astype(np.float64)
        error = estimate.reshape(-1) - wanted
        assert 10 * np.log10(np.sum(wanted**2) / np.sum(error**2)) >= limits[stem]
