"""The model files themselves: format, documents, hashes, cards."""

import hashlib
import json

import numpy as np
import pytest
from conftest import licence_title
from importer import card_text, catalogue
from safetensors import safe_open

NUMBERS = [0, 1, 2]


def files(spleeter) -> list[dict]:
    assert [file["dtype"] for file in catalogue.files(spleeter)] == ["f16", "int8", "f32"]
    return catalogue.files(spleeter)


@pytest.mark.parametrize("number", NUMBERS)
def test_file_is_the_one_the_manifest_promises(models, spleeter, number):
    file = files(spleeter)[number]
    data = (models / file["file"]).read_bytes()
    assert len(data) == file["size"]
    assert hashlib.sha256(data).hexdigest() == file["sha256"]


@pytest.mark.parametrize("number", NUMBERS)
def test_documents_fit_their_schemas_and_weights_fit_the_graph(models, spleeter, number):
    file = files(spleeter)[number]
    with safe_open(models / file["file"], "np") as model:
        documents = {name: json.loads(text) for name, text in model.metadata().items()}
        tensors = {name: model.get_tensor(name) for name in model.keys()}  # noqa: SIM118
    assert sorted(documents) == ["divisi.card", "divisi.graph", "divisi.task"]
    for name, document in documents.items():
        catalogue.check_document(name.removeprefix("divisi."), document)
    nodes = documents["divisi.graph"]["nodes"]
    used = [name for node in nodes for name in node.get("weights", {}).values()]
    scales = [f"{name}.scale" for name in used if tensors[name].dtype == np.int8]
    assert sorted(used + scales) == sorted(tensors)
    for name, tensor in tensors.items():
        assert tensor.dtype == wanted_dtype(file, name, tensor.size), name
        assert np.isfinite(tensor).all(), name
    task = documents["divisi.task"]
    outputs = [output["name"] for output in documents["divisi.graph"]["outputs"]]
    assert task["stems"] == outputs == spleeter["stems"]
    assert task["sampleRate"] == spleeter["sampleRate"]


def wanted_dtype(file, name, size):
    if not name.endswith("/kernel") or file["dtype"] == "f32":
        return np.float32
    return np.int8 if file["dtype"] == "int8" and size > 60_000 else np.float16


@pytest.mark.parametrize("number", NUMBERS)
def test_tensors_are_packed_without_gaps_and_aligned(models, spleeter, number):
    data = (models / files(spleeter)[number]["file"]).read_bytes()
    header_size = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + header_size])
    del header["__metadata__"]
    position = 0
    for name, tensor in header.items():
        begin, end = tensor["data_offsets"]
        item = {"F32": 4, "F16": 2, "I8": 1}[tensor["dtype"]]
        assert begin == position and (8 + header_size + begin) % item == 0, name
        assert end - begin == item * np.prod(tensor["shape"]), name
        position = end
    assert 8 + header_size + position == len(data)


def test_8_bit_kernels_are_what_the_reader_accepts_and_near_the_originals(models, spleeter):
    """Metric: SNR of each kernel against the f32 file's. Limit 33 dB: 8 bits give 33.8 dB for the
    worst and 40 for the best; one scale for a whole kernel instead of each channel gives less."""
    (name,) = [v["file"] for v in catalogue.named_variants(spleeter)]
    original = spleeter["variants"][-1]["file"]
    with safe_open(models / name, "np") as small, safe_open(models / original, "np") as large:
        scales = [key for key in small.keys() if key.endswith(".scale")]  # noqa: SIM118
        assert len(scales) == 2 * 7
        for key in scales:
            integers = small.get_tensor(key.removesuffix(".scale"))
            scale = small.get_tensor(key)
            assert scale.dtype == np.float32 and scale.shape == integers.shape[:1]
            assert scale.min() > 0 and integers.min() >= -127
            wanted = large.get_tensor(key.removesuffix(".scale"))
            error = integers * scale[:, None, None, None] - wanted
            assert 10 * np.log10(np.square(wanted).sum() / np.square(error).sum()) >= 33, key


def test_a_named_variants_card_bears_its_name_and_what_it_loses(models, spleeter):
    (variant,) = catalogue.named_variants(spleeter)
    with safe_open(models / variant["file"], "np") as model:
        card = json.loads(model.metadata()["divisi.card"])
    assert (card["name"], card["title"]) == (variant["name"], variant["title"])
    assert card["quality"][-len(variant["quality"]) :] == variant["quality"]
    assert card["limits"] == catalogue.read_card(spleeter)["limits"]


def test_the_card_names_source_licence_and_what_is_not_known(models, spleeter):
    with safe_open(models / spleeter["file"], "np") as model:
        card = json.loads(model.metadata()["divisi.card"])
    assert card["licence"]["weights"] == spleeter["licence"] == "MIT"
    assert card["source"]["sha256"] == spleeter["source"]["sha256"]
    assert "Bean" in card["trainingData"]["known"]
    assert "No public source" in card["trainingData"]["consent"]


def test_the_cards_in_words_are_up_to_date(manifest):
    for entry in manifest["models"]:
        path = (catalogue.MODELS / entry["card"]).with_suffix(".md")
        wanted = card_text.render(catalogue.read_card(entry), entry)
        assert path.read_text() == wanted, "run models/import.py --update-manifest"
        licence = (catalogue.MODELS / entry["licenceFile"]).read_text()
        assert licence_title(entry["licence"]) in licence[:100]
