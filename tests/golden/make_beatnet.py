#!/usr/bin/env python3
"""Makes the golden vectors in beatnet/ from the original weights (see README.md).

.deps/venv/bin/python tests/golden/make_beatnet.py       # numpy alone
"""

import json
import platform
import sys
from pathlib import Path

import beatnet_reference as reference
import numpy as np
from safetensors.numpy import load_file

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parents[1]
sys.path[:0] = [str(REPOSITORY / "models")]

from importer import catalogue  # noqa: E402
from importer.beatnet import TRAINED  # noqa: E402
from importer.fetch import fetch_package  # noqa: E402
from importer.torch_weights import read_weights  # noqa: E402

# The musicnn tests' input, whose samples are taken for samples of 22 050 Hz.
GAINS = [1.0, 0.25, 4.0]
INPUT_SAMPLES = 100001  # not a multiple of the hop
KEPT = [[0, 12], [110, 122], [215, 227]]  # frames whose features are kept: both edges


def main() -> None:
    clip = np.fromfile(HERE / "musicnn-mel" / "clip-16k.i16", "<i2")
    samples = np.concatenate([gain * clip for gain in GAINS])[:INPUT_SAMPLES] / 32768
    entry = next(e for e in catalogue.read_manifest()["models"] if e["name"] == "beatnet")
    source = entry["source"]
    package = fetch_package(source, REPOSITORY / ".deps" / "downloads")
    weights = read_weights(reference.package_weights(package, source["checkpoint"]))
    features = reference.features(samples)
    activations = reference.activations(features, weights)
    trained = load_file(TRAINED)
    log_odds = reference.log_odds(features[:, :136], activations[:, :2], trained)
    folder = HERE / "beatnet"
    folder.mkdir(exist_ok=True)
    kept = np.concatenate([features[begin:end] for begin, end in KEPT])
    kept.astype("<f4").tofile(folder / "features.f32")
    activations.astype("<f4").tofile(folder / "activations.f32")
    log_odds.astype("<f4").tofile(folder / "log_odds.f32")
    index = {
        "madeWith": {"numpy": np.__version__, "python": platform.python_version()},
        "packageSha256": source["sha256"],
        "input": {"gains": GAINS, "samples": INPUT_SAMPLES, "sampleRate": reference.RATE},
        "frames": len(features),
        "featureFrames": KEPT,
        "largestActivations": activations.max(0).round(4).tolist(),
    }
    (folder / "index.json").write_text(json.dumps(index, indent=1) + "\n")
    print(index)


if __name__ == "__main__":
    main()
