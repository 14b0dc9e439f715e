"""Recipes: all options of an import in one JSON file, beside the documents that it names.

    { "task": "htdemucs.json", "card": "htdemucs.card.json", "sha256": "…",
      "names": { "input": "waveform" }, "layouts": { "input": "0,2,1" },
      "shapes": { "input": "1,2,343980" }, "inputs": [], "outputs": [], "dtype": "f16" }

Only `task` must be there. The command line's own options come on top.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from .documents import folder
from .errors import ImportFailure
from .model_writer import sha256_of_file

_STRINGS = ("task", "card", "sha256", "dtype", "check")
_LISTS = ("inputs", "outputs")
_MAPS = {"names": "name", "layouts": "layout", "shapes": "shape"}


def apply_recipe(arguments: argparse.Namespace) -> None:
    """Fills in what the command line leaves open. `arguments.recipe`: a file, or a known name."""
    path = _find(arguments.recipe)
    recipe = _read(path)
    for key in ("task", "card"):
        if key in recipe and getattr(arguments, key) is None:
            setattr(arguments, key, path.parent / recipe[key])
    if "sha256" in recipe and sha256_of_file(arguments.file) != recipe["sha256"]:
        raise ImportFailure(
            f"{arguments.file}: is not the file that the recipe {path.name} is for (its SHA-256 is "
            f"not {recipe['sha256']})"
        )
    for key in _LISTS:
        setattr(arguments, key, getattr(arguments, key) or recipe.get(key, []))
    for key, option in _MAPS.items():
        pairs = [f"{name}={value}" for name, value in recipe.get(key, {}).items()]
        # Later ones win.
        setattr(arguments, option, pairs + getattr(arguments, option))
    arguments.dtype = arguments.dtype or recipe.get("dtype")
    arguments.songlike = recipe.get("check") == "songlike"


def _find(name: str) -> Path:
    known = folder("tasks") / f"{name}.recipe.json"
    return known if known.is_file() else Path(name)


def _read(path: Path) -> dict:
    try:
        recipe = json.loads(path.read_text())
    except OSError as error:
        known = sorted(p.name.split(".")[0] for p in folder("tasks").glob("*.recipe.json"))
        raise ImportFailure(
            f"--recipe {path}: {error.strerror}; known by name: {', '.join(known)}"
        ) from error
    except ValueError as error:
        raise ImportFailure(f"--recipe {path}: is no JSON: {error}") from error
    if not isinstance(recipe, dict):
        raise ImportFailure(f"--recipe {path}: is no object")
    for key, value in recipe.items():
        if key in _STRINGS:
            fits = isinstance(value, str)
        elif key in _LISTS:
            fits = isinstance(value, list) and all(isinstance(item, str) for item in value)
        elif key in _MAPS:
            fits = isinstance(value, dict) and all(isinstance(v, str) for v in value.values())
        else:
            raise ImportFailure(f"--recipe {path}: {key} is none of its keys")
        if not fits:
            raise ImportFailure(f"--recipe {path}: {key} has a value of the wrong kind")
    return recipe
