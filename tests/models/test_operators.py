"""The operators in numpy that judge model files against what ONNX Runtime computes for one node."""

import json
from pathlib import Path

import numpy as np
import pytest
from graph_operators import OPERATORS

GOLDEN = Path(__file__).parents[1] / "golden" / "operators"


def values(entry: dict) -> np.ndarray:
    """values() of make_operators.py."""
    state, numbers = entry["seed"], []
    for _ in range(int(np.prod(entry["shape"]))):
        state = (state * 1664525 + 1013904223) % 2**32
        numbers.append(((state >> 16) - 32768) / 8192)
    x = np.array(numbers).reshape(entry["shape"])
    if entry["domain"] == "positive":
        return np.abs(x) + 0.125
    if entry["domain"].startswith("below "):
        return np.floor((x + 4) / 8 * int(entry["domain"][6:]))
    return x


def test_operators_agree_with_onnxruntime():
    cases = json.loads((GOLDEN / "cases.json").read_text())["cases"]
    results = np.fromfile(GOLDEN / "results.f32", "<f4").astype(np.float64)
    assert len({case["op"] for case in cases}) > 30
    at = 0
    for case in cases:
        inputs = [values(entry) for entry in case["inputs"]]
        weights = {role: values(entry) for role, entry in case["weights"].items()}
        got = OPERATORS[case["op"]](*inputs, **weights, **case["attributes"])
        want = results[at : at + got.size].reshape(case["shape"])
        at += got.size
        # Of the peak: float32 in ONNX Runtime.
        assert got.shape == want.shape, case
        assert got == pytest.approx(want, rel=0, abs=2e-6 * np.abs(want).max() + 1e-12), case
    assert at == results.size
