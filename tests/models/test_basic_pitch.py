"""The imported notes model against the original ONNX file, and against numpy."""

import notes_reference as reference
import numpy as np
import onnx
import onnxruntime
import pytest
from conftest import REPOSITORY, run_import
from divisi_importer.errors import ImportFailure
from divisi_importer.model_writer import sha256_of_file
from graph_interpreter import Interpreter
from importer import basic_pitch, catalogue
from importer.fetch import fetch_package
from safetensors.numpy import load_file

STACKED = basic_pitch._STACKED


@pytest.fixture
def entry(manifest) -> dict:
    return next(entry for entry in manifest["models"] if entry["name"] == "basic-pitch")


@pytest.fixture
def package(models, entry):
    return fetch_package(entry["source"], REPOSITORY / ".deps" / "downloads")


def run(path, **inputs: np.ndarray) -> dict[str, np.ndarray]:
    """Both networks, on the given inputs and on silence for the others."""
    interpreter = Interpreter.open(path)
    silence = {port["name"]: np.zeros(port["shape"]) for port in interpreter.graph["inputs"]}
    return interpreter.run(silence | inputs)


def test_the_network_is_the_original_behind_its_spectrum(models, entry, package, tmp_path):
    """Metric: largest difference of an activation. Limit 1e-5: float32 against float64."""
    onnx.save(basic_pitch._read_package(package, entry["source"]["checkpoint"]), tmp_path / "a")
    onnx.utils.extract_model(
        str(tmp_path / "a"),
        str(tmp_path / "b"),
        [STACKED],
        [f"StatefulPartitionedCall:{place}" for place in (0, 1, 2)],
        check_model=False,
    )
    session = onnxruntime.InferenceSession(tmp_path / "b", providers=["CPUExecutionProvider"])
    seen = np.random.default_rng(1).uniform(-0.9, 1.6, (172, 264, 8)).astype(np.float32)
    want = session.run(None, {STACKED: seen[None]})
    got = run(models / entry["file"], stacked=seen)
    for name, values in zip(("contour", "note", "onset"), want, strict=True):
        assert got[name].max() > 0.1
        assert np.abs(got[name] - values[0]).max() <= 1e-5


def test_the_refinement_is_that_of_numpy(models, entry):
    """Metric: largest difference of the log-odds. Limit 1e-3: the same arithmetic in float64, but
    for constants that the file rounds to float32; a pitch or a column that is off is 0.1 and more.
    """
    task = Interpreter.open(models / entry["file"]).documents["divisi.task"]
    columns, context = (task["refinement"][name] for name in ("columns", "contextColumns"))
    heard = np.random.default_rng(2).uniform(0, 1, (columns, 88, 5)) ** 4
    heard[:context] = heard[-context:] = 0
    got = run(models / entry["file"], heard=heard)["log-odds"][context:-context]
    want = reference.log_odds(heard[context:-context], load_file(basic_pitch.TRAINED))
    assert np.abs(want).max() > 1
    assert np.abs(got - want).max() <= 1e-3


def test_documents_fit_their_schemas(models, entry):
    for name, document in Interpreter.open(models / entry["file"]).documents.items():
        catalogue.check_document(name.removeprefix("divisi."), document)


def test_two_imports_give_the_same_bytes(tmp_path, models, entry):
    assert run_import("--out", tmp_path, "--model", entry["name"]).returncode == 0
    assert sha256_of_file(tmp_path / entry["file"]) == entry["sha256"]
    assert sha256_of_file(models / entry["file"]) == entry["sha256"]


def test_a_file_that_is_not_there_is_named(models, entry, package):
    source = {**entry["source"], "checkpoint": "basic_pitch/saved_models/none.onnx"}
    with pytest.raises(ImportFailure, match=r"cannot read .*none\.onnx"):
        basic_pitch.import_model(package, {**entry, "source": source})


def test_a_batch_norm_that_is_not_there_is_named(entry, package, monkeypatch):
    monkeypatch.setattr(basic_pitch, "_NORM", "no such norm")
    with pytest.raises(ImportFailure, match="expected one Mul of no such norm, found 0"):
        basic_pitch.import_model(package, entry)
