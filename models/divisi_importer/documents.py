"""The documents of a model file beside the graph: read, checked against their schemas, or made."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema

from .errors import ImportFailure

_HERE = Path(__file__).resolve().parent


def folder(name: str) -> Path:
    """A folder of data: inside the installed package, or beside it in a clone."""
    inside = _HERE / name
    return inside if inside.is_dir() else _HERE.parent / name


def read_document(path: Path, schema: str) -> dict:
    try:
        document = json.loads(path.read_text())
    except OSError as error:
        raise ImportFailure(f"{path}: {error.strerror or error}") from error
    except ValueError as error:
        raise ImportFailure(f"{path}: is no JSON: {error}") from error
    check_document(schema, document, str(path))
    return document


def check_document(schema: str, document: object, name: str) -> None:
    """Checks against schema/SCHEMA.schema.json; the message says where the fault is."""
    rules = json.loads((folder("schema") / f"{schema}.schema.json").read_text())
    faults = _faults(rules, document)
    if faults:
        error = jsonschema.exceptions.best_match(faults)
        raise ImportFailure(f"{name}: {error.json_path}: {error.message}")


def _faults(rules: dict, document: object) -> list:
    """Of a schema with several kinds of documents, those of the kind that was most likely meant."""
    faults = list(jsonschema.Draft202012Validator(rules).iter_errors(document))
    kinds = rules.get("oneOf")
    if not faults or not kinds or not isinstance(document, dict):
        return faults
    meant = [
        kind
        for kind in kinds
        if kind.get("properties", {}).get("task", {}).get("const") == document.get("task")
    ]
    by_kind = [list(jsonschema.Draft202012Validator(k).iter_errors(document)) for k in meant]
    return min(by_kind, key=len, default=faults)


def make_card(name: str, file: str, sha256: str, licence: str | None) -> dict:
    """A card for a network of which nothing is known but the file."""
    unknown = "Not stated: whoever imported the file gave no card."
    return {
        "version": 1,
        "name": name,
        "title": name,
        "modelVersion": "1",
        "summary": f"Imported from {file}.",
        "authors": ["not stated"],
        "licence": {
            "weights": licence or "not stated",
            "statedBy": "whoever imported the file" if licence else "nobody",
        },
        "trainingData": {
            "description": unknown,
            "known": "Nothing.",
            "unknown": "Everything.",
            "consent": unknown,
        },
        "source": {"package": file, "version": "1", "registry": "file", "sha256": sha256},
        "quality": [],
        "limits": ["Nobody has said what it is good for."],
    }
