"""The catalogue (manifest.json) and the model cards, checked against their schemas."""

import json
from pathlib import Path

import jsonschema
from divisi_importer.errors import ImportFailure
from divisi_importer.model_writer import write_atomically

from . import card_text

MODELS = Path(__file__).resolve().parent.parent
MANIFEST = MODELS / "manifest.json"


def read_manifest() -> dict:
    manifest = _read_json(MANIFEST)
    check_document("manifest", manifest)
    return manifest


def files(entry: dict) -> list[dict]:
    """The model files of an entry: its own, then its variants'."""
    return [entry, *entry.get("variants", [])]


def named_variants(entry: dict) -> list[dict]:
    """The variants that apps may ask for; those without a name serve tests."""
    return [variant for variant in entry.get("variants", []) if "name" in variant]


def read_card(entry: dict, file: dict | None = None) -> dict:
    """The divisi.card document of a file of a catalogue entry (default: the entry's own).

    Its `source` comes from the manifest, and so do a named variant's name, title and quality.
    """
    card = _read_json(MODELS / entry["card"])
    source = {key: entry["source"][key] for key in ("package", "version", "registry", "sha256")}
    card = {**card, "source": source}
    check_document("card", card)
    if card["name"] != entry["name"]:
        raise ImportFailure(f"{entry['card']} is the card of {card['name']}, not {entry['name']}")
    if file in named_variants(entry):
        quality = card["quality"] + file["quality"]
        card = {**card, "name": file["name"], "title": file["title"], "quality": quality}
    return card


def write_manifest(manifest: dict) -> None:
    """Writes the manifest, and beside each card document the card in words."""
    check_document("manifest", manifest)
    text = json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"
    write_atomically(MANIFEST, text.encode())
    for entry in manifest["models"]:
        words = card_text.render(read_card(entry), entry)
        write_atomically((MODELS / entry["card"]).with_suffix(".md"), words.encode())


def check_document(schema: str, document: dict) -> None:
    """Checks against schema/SCHEMA.schema.json; the message says where the fault is."""
    validator = jsonschema.Draft202012Validator(_read_json(MODELS / f"schema/{schema}.schema.json"))
    for error in validator.iter_errors(document):
        raise ImportFailure(f"{schema}: {error.json_path}: {error.message}")


def _read_json(path: Path) -> dict:
    try:
        return json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise ImportFailure(f"{path.name}: {error}") from error
