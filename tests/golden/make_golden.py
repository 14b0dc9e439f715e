#!/usr/bin/env python3
"""Makes the golden vectors in spleeter-2stems/ from the original checkpoint (see README.md).

python tests/golden/make_golden.py
"""

import json
import platform
from pathlib import Path

import numpy as np
import reference_pipeline
import tensorflow as tf
from golden_input import SONG_FRAMES, SONG_PARTS, make_magnitudes, make_song
from reference_pipeline import FRAMES, HOP, STEMS, Reference

HERE = Path(__file__).resolve().parent
OUT = HERE / "spleeter-2stems"
# (frames, bins): the trained size; another length; and one so small that numpy runs it in a moment.
NETWORK_SIZES = [(512, 1024), (128, 1024), (64, 64)]
SAMPLED = 4096
# The second chunk starts with frame 512, of which the first 4 lie in the prepended zeros.
CHUNK_START = FRAMES * HOP - reference_pipeline.FRAME
SHORT_FRAMES = 30001
EXCERPTS = {
    # name: (frames of the input, where the excerpts start, their length)
    "short": (SHORT_FRAMES, [0, 12000, SHORT_FRAMES - 3000], 3000),
    "song": (SONG_FRAMES, [0, CHUNK_START - 3000, SONG_FRAMES - 6000], 6000),
}


def main() -> None:
    reference = Reference()
    index = {
        "checkpointSha256": reference_pipeline.checkpoint_hashes(),
        "madeWith": {
            "tensorflow": tf.__version__,
            "numpy": np.__version__,
            "python": platform.python_version(),
        },
        "network": [network_case(reference, *size) for size in NETWORK_SIZES],
        "pipeline": pipeline_cases(reference),
    }
    (OUT / "index.json").write_text(json.dumps(index, indent=1) + "\n")
    total = sum(path.stat().st_size for path in OUT.rglob("*") if path.is_file())
    print(f"{total / 1e3:.0f} kB in {OUT.name}")


def network_case(reference: Reference, frames: int, bins: int) -> dict:
    name = f"network-{frames}x{bins}"
    magnitudes = make_magnitudes(frames, bins)
    estimates = reference.network(magnitudes[None])
    positions = sampled_positions(frames, bins)
    write(name, "positions.i32", positions.astype("<i4"))
    case = {"name": name, "frames": frames, "bins": bins, "positions": len(positions)}
    case["inputSum"] = float(magnitudes.sum(dtype=np.float64))
    case["inputPeak"] = float(magnitudes.max())
    case["stems"] = {}
    for stem in STEMS:
        estimate = estimates[stem][0]
        write(name, f"{stem}.f32", estimate.reshape(-1)[positions].astype("<f4"))
        # A fault anywhere shows in the mean of its row (a time) and of its column (a bin).
        means = estimate.astype(np.float64)
        write(name, f"{stem}-row-means.f32", means.mean(axis=(1, 2)).astype("<f4"))
        write(name, f"{stem}-column-means.f32", means.mean(axis=(0, 2)).astype("<f4"))
        case["stems"][stem] = {"peak": float(estimate.max()), "mean": float(means.mean())}
    print(name, case)
    return case


def sampled_positions(frames: int, bins: int) -> np.ndarray:
    """Flat indices into [frames, bins, 2]: all where that is little, else a fixed random choice,
    a quarter of it along the edges, where padding can go wrong."""
    count = frames * bins * 2
    if count <= 2 * SAMPLED:
        return np.arange(count)
    random = np.random.Generator(np.random.PCG64(1))
    t, f = np.divmod(np.arange(count) // 2, bins)
    edge = np.flatnonzero((t < 3) | (t >= frames - 3) | (f < 3) | (f >= bins - 3))
    chosen = [random.choice(edge, SAMPLED // 4, replace=False)]
    chosen.append(random.choice(count, SAMPLED - SAMPLED // 4, replace=False))
    return np.unique(np.concatenate(chosen))


def pipeline_cases(reference: Reference) -> dict:
    clip = np.fromfile(HERE / "clip" / "clip.i16", "<i2").reshape(-1, 2) / 32768
    inputs = {"short": clip[:SHORT_FRAMES], "song": make_song(clip)}
    parts = [{"gain": gain, "swapChannels": swap} for gain, swap in SONG_PARTS]
    cases = {"clipFrames": len(clip), "songParts": parts, "cases": []}
    for name, (frames, starts, length) in EXCERPTS.items():
        audio = inputs[name]
        assert len(audio) == frames
        stems = reference.separate(audio)
        check = reference.separate_in_graph(audio)
        case = {"name": name, "frames": frames, "excerptStarts": starts, "excerptFrames": length}
        case["stems"] = {}
        for stem, samples in stems.items():
            # [excerpt][frame][channel]
            excerpts = np.stack([samples[start : start + length] for start in starts])
            write(f"pipeline-{name}", f"{stem}.f32", excerpts.astype("<f4"))
            case["stems"][stem] = {
                "rmsDb": decibels(np.mean(samples**2)),
                "excerptRmsDb": decibels(np.mean(excerpts**2)),
                "snrToOriginalGraphDb": snr(samples, check[stem]),
            }
        print(name, case)
        cases["cases"].append(case)
    return cases


def decibels(power: float) -> float:
    return round(float(10 * np.log10(power)), 2)


def snr(wanted: np.ndarray, got: np.ndarray) -> float:
    return decibels(np.sum(wanted**2) / np.sum((wanted - got) ** 2))


def write(case: str, name: str, values: np.ndarray) -> None:
    (OUT / case).mkdir(parents=True, exist_ok=True)
    values.tofile(OUT / case / name)


if __name__ == "__main__":
    main()
