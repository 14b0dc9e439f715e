"""The imported model for melody against the original ONNX file."""

import json

import melody_reference as reference
import numpy as np
import onnx
import onnxruntime
import pytest
from conftest import REPOSITORY
from divisi_importer.errors import ImportFailure
from graph_interpreter import Interpreter
from importer import catalogue, swift_f0
from importer.fetch import fetch_package

GOLDEN = REPOSITORY / "tests" / "golden" / "swift-f0"


@pytest.fixture
def entry(manifest) -> dict:
    return next(entry for entry in manifest["models"] if entry["name"] == "swift-f0")


@pytest.fixture
def package(models, entry):
    return fetch_package(entry["source"], REPOSITORY / ".deps" / "downloads")


def test_the_network_is_the_original_behind_its_spectra(models, entry, package, tmp_path):
    """Metric: largest difference of logits, which run over some 20, and of probabilities. Limits
    1e-3 and 1e-5: float32 against float64.
    """
    onnx.save(swift_f0._read_package(package, entry["source"]["checkpoint"]), tmp_path / "a")
    ends = [swift_f0._LOGITS, swift_f0._VOICING]
    onnx.utils.extract_model(
        str(tmp_path / "a"), str(tmp_path / "b"), [swift_f0._SPECTRA], ends, check_model=False
    )
    session = onnxruntime.InferenceSession(tmp_path / "b", providers=["CPUExecutionProvider"])
    random = np.random.default_rng(1)
    seen = random.uniform(-9, 1, (3, 128, swift_f0._FRAMES)).astype(np.float32)
    logits, voicing = session.run(None, {swift_f0._SPECTRA: seen[None]})
    got = Interpreter.open(models / entry["file"]).run({"spectra": seen.transpose(1, 2, 0)})
    assert np.ptp(logits) > 1
    assert np.abs(got["logits"] - logits[0]).max() <= 1e-3
    assert np.abs(got["voicing"] - voicing[0]).max() <= 1e-5


def test_the_bands_are_those_of_the_original(package, entry):
    """The document's formula gives the frequencies that the original's graph keeps."""
    model = swift_f0._read_package(package, entry["source"]["checkpoint"])
    kept = next(tensor for tensor in model.graph.initializer if tensor.name == "v455")
    steps = np.arange(swift_f0._PITCHES) / (swift_f0._PITCHES - 1)
    formula = swift_f0._MIN_HZ * (swift_f0._MAX_HZ / swift_f0._MIN_HZ) ** steps
    assert np.allclose(onnx.numpy_helper.to_array(kept), np.log(formula), rtol=0, atol=1e-6)


def test_the_documents_fit_their_schemas(models, entry):
    documents = Interpreter.open(models / entry["file"]).documents
    catalogue.check_document("task", documents["divisi.task"])
    catalogue.check_document("graph", documents["divisi.graph"])
    assert documents["divisi.task"]["task"] == entry["task"] == "melody"


def test_the_golden_vectors_are_the_originals(package):
    """What the core is compared with is what the wheel's own graph still gives."""
    samples = np.fromfile(GOLDEN / "line-16k.i16", "<i2") / 32768
    hz, confidence, level = reference.pitch(samples)
    assert np.abs(hz / np.fromfile(GOLDEN / "hz.f32", "<f4") - 1).max() <= 1e-4
    assert np.abs(confidence - np.fromfile(GOLDEN / "confidence.f32", "<f4")).max() <= 1e-4
    index = json.loads((GOLDEN / "index.json").read_text())
    found = [
        [begin, end, round(pitch, 2)]
        for begin, end, pitch in reference.notes(hz, confidence, level)
    ]
    assert found == index["notes"]


def test_a_package_without_the_network_is_refused(tmp_path):
    broken = tmp_path / "swift_f0.whl"
    broken.write_bytes(b"no archive")
    with pytest.raises(ImportFailure, match=r"swift_f0.whl: cannot read swift_f0/model.onnx"):
        swift_f0._read_package(broken, "swift_f0/model.onnx")
