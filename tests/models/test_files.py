"""The model files themselves: format, documents, hashes, cards."""

import hashlib
import json

import numpy as np
import pytest
from importer import card_text, catalogue
from safetensors import safe_open


def files(spleeter) -> list[dict]:
    return [spleeter, *spleeter["variants"]]


@pytest.mark.parametrize("number", [0, 1])
def test_file_is_the_one_the_manifest_promises(models, spleeter, number):
    file = files(spleeter)[number]
    data = (models / file["file"]).read_bytes()
    assert len(data) == file["size"]
    assert hashlib.sha256(data).hexdigest() == file["sha256"]


@pytest.mark.parametrize("number", [0, 1])
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
    assert sorted(used) == sorted(tensors)
    for name, tensor in tensors.items():
        f16 = file["dtype"] == "f16" and name.endswith("/kernel")
        assert tensor.dtype == (np.float16 if f16 else np.float32), name
        assert np.isfinite(tensor).all(), name
    task = documents["divisi.task"]
    outputs = [output["name"] for output in documents["divisi.graph"]["outputs"]]
    assert task["stems"] == outputs == spleeter["stems"]
    assert task["sampleRate"] == spleeter["sampleRate"]


@pytest.mark.parametrize("number", [0, 1])
def test_tensors_are_packed_without_gaps_and_aligned(models, spleeter, number):
    data = (models / files(spleeter)[number]["file"]).read_bytes()
    header_size = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + header_size])
    del header["__metadata__"]
    position = 0
    for name, tensor in header.items():
        begin, end = tensor["data_offsets"]
        item = {"F32": 4, "F16": 2}[tensor["dtype"]]
        assert begin == position and (8 + header_size + begin) % item == 0, name
        assert end - begin == item * np.prod(tensor["shape"]), name
        position = end
    assert 8 + header_size + position == len(data)


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
        assert licence.startswith(f"{entry['licence']} License")
