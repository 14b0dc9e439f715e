"""Makes ONNX files of other separators at their full published sizes, with random weights.

    python -m pip install -r tests/layouts/requirements.txt      (in an environment of its own)
    python tests/layouts/make_networks.py [NAME…] [--out build/layouts]

Writes NAME.onnx, and NAME.input.npz: what the network is given for a segment of the bundled song,
for the importer's --input. The same versions of packages make the same weights. docs/import.md says
how each is imported.
"""

from __future__ import annotations

import argparse
import json
import sys
import warnings
from pathlib import Path

import numpy as np
import torch

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(Path(__file__).resolve().parent))

import htdemucs_6s  # noqa: E402
import mdx_net  # noqa: E402
import open_unmix  # noqa: E402
import scnet  # noqa: E402
from random_weights import seed, settle_batch_norms  # noqa: E402
from song_input import make_inputs  # noqa: E402

# Each gives a module whose inputs and outputs are, in this order, those of its task document. The
# ONNX file names them as its recipe expects.
NETWORKS = {
    "open-unmix": open_unmix.four_targets,
    "open-unmix-vocals": open_unmix.vocals,
    "mdx-net": mdx_net.make,
    "scnet": scnet.make,
    "htdemucs-6s": htdemucs_6s.make,
}
# The last one that onnxruntime 1.23 and the importer both know in full.
OPSET = 17


def make_network(name: str, out: Path) -> None:
    task, recipe = (
        json.loads((ROOT / "models" / "tasks" / f"{name}{ending}").read_text())
        for ending in (".json", ".recipe.json")
    )
    onnx_names = {new: old for old, new in recipe.get("names", {}).items()}
    inputs = {
        onnx_names.get(port, port): value
        for port, value in make_inputs(task, ROOT / "sample" / "song.ogg").items()
    }
    seed(name)
    module = NETWORKS[name]().eval()
    tensors = tuple(torch.from_numpy(value) for value in inputs.values())
    with torch.no_grad():
        settle_batch_norms(module, tensors)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the exporter's, on shapes that are constants here
            torch.onnx.export(
                module,
                tensors,
                str(out / f"{name}.onnx"),
                input_names=list(inputs),
                output_names=[onnx_names.get(o["name"], o["name"]) for o in task["outputs"]],
                opset_version=OPSET,
                dynamo=False,
            )
    np.savez(out / f"{name}.input.npz", **inputs)
    count = sum(parameter.numel() for parameter in module.parameters())
    print(f"wrote {out / name}.onnx: {count} parameters", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(NETWORKS))
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "layouts")
    arguments = parser.parse_args()
    for name in arguments.names:
        if name not in NETWORKS:
            parser.error(f"{name} is none of {', '.join(NETWORKS)}")
    arguments.out.mkdir(parents=True, exist_ok=True)
    for name in arguments.names or NETWORKS:
        make_network(name, arguments.out)


if __name__ == "__main__":
    main()
