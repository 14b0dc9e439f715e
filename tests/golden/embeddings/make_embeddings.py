#!/usr/bin/env python3
"""Makes the files of this folder and js/src/library/tracks/statistics.json (see README.md).

    python tests/golden/embeddings/make_embeddings.py

Fetches 3 GB of music from Debian packages (apt-get download, ffmpeg to decode) into .deps/music and
runs the original musicnn over 30 s of each track: half an hour.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import tensorflow as tf
from invented_tags import invented_tags
from music import MUSIC, fetch_music

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parents[2]
sys.path.insert(0, str(HERE.parent))

from musicnn_reference import (  # noqa: E402
    MODELS,
    Reference,
    checkpoint_hash,
    log_mel,
    patches,
    to_model_rate,
)

MUSIC_FOLDER = REPOSITORY / ".deps" / "music"
STATISTICS = REPOSITORY / "js" / "src" / "library" / "tracks" / "statistics.json"
RATE = 44100
CLIP_SECONDS = 30.2  # ten patches of 187 frames, and the half window that centring adds
# Trackers may loop for ever.
LONGEST_SECONDS = 300


def main() -> None:
    references = {name: Reference(name) for name in MODELS}
    heard = {name: ([], []) for name in MODELS}
    packages = []
    for package, (version, paths) in fetch_music(MUSIC_FOLDER).items():
        files = []
        for path in paths:
            clip = read_clip(path)
            if clip is None:
                continue
            batch = patches(log_mel(clip))
            for name, reference in references.items():
                # As the Tagger does it: a track's scores and embedding are its patches' means.
                for values, result in zip(heard[name], reference.run(batch), strict=True):
                    values.append(result.mean(axis=0))
            files.append(str(path.relative_to(MUSIC_FOLDER / package)))
        licence = MUSIC[package][0]
        packages.append({"name": package, "version": version, "licence": licence, "files": files})
        print(f"{package}: {len(files)} tracks", flush=True)
    write(packages, {name: [np.array(v) for v in heard[name]] for name in MODELS}, references)


def read_clip(path: Path) -> np.ndarray | None:
    """The middle of the music, mono at the model's rate; None where there is no clip in it."""
    command = ["ffmpeg", "-v", "error", "-i", path, "-vn", "-f", "f32le", "-ac", "2"]
    command += ["-ar", str(RATE), "-t", str(LONGEST_SECONDS), "-"]
    decoded = subprocess.run(command, check=False, capture_output=True)
    if decoded.returncode != 0:
        # Three files have comments that ffmpeg can't read.
        print(f"left out {path.name}: {decoded.stderr.decode().splitlines()[0]}", flush=True)
        return None
    samples = np.frombuffer(decoded.stdout, "<f4").reshape(-1, 2)
    length = round(CLIP_SECONDS * RATE)
    if len(samples) < length:
        return None
    start = (len(samples) - length) // 2
    return to_model_rate(samples[start : start + length], RATE)


def write(packages: list, heard: dict, references: dict) -> None:
    scores, embeddings = heard["musicnn-mtt"]
    (HERE / "scores.f16").write_bytes(scores.astype("<f2").tobytes())
    (HERE / "embeddings.f16").write_bytes(embeddings.astype("<f2").tobytes())
    tracks = [(package["name"], file) for package in packages for file in package["files"]]
    index = {
        "model": "musicnn-mtt",
        "checkpointSha256": checkpoint_hash("musicnn-mtt"),
        "madeWith": {"tensorflow": tf.__version__, "numpy": np.__version__},
        "clipSeconds": CLIP_SECONDS,
        "tracks": len(tracks),
        "embeddingSize": embeddings.shape[1],
        "tagNames": references["musicnn-mtt"].labels,
        "inventedTags": invented_tags(tracks),
        "packages": packages,
    }
    # A list of numbers on one line, not a line a number.
    text = re.sub(r"\d,\s+(?=\d)", lambda match: f"{match[0][0]}, ", json.dumps(index, indent=1))
    (HERE / "index.json").write_text(text + "\n")
    statistics = {
        name: statistics_of(references[name].labels, *heard[name]) for name in sorted(heard)
    }
    lines = [f"  {json.dumps(name)}: {json.dumps(entry)}" for name, entry in statistics.items()]
    STATISTICS.write_text("{\n" + ",\n".join(lines) + "\n}\n")
    subprocess.run(["npx", "biome", "format", "--write", STATISTICS], check=True, cwd=REPOSITORY)


def statistics_of(labels: list[str], scores: np.ndarray, embeddings: np.ndarray) -> dict:
    """Means and standard deviations over the tracks."""
    values = logits(scores)
    tags = {
        label: [rounded(mean), rounded(deviation)]
        for label, mean, deviation in zip(labels, values.mean(0), values.std(0), strict=True)
    }
    deviations = embeddings.std(axis=0)
    # Dimensions that never move tell nothing; dividing by their deviation would magnify noise.
    floor = 1e-3 * deviations.max()
    return {
        "tracks": len(scores),
        "tags": tags,
        "embeddingMeans": [rounded(value) for value in embeddings.mean(axis=0)],
        "embeddingDeviations": [rounded(max(value, floor)) for value in deviations],
    }


def logits(scores: np.ndarray) -> np.ndarray:
    scores = np.clip(scores.astype(np.float64), 1e-6, 1 - 1e-6)
    return np.log(scores / (1 - scores))


def rounded(value: float) -> float:
    return float(f"{value:.5g}")


if __name__ == "__main__":
    main()
