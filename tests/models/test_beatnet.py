"""The imported BeatNet model against a numpy reference with the original weights as they are."""

import io
import pickle
import zipfile

import beatnet_reference
import numpy as np
import pytest
from conftest import REPOSITORY, run_import
from divisi_importer.errors import ImportFailure
from divisi_importer.model_writer import sha256_of_file
from graph_interpreter import Interpreter
from importer import beatnet, catalogue
from importer.fetch import fetch_package
from importer.torch_weights import read_weights
from safetensors.numpy import load_file

GOLDEN = REPOSITORY / "tests" / "golden"
FRAMES = 50


@pytest.fixture
def entry(manifest) -> dict:
    return next(entry for entry in manifest["models"] if entry["name"] == "beatnet")


@pytest.fixture
def music() -> np.ndarray:
    clip = np.fromfile(GOLDEN / "musicnn-mel" / "clip-16k.i16", "<i2")
    return clip[: FRAMES * beatnet_reference.HOP] / 32768


def run(path, **inputs: np.ndarray) -> dict[str, np.ndarray]:
    """Both networks, on the given inputs and on silence for the others."""
    interpreter = Interpreter.open(path)
    silence = {port["name"]: np.zeros(port["shape"]) for port in interpreter.graph["inputs"]}
    return interpreter.run(silence | inputs)


def test_a_chunk_is_heard_as_in_the_original(models, entry, music):
    """Metric: largest difference of a probability. Limit 1e-5: both compute in float64 with the
    same weights; two columns of the dense kernel exchanged change probabilities by over 1e-2."""
    features = beatnet_reference.features(music)
    result = run(models / entry["file"], features=features[..., None])
    want = np.fromfile(GOLDEN / "beatnet" / "activations.f32", "<f4").reshape(-1, 3)[:FRAMES]
    # The last frames of the golden input hear what comes behind this excerpt.
    heard = FRAMES - 2
    assert want[:heard, :2].max() > 0.01
    assert np.abs(result["activations"] - want)[:heard].max() <= 1e-5


def test_both_sides_are_heard_as_in_training(models, entry):
    """Metric: largest difference of the log-odds. Limit 1e-4 of about 10: both compute in float64
    with the same weights, and the golden vectors are float32; a layer with another dilation is off
    by 0.5 and more."""
    bands, activations = (
        np.fromfile(GOLDEN / "beatnet" / name, "<f4")
        for name in ("features.f32", "activations.f32")
    )
    bands = bands.reshape(-1, 272)[:12, :136]
    window = np.zeros((2048, 1, 138))
    window[513:525, 0, :136] = bands
    window[513:525, 0, 136:] = activations.reshape(-1, 3)[:12, :2]
    result = run(models / entry["file"], heard=window)["log-odds"][513:525, 0]
    weights = load_file(beatnet.TRAINED)
    want = beatnet_reference.log_odds(bands, activations.reshape(-1, 3)[:12, :2], weights)
    assert np.abs(result - want).max() <= 1e-4


def test_documents_fit_their_schemas(models, entry):
    for name, document in Interpreter.open(models / entry["file"]).documents.items():
        catalogue.check_document(name.removeprefix("divisi."), document)


def test_two_imports_give_the_same_bytes(tmp_path, models, entry):
    assert run_import("--out", tmp_path, "--model", entry["name"]).returncode == 0
    assert sha256_of_file(tmp_path / entry["file"]) == entry["sha256"]


def test_weights_of_other_shapes_are_refused(models, entry, monkeypatch):
    package = fetch_package(entry["source"], REPOSITORY / ".deps" / "downloads")
    monkeypatch.setitem(beatnet._SHAPES, "conv1.bias", (3,))
    with pytest.raises(ImportFailure, match=r"model_1_weights\.pt: expected tensors of the shapes"):
        beatnet.import_model(package, entry)


def torch_file(program: bytes, **files: bytes) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("archive/data.pkl", program)
        for name, content in files.items():
            archive.writestr(f"archive/data/{name}", content)
    return data.getvalue()


class Evil:
    def __reduce__(self):
        return (print, ("this must not run",))


def test_a_program_in_the_weights_is_not_run(capsys):
    with pytest.raises(ImportFailure, match=r"it names builtins\.print"):
        read_weights(torch_file(pickle.dumps({"a": Evil()})))
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"no zip", "not a file of torch.save"),
        (torch_file(b"\x80\x02."), "not a file of torch.save"),
        (torch_file(pickle.dumps({"a": 1})), "not a dictionary of tensors"),
    ],
)
def test_damaged_weights_are_refused(data, message):
    with pytest.raises(ImportFailure, match=message):
        read_weights(data)
