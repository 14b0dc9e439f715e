#!/usr/bin/env python3
"""Makes the golden vectors in swift-f0/ from the original ONNX file (see README.md).

.deps/venv/bin/python tests/golden/make_melody.py
"""

import hashlib
import json
import platform
from pathlib import Path

import melody_reference as reference
import numpy as np
import onnxruntime

FOLDER = Path(__file__).resolve().parent / "swift-f0"
# Of each tone: MIDI pitch, seconds, semitones of vibrato. None is a rest.
TONES = [(57, 0.6, 0.5), (60.3, 0.4, 0.3), (64, 0.5, 0.8), (None, 0.3, 0), (64, 0.25, 0)]
TONES += [(64, 0.35, 0.4), (52, 0.5, 0.6), (None, 0.25, 0), (76, 0.7, 0.7), (38.6, 0.5, 0.1)]
VIBRATO_HZ = 5.6


def sing() -> np.ndarray:
    """Tones of falling harmonics with glides and a touch of noise; the last one breaks off."""
    random = np.random.default_rng(16)
    phase, last, parts = 0.0, None, []
    for pitch, seconds, depth in TONES:
        time = np.arange(round(seconds * reference.RATE)) / reference.RATE
        if pitch is None:
            parts.append(np.zeros(len(time)))
            last = None
            continue
        glide = 0 if last is None else (last - pitch) * np.exp(-time / 0.02)
        growing = np.minimum(1, time / 0.2)
        midi = pitch + glide + depth * growing * np.sin(2 * np.pi * VIBRATO_HZ * time)
        angle = phase + np.cumsum(2 * np.pi * 440 * 2 ** ((midi - 69) / 12) / reference.RATE)
        phase, last = angle[-1], pitch
        tone = sum(np.sin(k * angle) / k**1.3 for k in range(1, 9))
        edge = np.minimum(1, np.minimum(time / 0.03, (seconds - time) / 0.03))
        parts.append(0.2 * np.maximum(0.02, edge) * tone)
    line = np.concatenate(parts)
    return line + 0.0005 * random.standard_normal(len(line))


def main() -> None:
    samples = np.round(sing() * 32767).astype("<i2")[:-100]  # no whole number of hops
    hz, confidence, level = reference.pitch(samples / 32768)
    FOLDER.mkdir(exist_ok=True)
    samples.tofile(FOLDER / "line-16k.i16")
    hz.astype("<f4").tofile(FOLDER / "hz.f32")
    confidence.astype("<f4").tofile(FOLDER / "confidence.f32")
    level.astype("<f4").tofile(FOLDER / "level.f32")
    found = reference.notes(hz, confidence, level)
    index = {
        "madeWith": {
            "numpy": np.__version__,
            "onnxruntime": onnxruntime.__version__,
            "python": platform.python_version(),
        },
        "wheelSha256": hashlib.sha256(reference.WHEEL.read_bytes()).hexdigest(),
        "frames": len(hz),
        "notes": [[begin, end, round(pitch, 2)] for begin, end, pitch in found],
    }
    (FOLDER / "index.json").write_text(json.dumps(index, indent=1) + "\n")
    print(len(hz), index["notes"])


if __name__ == "__main__":
    main()
