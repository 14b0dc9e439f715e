#!/usr/bin/env python3
"""Makes the golden vectors in crema-chords/ from the original weights (see README.md).

python tests/golden/make_chords.py
"""

import json
import platform
from pathlib import Path

import numpy as np
import soxr
from chords_reference import LABELS, Network, constant_q, decode, features
from golden_input import make_song

HERE = Path(__file__).resolve().parent
FOLDER = HERE / "crema-chords"
ROWS = 8  # every eighth row of the spectrum is kept


def main() -> None:
    clip = np.fromfile(HERE / "clip" / "clip.i16", "<i2").reshape(-1, 2) / 32768
    magnitudes = constant_q(make_song(clip).mean(axis=1))
    network = Network()
    outputs = network.run(features(magnitudes))
    FOLDER.mkdir(exist_ok=True)
    levels = 20 * np.log10(np.maximum(magnitudes[::ROWS], 1e-5))
    levels.astype("<f4").tofile(FOLDER / "levels.f32")
    for name, values in outputs.items():
        values.astype("<f4").tofile(FOLDER / f"{name}.f32")
    index = {
        "madeWith": {
            "numpy": np.__version__,
            "soxr": soxr.__version__,
            "python": platform.python_version(),
        },
        "wheelSha256": network.hash,
        "frames": len(magnitudes),
        "labels": len(LABELS),
        "chords": [[frame, label] for frame, label in decode(outputs["chords"])],
    }
    (FOLDER / "index.json").write_text(json.dumps(index, indent=1) + "\n")
    print(index["chords"])


if __name__ == "__main__":
    main()
