#!/usr/bin/env python3
"""Makes the golden vectors in basic-pitch/ from the original ONNX file (see README.md).

.deps/venv/bin/python tests/golden/make_notes.py
"""

import hashlib
import json
import platform
from pathlib import Path

import notes_reference as reference
import numpy as np
import onnxruntime
from safetensors.numpy import load_file

HERE = Path(__file__).resolve().parent
FOLDER = HERE / "basic-pitch"
TRAINED = HERE.parents[1] / "models" / "trained" / "notes.safetensors"

# The musicnn tests' input, whose samples are taken for samples of 22 050 Hz.
GAINS = [1.0, 0.25, 4.0]
INPUT_SAMPLES = 100001  # 2.8 windows
# Columns that are kept: both ends of the input, and both sides of a window's end.
KEPT = [[0, 8], [138, 146], [280, 288], [382, 390]]


def main() -> None:
    clip = np.fromfile(HERE / "musicnn-mel" / "clip-16k.i16", "<i2")
    samples = np.concatenate([gain * clip for gain in GAINS])[:INPUT_SAMPLES] / 32768
    network = reference.Network()
    note, onset, contour = network.activations(samples)
    notes = reference.create_notes(note, onset)
    bends = reference.bends(contour, notes)
    seconds = reference.times(len(note) + 1)
    FOLDER.mkdir(exist_ok=True)
    for name, values in (("note", note), ("onset", onset), ("contour", contour)):
        kept = np.concatenate([values[begin:end] for begin, end in KEPT])
        kept.astype("<f4").tofile(FOLDER / f"{name}.f32")
    found = sorted(
        (
            [seconds[first], seconds[end], pitch, amplitude, *bend]
            for (first, end, pitch, amplitude), bend in zip(notes, bends, strict=True)
        ),
        key=lambda each: (each[0], each[2]),
    )
    even = network.activations(samples, reference.EVEN_WINDOW_HOP)
    heard = np.concatenate(
        [even[0][..., None], even[1][..., None], even[2].reshape(-1, reference.BINS, 3)], 2
    )
    odds = reference.log_odds(heard, load_file(TRAINED))
    kept = np.concatenate([odds[begin:end] for begin, end in KEPT])
    kept.astype("<f4").tofile(FOLDER / "log_odds.f32")
    index = {
        "madeWith": {
            "numpy": np.__version__,
            "onnxruntime": onnxruntime.__version__,
            "python": platform.python_version(),
        },
        "wheelSha256": hashlib.sha256(reference.WHEEL.read_bytes()).hexdigest(),
        "input": {"gains": GAINS, "samples": INPUT_SAMPLES, "sampleRate": reference.RATE},
        "columns": len(note),
        "evenColumns": len(even[0]),
        "kept": KEPT,
        "notes": [
            {
                "start": round(start, 6),
                "end": round(end, 6),
                "pitch": pitch,
                "amplitude": round(amplitude, 5),
                "bends": bends,
            }
            for start, end, pitch, amplitude, *bends in found
        ],
    }
    (FOLDER / "index.json").write_text(json.dumps(index, indent=1) + "\n")
    print(len(note), len(even[0]), len(notes), "notes")


if __name__ == "__main__":
    main()
