#!/usr/bin/env python3
"""Scores a separation of the sample song against its true stems.

  score.py DIR [--record NAME]     DIR holds vocals.wav and accompaniment.wav, 44.1 kHz

SDR: median over 1 s frames of the energy of the truth over that of the error, both channels
together, in dB; frames where the truth is silent are left out. SI-SDR: scale-invariant, over the
whole song. --record writes the scores into truth.json under that name.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import soundfile

_STEMS = ("vocals", "accompaniment")
# Mean square below which a frame of the truth counts as silent.
_SILENCE = 1e-9


def sdr(truth: np.ndarray, estimate: np.ndarray, frame: int) -> float:
    """Median framewise signal-to-distortion ratio."""
    ratios = []
    for begin in range(0, len(truth) - frame + 1, frame):
        wanted, got = truth[begin : begin + frame], estimate[begin : begin + frame]
        if (wanted**2).sum() > _SILENCE * frame:
            error = max(((wanted - got) ** 2).sum(), 1e-20)
            ratios.append(10 * np.log10((wanted**2).sum() / error))
    return float(np.median(ratios))


def si_sdr(truth: np.ndarray, estimate: np.ndarray) -> float:
    """Whole-song scale-invariant signal-to-distortion ratio."""
    truth, estimate = truth.ravel(), estimate.ravel()
    projected = (estimate @ truth) / (truth @ truth) * truth
    return float(10 * np.log10((projected @ projected) / ((estimate - projected) ** 2).sum()))


def score(here: Path, folder: Path) -> dict:
    """{stem: {sdr, siSdr}} and how far the voice leaks into the intro, where nobody sings."""
    truth = json.loads((here / "truth.json").read_text(encoding="utf-8"))
    result = {}
    for stem in _STEMS:
        wanted, rate = soundfile.read(here / truth["stems"][stem]["file"], always_2d=True)
        got, got_rate = soundfile.read(folder / f"{stem}.wav", always_2d=True)
        if (got_rate, got.shape) != (rate, wanted.shape):
            raise SystemExit(
                f"{folder / stem}.wav has {got.shape} samples at {got_rate} Hz, "
                f"expected {wanted.shape} at {rate}"
            )
        result[stem] = {
            "sdr": round(sdr(wanted, got, rate), 2),
            "siSdr": round(si_sdr(wanted, got), 2),
        }
        if stem == "vocals":
            intro = round((truth["voiceStartSeconds"] - 0.3) * rate)
            song, _ = soundfile.read(here / truth["song"]["file"], always_2d=True)
            leak = ((got[:intro] ** 2).sum() + 1e-20) / (song[:intro] ** 2).sum()
            result["introLeakDb"] = round(float(10 * np.log10(leak)), 1)
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--record", metavar="NAME", help="write the scores into truth.json")
    options = parser.parse_args()
    here = Path(__file__).resolve().parent
    result = score(here, options.folder)
    print(json.dumps(result))
    if options.record:
        path = here / "truth.json"
        truth = json.loads(path.read_text(encoding="utf-8"))
        truth["scores"][options.record] = result
        path.write_text(json.dumps(truth, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
