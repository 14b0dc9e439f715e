"""The engine's own result for a model file: a native program that runs its network once."""

from __future__ import annotations

import json
import subprocess
import tempfile
from pathlib import Path

import numpy as np

from .errors import ImportFailure

PROGRAM = "divisi_run_network"


def find_engine() -> Path | None:
    """The program of the clone that this file lies in, if it has been built."""
    built = Path(__file__).resolve().parents[2] / "build" / "native"
    found = sorted(built.rglob(PROGRAM)) if built.is_dir() else []
    return next((path for path in found if path.is_file()), None)


def run_engine(
    engine: Path, model: Path, inputs: dict[str, np.ndarray]
) -> tuple[dict[str, np.ndarray], str]:
    """@return each output, and what the program says of the time it took."""
    graph = read_graph(model)
    with tempfile.TemporaryDirectory(prefix="divisi-import-") as name:
        folder = Path(name)
        command = [str(engine), str(model)]
        for index, port in enumerate(graph["inputs"]):
            path = folder / f"in{index}.f32"
            np.ascontiguousarray(inputs[port["name"]], "<f4").tofile(path)
            command += ["--in", f"{port['name']}={path}"]
        outputs = {port["name"]: folder / f"out{i}.f32" for i, port in enumerate(graph["outputs"])}
        for output, path in outputs.items():
            command += ["--out", f"{output}={path}"]
        try:
            result = subprocess.run(command, capture_output=True, text=True, check=False)
        except OSError as error:
            raise ImportFailure(f"--engine {engine}: {error.strerror or error}") from error
        if result.returncode != 0:
            said = result.stderr.strip() or f"ended with {result.returncode}"
            raise ImportFailure(f"the engine refuses the model: {said}")
        return {n: np.fromfile(path, "<f4") for n, path in outputs.items()}, result.stdout.strip()


def read_graph(model: Path) -> dict:
    with model.open("rb") as file:
        size = int.from_bytes(file.read(8), "little")
        header = json.loads(file.read(size))
    return json.loads(header["__metadata__"]["divisi.graph"])
