"""Renders songs: four stems each, int16 [4, frames, 2], one file a seed.

    python -m models.train.render --songs 400 --first 0 --workers 1

A song depends on its seed alone, so any number of workers gives the same data, and a run that was
broken off goes on where it stopped. `--first 900000` renders the validation songs.
"""

import argparse
import io
import multiprocessing
import os
import time

import numpy as np
import soundfile

from .constants import DATA, RATE, SONG_FRAMES
from .sound import effects, score, sources, stems, voice

_ROLES = ("comp", "comp", "pad", "power", "strum", "arp", "lead", "lead")
_PARTS_LEFT_OUT = 0.3  # share of the sections in which a stem rests, in songs that have rests


def song(seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    harmony = score.harmony(rng)
    hits = score.drum_pattern(rng, harmony)
    low = int(rng.choice([45, 50, 55, 60]))
    sung = score.melody(rng, harmony, low, low + 16)
    roles = [str(role) for role in rng.choice(_ROLES, rng.integers(1, 5))]
    parts = []
    for role in roles:
        base = int(rng.integers(55, 74))
        lead = role == "lead"
        notes = (
            score.melody(rng, harmony, base, base + 20) if lead else score.part(rng, harmony, role)
        )
        parts.append((role, notes))
    rendered = [
        stems.drums(hits, rng),
        stems.bass(score.bass_line(rng, harmony, hits), rng),
        stems.other(parts, harmony, rng),
        stems.vocals(sung, harmony, rng),
    ]
    return np.stack([_finished(_with_rests(x, harmony.bar, rng), rng) for x in rendered])


def _with_rests(x, bar, rng):
    if rng.random() < 0.35:
        x, length = x.copy(), int(rng.choice([2, 4]) * bar * RATE)
        for start in range(0, SONG_FRAMES, length):
            if rng.random() < _PARTS_LEFT_OUT:
                x[start : start + length] = 0
    return x


def _finished(x, rng):
    """About -20 dBFS, sometimes clipped or through a lossy codec; int16."""
    x = np.nan_to_num(effects.normalised(x.astype(np.float32)))
    if rng.random() < 0.1:
        x = np.clip(x, -0.3, 0.3)
    if rng.random() < 0.1 and np.abs(x).max() > 0:
        x = _coded(x / max(1, np.abs(x).max()), rng)
    peak = np.abs(x).max()
    if peak > 0.98:
        x = x * (0.98 / peak)
    return np.round(x * 32767).astype(np.int16)


def _coded(x, rng):
    """A round trip through MP3 (the delay of the codec keeps the stem's parts together)."""
    file = io.BytesIO()
    level = float(rng.uniform(0.3, 0.9))
    soundfile.write(file, x, RATE, format="MP3", compression_level=level)
    file.seek(0)
    y, _ = soundfile.read(file, always_2d=True, dtype="float32")
    return np.pad(y[:SONG_FRAMES], ((0, max(0, SONG_FRAMES - len(y))), (0, 0)))


def _render(seed: int) -> str:
    target = DATA / "songs" / f"{seed:06d}.npy"
    if target.exists():
        return f"{seed}: there"
    start = time.time()
    samples = song(seed)
    partial = target.with_suffix(f".{os.getpid()}")
    with partial.open("wb") as file:
        np.save(file, samples)
    partial.replace(target)  # whoever reads meanwhile sees whole songs only
    peaks = " ".join(f"{np.abs(stem).max():6d}" for stem in samples.astype(np.int32))
    return f"{seed}: {time.time() - start:.1f} s, peaks {peaks}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--songs", type=int, default=3600)
    parser.add_argument("--first", type=int, default=0, help="first seed")
    parser.add_argument("--workers", type=int, default=1)
    arguments = parser.parse_args()
    sources.fetch()
    (DATA / "songs").mkdir(parents=True, exist_ok=True)
    for name in voice.VOICES:
        voice.phrases(name)
    seeds = range(arguments.first, arguments.first + arguments.songs)
    with multiprocessing.Pool(arguments.workers) as pool:
        for line in pool.imap_unordered(_render, seeds):
            print(line, flush=True)


if __name__ == "__main__":
    main()
