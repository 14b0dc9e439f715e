#!/usr/bin/env python3
"""Makes the model files of the runtimes that the bench runs beside divisi, from the checkpoints
that models/import.py reads.

    .deps/bench-venv/bin/python tests/bench/models/make_models.py --out build/bench/models
"""

import argparse
import os
import sys
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

from networks import REPOSITORY, networks
from to_onnx import write_onnx
from to_tfjs import write_tfjs
from to_tflite import write_tflite


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument(
        "--downloads", type=Path, default=REPOSITORY / ".deps" / "downloads", help="pip's files"
    )
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    for network in networks(arguments.downloads):
        print(f"bench: writing {network.name} as ONNX, TFLite and TensorFlow.js", flush=True)
        write_onnx(network, arguments.out / f"{network.name}.onnx")
        write_tflite(network, arguments.out / f"{network.name}.tflite")
        write_tfjs(network, arguments.out / f"{network.name}-tfjs")
    return 0


if __name__ == "__main__":
    sys.exit(main())
