"""The imported chord model against the golden vectors of the original weights."""

import json

import numpy as np
import pytest
from conftest import REPOSITORY, run_import
from divisi_importer.errors import ImportFailure
from divisi_importer.model_writer import sha256_of_file
from graph_interpreter import Interpreter
from importer import catalogue, crema
from importer.fetch import fetch_package

GOLDEN = REPOSITORY / "tests" / "golden" / "crema-chords"


@pytest.fixture
def entry(manifest) -> dict:
    return next(entry for entry in manifest["models"] if entry["name"] == "crema-chords")


def test_documents_fit_their_schemas(models, entry):
    for name, document in Interpreter.open(models / entry["file"]).documents.items():
        catalogue.check_document(name.removeprefix("divisi."), document)


def test_the_labels_are_those_of_the_outputs(models, entry):
    index = json.loads((GOLDEN / "index.json").read_text())
    labels = Interpreter.open(models / entry["file"]).documents["divisi.task"]["labels"]
    assert len(labels) == index["labels"] == 170
    assert labels == sorted(set(labels), key=str.encode)
    assert {label for _, label in index["chords"]} <= set(labels)


def test_a_frame_keeps_its_chord_or_changes_to_any_other(models, entry):
    task = Interpreter.open(models / entry["file"]).documents["divisi.task"]
    stay, change = task["decoding"]["stay"], task["decoding"]["change"]
    assert abs(stay + (len(task["labels"]) - 1) * change - 1) < 1e-6


def test_two_imports_give_the_same_bytes(tmp_path, models, entry):
    assert run_import("--out", tmp_path, "--model", entry["name"]).returncode == 0
    assert sha256_of_file(tmp_path / entry["file"]) == entry["sha256"]
    assert sha256_of_file(models / entry["file"]) == entry["sha256"]


def test_weights_of_another_shape_are_named(models, entry, monkeypatch):
    package = fetch_package(entry["source"], REPOSITORY / ".deps" / "downloads")
    monkeypatch.setattr(crema, "_FOLDED", 71)
    with pytest.raises(ImportFailure, match=r"conv2d_2/kernel: expected shape .* 72\]"):
        crema.import_model(package, entry)


def test_weights_that_are_not_there_are_named(models, entry):
    package = fetch_package(entry["source"], REPOSITORY / ".deps" / "downloads")
    source = {**entry["source"], "checkpoint": "crema/models/beat/model.h5"}
    with pytest.raises(ImportFailure, match=r"cannot read crema/models/beat/model.h5"):
        crema.import_model(package, {**entry, "source": source})


def test_batch_norms_are_folded(models, entry):
    """The folded front against the original layers, one after another. Limit 1e-5 of the peak."""
    interpreter = Interpreter.open(models / entry["file"])
    package = fetch_package(entry["source"], REPOSITORY / ".deps" / "downloads")
    weights = crema._read_package(package, entry["source"]["checkpoint"])
    features = np.random.default_rng(1).uniform(-1, 3, (68, 216, 2)).astype(np.float32)
    rows = {
        name: np.zeros((64, width), np.float32)
        for name, width in (("rows1", 72), ("rows2", 256), ("embedding", 256))
    }
    got = interpreter.run({"features": features, **rows})["front"]
    kernel = weights["conv2d_1/kernel"]
    padded = np.pad(features.astype(np.float64), ((0, 0), (2, 2), (0, 0)))
    cleaned = sum(
        padded[i : i + 64, j : j + 216] @ kernel[i, j, :, 0] for i in range(5) for j in range(5)
    )
    cleaned = np.maximum(cleaned + weights["conv2d_1/bias"], 0)
    norm = {
        role: weights[f"batch_normalization_2/{role}"][0]
        for role in ("gamma", "beta", "moving_mean", "moving_variance")
    }
    scale = norm["gamma"] / np.sqrt(norm["moving_variance"] + 1e-3)
    normed = (cleaned - norm["moving_mean"]) * scale + norm["beta"]
    want = normed @ weights["conv2d_2/kernel"][0, :, 0] + weights["conv2d_2/bias"]
    want = np.maximum(want, 0)
    assert np.abs(got - want).max() <= 1e-5 * want.max()
