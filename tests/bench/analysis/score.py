"""Scores what listeners heard against the truth, by mir_eval; and lets librosa hear the songs, too.

    score.py HEARD.json… --songs SONG… --librosa OUT.json > SCORES.json

A song's truth is the JSON document beside it: beats, downbeats, tempo, key, chords, sections and
tuningCents, any of which may be null. HEARD is what tests/bench/analysis/main.ts writes.
"""

import argparse
import itertools
import json
import time
import warnings
from pathlib import Path

import librosa
import mir_eval
import numpy as np

warnings.filterwarnings("ignore")

# mir_eval knows major and minor.
_MAJOR = {"major", "mixolydian", "lydian", "ionian"}
_NAMES = ["C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"]


def librosa_hears(path: Path) -> dict:
    """Beats by dynamic programming, key by profiles, chords by templates, sections by clustering:
    what librosa's documentation offers, each in its plainest form."""
    began = time.process_time()
    samples, rate = librosa.load(path, sr=22050)
    seconds = len(samples) / rate
    tempo, frames = librosa.beat.beat_track(y=samples, sr=rate)
    chroma = librosa.feature.chroma_cqt(y=samples, sr=rate)
    times = librosa.times_like(chroma, sr=rate)
    triads = np.array([[0, 4, 7], [0, 3, 7]])
    templates = np.zeros((24, 12))
    for mode, triad in enumerate(triads):
        for root in range(12):
            templates[12 * mode + root, (triad + root) % 12] = 1
    likely = templates @ (chroma / (np.linalg.norm(chroma, axis=0) + 1e-9))
    likely = np.exp(8 * likely) / np.exp(8 * likely).sum(0)
    path_of = librosa.sequence.viterbi(likely, librosa.sequence.transition_loop(24, 0.98))
    chords = [
        {
            "start": float(start),
            "end": float(end),
            "label": f"{_NAMES[chord % 12]}:{'maj' if chord < 12 else 'min'}",
        }
        for chord, start, end in zip(path_of, times, [*times[1:], seconds], strict=True)
    ]
    beats = librosa.frames_to_time(frames, sr=rate)
    synced = librosa.util.sync(chroma, frames)
    count = min(max(2, round(seconds / 12)), synced.shape[1])
    borders = librosa.segment.agglomerative(synced, count)
    starts = [0.0, *(float(t) for t in [0, *beats][1:] if t > 0)]
    edges = sorted({0.0, *(starts[min(b, len(starts) - 1)] for b in borders[1:]), seconds})
    sections = [
        {"start": start, "end": end, "label": str(i)}
        for i, (start, end) in enumerate(itertools.pairwise(edges))
    ]
    tuning = 100 * librosa.estimate_tuning(y=samples, sr=rate)
    answer = {
        "beats": beats.tolist(),
        "tempo": float(np.atleast_1d(tempo)[0]),
        "keys": [{"start": 0, "end": seconds, "label": _key_of(chroma.mean(1))}],
        "chords": chords,
        "sections": sections,
        "tuningCents": float(tuning),
    }
    spent = time.process_time() - began
    return {"song": path.stem, "seconds": seconds, "processorSeconds": spent, "answer": answer}


def _key_of(chroma: np.ndarray) -> str:
    """After Krumhansl and Kessler."""
    major = [6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88]
    minor = [6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17]
    scores = {
        f"{_NAMES[root]} {mode}": np.corrcoef(np.roll(profile, root), chroma)[0, 1]
        for mode, profile in (("major", major), ("minor", minor))
        for root in range(12)
    }
    return max(scores, key=scores.get)


def _spans(spans: list[dict]) -> tuple[np.ndarray, list[str]]:
    spans = [span for span in spans if span["end"] > span["start"]]
    return np.array([[s["start"], s["end"]] for s in spans]), [s["label"] for s in spans]


def _truth_keys(truth: dict) -> list[dict]:
    keys = truth["key"] if isinstance(truth["key"], list) else [truth["key"]]
    return [
        {
            "start": key.get("start", 0),
            "end": key.get("end", truth["duration"]),
            "label": f"{key['tonic']} {'major' if key['mode'] in _MAJOR else 'minor'}",
        }
        for key in keys
    ]


def _key_score(truth: dict, heard: list[dict]) -> float:
    """mir_eval's weighted score, by time."""
    total, score = 0.0, 0.0
    for want in _truth_keys(truth):
        for got in heard:
            both = min(want["end"], got["end"]) - max(want["start"], got["start"])
            if both > 0:
                score += both * mir_eval.key.weighted_score(want["label"], got["label"])
        total += want["end"] - want["start"]
    return score / total


def score(truth: dict, answer: dict) -> dict[str, float]:
    """What both know, measure by measure."""
    scores = {}

    def both(part: str, of_truth: str | None = None) -> bool:
        return truth.get(of_truth or part) is not None and answer.get(part) is not None

    trimmed = mir_eval.beat.trim_beats
    if both("beats"):
        want, got = trimmed(np.array(truth["beats"])), trimmed(np.array(answer["beats"]))
        scores["beats F"] = mir_eval.beat.f_measure(want, got)
        scores["CMLt"] = mir_eval.beat.continuity(want, got)[1]
    if both("downbeats"):
        want = trimmed(np.array(truth["downbeats"]))
        scores["downbeats F"] = mir_eval.beat.f_measure(
            want, trimmed(np.array(answer["downbeats"]))
        )
    if both("tempo"):
        scores["tempo"] = float(abs(answer["tempo"] / truth["tempo"] - 1) <= 0.04)
    if both("keys", "key"):
        scores["key"] = _key_score(truth, answer["keys"])
    if both("chords"):
        want, labels = _spans(truth["chords"])
        got, heard = _spans(answer["chords"])
        result = mir_eval.chord.evaluate(want, labels, got, heard)
        scores |= {f"chords {name}": result[name] for name in ("root", "majmin", "sevenths")}
    if both("sections"):
        want, labels = _spans(truth["sections"])
        got, heard = _spans(answer["sections"])
        result = mir_eval.segment.evaluate(want, labels, got, heard)
        scores["sections F, 3 s"] = result["F-measure@3.0"]
        scores["sections pairwise"] = result["Pairwise F-measure"]
    if both("tuningCents"):
        off = (answer["tuningCents"] - truth["tuningCents"] + 50) % 100 - 50
        scores["cents off"] = abs(off)
    return scores


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("heard", type=Path, nargs="*")
    parser.add_argument("--songs", type=Path, nargs="+", required=True)
    parser.add_argument("--librosa", type=Path, required=True)
    options = parser.parse_args()
    librosa_hears(options.songs[0])  # compiles, and fills caches
    options.librosa.write_text(json.dumps([librosa_hears(path) for path in options.songs]))
    truths = {
        path.stem: json.loads(path.with_suffix(".json").read_text())
        for path in options.songs
        if path.with_suffix(".json").exists()
    }
    report = {}
    for path in [*options.heard, options.librosa]:
        heard = json.loads(path.read_text())
        each = [score(truths[one["song"]], one["answer"]) for one in heard if one["song"] in truths]
        values = {}
        for name, value in (pair for scores in each for pair in scores.items()):
            values.setdefault(name, []).append(value)
        report[path.stem] = {
            "processorSecondsAMinute": 60
            * sum(one["processorSeconds"] for one in heard)
            / sum(one["seconds"] for one in heard),
            "scores": {name: float(np.mean(several)) for name, several in values.items()},
        }
    print(json.dumps(report))


if __name__ == "__main__":
    main()
