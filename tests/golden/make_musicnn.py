#!/usr/bin/env python3
"""Makes the golden vectors in musicnn-*/ from the original checkpoints (see README.md).

python tests/golden/make_musicnn.py
"""

import json
import platform
from pathlib import Path

import librosa
import musicnn_reference
import numpy as np
import soxr
import tensorflow as tf
from golden_input import make_song
from musicnn_reference import FRAMES, HOP, MODELS, RATE, Reference, log_mel, patches

HERE = Path(__file__).resolve().parent
MEL = "musicnn-mel"
# The clip at 16 kHz three times, so that the input is longer than two patches; 4 makes it so loud
# that the package's float16 logarithm would overflow.
GAINS = [1.0, 0.25, 4.0]
INPUT_SAMPLES = 100001  # not a multiple of the hop


def main() -> None:
    clip = np.fromfile(HERE / "clip" / "clip.i16", "<i2").reshape(-1, 2) / 32768
    mono = np.round(musicnn_reference.to_model_rate(clip, 44100) * 32768).astype("<i2")
    write(MEL, "clip-16k.i16", mono)
    samples = np.concatenate([gain * mono for gain in GAINS])[:INPUT_SAMPLES] / 32768
    mel = log_mel(samples)
    used = len(mel) // FRAMES * FRAMES
    # The first patch and all that follows the last one: both edges are there.
    write(MEL, "log-mel.f32", np.concatenate([mel[:FRAMES], mel[used:]]).astype("<f4"))
    song = log_mel(musicnn_reference.to_model_rate(make_song(clip), 44100))
    index = {
        "madeWith": {
            "tensorflow": tf.__version__,
            "librosa": librosa.__version__,
            "soxr": soxr.__version__,
            "numpy": np.__version__,
            "python": platform.python_version(),
        },
        "input": {
            "gains": GAINS,
            "samples": INPUT_SAMPLES,
            "sampleRate": RATE,
            "frames": len(mel),
            "hop": HOP,
            "logMelFrames": [[0, FRAMES], [used, len(mel)]],
            "logMelPeak": float(mel.max()),
        },
        "models": {},
    }
    for model in MODELS:
        reference = Reference(model)
        scores, penultimate = reference.run(patches(mel))
        write(model, "tags.f32", scores.astype("<f4"))
        write(model, "embedding.f32", penultimate.astype("<f4"))
        song_scores, _ = reference.run(patches(song))
        write(model, "song-tags.f32", song_scores.astype("<f4"))
        index["models"][model] = {
            "checkpointSha256": musicnn_reference.checkpoint_hash(model),
            "patches": len(scores),
            "songPatches": len(song_scores),
            "labels": reference.labels,
            "best": [best(reference.labels, row) for row in [*scores, song_scores.mean(axis=0)]],
        }
        print(model, index["models"][model]["best"])
    (HERE / MEL / "index.json").write_text(json.dumps(index, indent=1) + "\n")


def best(labels: list[str], scores: np.ndarray) -> list[str]:
    return [labels[i] for i in np.argsort(-scores)[:5]]


def write(folder: str, name: str, values: np.ndarray) -> None:
    (HERE / folder).mkdir(parents=True, exist_ok=True)
    values.tofile(HERE / folder / name)


if __name__ == "__main__":
    main()
