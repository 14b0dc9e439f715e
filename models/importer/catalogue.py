"""The catalogue (manifest.json) and the model cards, checked against their schemas."""

import json
from pathlib import Path

import jsonschema

from . import card_text
from .errors import ImportFailure
from .model_file import write_atomically

MODELS = Path(__file__).resolve().parent.parent
MANIFEST = MODELS / "manifest.json"


def read_manifest() -> dict:
    manifest = _read_json(MANIFEST)
    check_document("manifest", manifest)
    return manifest


def read_card(entry: dict) -> dict:
    """The divisi.card document of a catalogue entry; its `source` comes from the manifest."""
    card = _read_json(MODELS / entry["card"])
    source = {key: entry["source"][key] for key in ("package", "version", "registry", "sha256")}
    card = {**card, "source": source}
    check_document("card", card)
    if card["name"] != entry["name"]:
        raise ImportFailure(f"{entry['card']} is the card of {card['name']}, not {entry['name']}")
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
