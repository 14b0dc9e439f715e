"""Makes tags.json beside this: what each tag's scores are like over the reference music.

The music is that of tests/golden/embeddings: every track weighs the same, and is heard by the
original network (TensorFlow) in ten patches from its middle. A track's score is the mean over its
patches; its logit is spread about evenly over music, so mean and deviation describe it.

    .deps/golden-venv/bin/python js/src/calibration/make_calibration.py     (about 20 minutes)
"""

import json
import sys
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "tests/golden/embeddings"))

from features import Reference, hear, read_clip  # noqa: E402
from music import fetch_music  # noqa: E402

# As in js/src/tags.ts: where float32 has rounded a score to 0 or 1, the last value before.
EDGE = 1e-7


def calibrate(labels: list[str], scores: np.ndarray) -> dict[str, dict[str, float]]:
    """@param scores [track][label]"""
    p = np.clip(scores.astype(np.float64), EDGE, 1 - EDGE)
    logits = np.log(p / (1 - p))
    means, deviations = logits.mean(axis=0), logits.std(axis=0, ddof=1)
    return {
        name: {"mean": round(float(mean), 3), "deviation": round(float(deviation), 3)}
        for name, mean, deviation in zip(labels, means, deviations, strict=True)
    }


def main() -> None:
    music = fetch_music(ROOT / ".deps/music")
    clips = [read_clip(path) for _, paths in music.values() for path in paths]
    calibration = {}
    for name in ("musicnn-mtt", "musicnn-msd"):
        reference = Reference(name)
        scores = np.stack([hear(reference, clip)[0] for clip in clips if clip is not None])
        calibration[name] = calibrate(reference.labels, scores)
        print(f"{name}: {len(scores)} tracks of {len(music)} packages")
    Path(__file__).with_name("tags.json").write_text(json.dumps(calibration, indent=1) + "\n")


if __name__ == "__main__":
    main()
