#!/usr/bin/env python3
"""Makes the golden vectors in drums/ from the trained weights (see README.md).

.deps/venv/bin/python tests/golden/make_drums.py       # numpy alone
"""

import json
import platform
from pathlib import Path

import drums_reference as reference
import numpy as np
from safetensors.numpy import load_file

HERE = Path(__file__).resolve().parent
TRAINED = HERE.parents[1] / "models" / "trained" / "drums.safetensors"
SECONDS = 12  # more than a window of the network
KEPT = [[0, 40], [860, 1000], [1160, 1200]]  # frames: both ends, both sides of a window's end


def beat() -> np.ndarray:
    """Drums by formulas that a test can compute again: sines that fall, and noise of a linear
    congruential generator. Kick and snare take turns, a hi-hat strikes between."""
    size = SECONDS * reference.RATE
    noise = np.zeros(size)
    state = 1
    for i in range(size):
        state = (state * 1664525 + 1013904223) % 2**32
        noise[i] = state / 2**31 - 1
    song = np.zeros(size)
    step = reference.RATE // 4
    for place in range(4 * SECONDS - 1):
        first = place * step + 1000
        time = np.arange(step - 1000) / reference.RATE
        part = slice(first, first + len(time))
        song[part] += 0.15 * np.diff(noise[part], prepend=0) * np.exp(-60 * time)
        if place % 4 == 0:
            phase = 2 * np.pi * (50 * time - 5 * np.exp(-30 * time))
            song[part] += 0.8 * np.sin(phase) * np.exp(-12 * time)
        if place % 4 == 2:
            drum = 0.4 * np.sin(2 * np.pi * 190 * time) * np.exp(-25 * time)
            song[part] += drum + 0.4 * noise[part] * np.exp(-20 * time)
    return song


def main() -> None:
    weights = load_file(TRAINED)
    heard = reference.bands(beat())
    odds = reference.log_odds(heard, weights)
    folder = HERE / "drums"
    folder.mkdir(exist_ok=True)
    for name, values in (("bands", heard), ("log_odds", odds)):
        kept = np.concatenate([values[begin:end] for begin, end in KEPT])
        kept.astype("<f4").tofile(folder / f"{name}.f32")
    thresholds = [round(float(each), 3) for each in weights["thresholds"]]
    found = reference.hits(odds, thresholds)
    index = {
        "madeWith": {"numpy": np.__version__, "python": platform.python_version()},
        "frames": len(heard),
        "kept": KEPT,
        "hits": [
            {
                "seconds": round(frame * reference.HOP / reference.RATE, 5),
                "instrument": k,
                "velocity": round(127 * float(velocity), 3),
                "confidence": round(float(sure), 5),
            }
            for frame, k, velocity, sure in found
        ],
    }
    (folder / "index.json").write_text(json.dumps(index, indent=1) + "\n")
    print(len(heard), "frames,", len(found), "hits,", odds[:, 0].max(0).round(1))


if __name__ == "__main__":
    main()
