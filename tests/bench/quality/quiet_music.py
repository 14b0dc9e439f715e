#!/usr/bin/env python3
"""Measures whether quiet music keeps quiet: leak on instrumental clips, SDR on sung ones.

  quiet_music.py [--held-out] [--mixes DIR]... [--other PROGRAM] [--jobs N]

Separates each clip natively in the default and the reference mode, at its own level and 20 dB
lower, and prints Markdown tables. Instrumental clips are stretches of free game music at the level
of their files; sung ones are the sample song and those mixes in the folders `--mixes`
(build/quality/mixes, from make_mixes.py) that have vocals. `--other` is another build of
divisi_separate_wav to compare with, at the clips' own level only. Needs what make_mixes.py needs,
and

  ninja -C build/native divisi_separate_wav
"""

import argparse
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
from backing import RATE, REPOSITORY, Clip, Fetcher
from quiet_clips import HELD_OUT, INSTRUMENTAL, SECONDS

sys.path.insert(0, str(REPOSITORY / "sample"))

from score import sdr

_LOWERED_DB = -20
# Quieter than any leak that matters, and below what 32-bit files keep apart from nothing.
_LOWEST_LEAK_DB = -120


@dataclass(frozen=True)
class Song:
    name: str
    mixture: Path
    vocals: np.ndarray | None  # None: nobody sings


@dataclass(frozen=True)
class Way:
    """A way to separate."""

    name: str
    program: Path
    flags: tuple[str, ...] = ()


def instrumental_songs(clips: tuple, folder: Path, fetcher: Fetcher) -> list[Song]:
    folder.mkdir(parents=True, exist_ok=True)
    songs = []
    for package, file, begin in clips:
        name = f"{package.removesuffix('-data').removesuffix('-music')} {Path(file).stem}"
        path = folder / f"{name}.wav"
        if not path.exists():
            samples = fetcher.read_as_is(Clip(package, (file,), begin), SECONDS * RATE)
            soundfile.write(path, samples, RATE, subtype="FLOAT")
        songs.append(Song(name, path, None))
    return songs


def mixes(folder: Path, work: Path) -> list[Song]:
    """The mixes of a folder with a manifest.json; as WAV files, which the engine reads."""
    work.mkdir(parents=True, exist_ok=True)
    songs = []
    for entry in json.loads((folder / "manifest.json").read_text(encoding="utf-8")):
        name = entry["name"]
        mixture, rate = soundfile.read(folder / name / "mixture.flac", always_2d=True)
        path = work / f"{name}.wav"
        soundfile.write(path, mixture, rate, subtype="FLOAT")
        vocals = None
        if "vocals" in entry["stored"]:
            vocals = soundfile.read(folder / name / "vocals.flac", always_2d=True)[0]
            vocals = vocals if vocals.any() else None
        songs.append(Song(name, path, vocals))
    return songs


def sample_song(work: Path) -> Song:
    sample = REPOSITORY / "sample"
    path = work / "sample song.wav"
    samples, rate = soundfile.read(sample / "song.ogg", always_2d=True)
    soundfile.write(path, samples, rate, subtype="FLOAT")
    return Song("sample song", path, soundfile.read(sample / "vocals.ogg", always_2d=True)[0])


def separated(song: Song, way: Way, gain_db: float, model: Path, work: Path):
    """@return the vocals, at the level of the clip, and the processor seconds that it took."""
    out = work / way.name / f"{gain_db:g}"
    command = [way.program, model, out, *way.flags, "--gain", f"{gain_db:g}", song.mixture]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        raise SystemExit(f"{way.program} failed on {song.mixture}")
    vocals = soundfile.read(out / song.mixture.stem / "vocals.wav", always_2d=True)[0]
    return vocals, usage.ru_utime + usage.ru_stime


def level_db(samples: np.ndarray) -> float:
    return float(10 * np.log10((samples**2).mean() + 1e-20))


def figures(song: Song, ways: list[Way], model: Path, work: Path) -> dict:
    """Scores and seconds by level and way."""
    mixture = soundfile.read(song.mixture, always_2d=True)[0]
    result = {"level": level_db(mixture)}
    for gain_db in (0, _LOWERED_DB):
        for way in ways[-2:] if gain_db else ways:
            vocals, seconds = separated(song, way, gain_db, model, work)
            if song.vocals is None:
                score = max(level_db(vocals) - level_db(mixture), _LOWEST_LEAK_DB)
            else:
                score = sdr(song.vocals, vocals, RATE)
            result[gain_db, way.name] = (score, seconds)
    print(song.name, file=sys.stderr, flush=True)
    return result


def print_table(title: str, songs: list[Song], scores: list[dict], ways: list[Way]) -> None:
    names = [way.name for way in ways]
    columns = [(0, name) for name in names] + [(_LOWERED_DB, name) for name in names[-2:]]
    heads = [f"{name}, {gain} dB" if gain else name for gain, name in columns]
    print(f"\n| {title} | level, dBFS | {' | '.join(heads)} |")
    print("|---|" + "---:|" * (1 + len(columns)))
    for song, score in zip(songs, scores, strict=True):
        cells = [score[column][0] for column in columns]
        digits = 1 if song.vocals is None else 2
        row = " | ".join(f"{cell:.{digits}f}" for cell in cells)
        print(f"| {song.name} | {score['level']:.1f} | {row} |")
    seconds = [sum(s[0, name][1] for s in scores) for name in names]
    print(f"\nProcessor seconds at their own level: {', '.join(f'{s:.0f}' for s in seconds)}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    build = REPOSITORY / "build"
    parser.add_argument("--held-out", action="store_true", help="other clips, none sung")
    parser.add_argument("--mixes", type=Path, action="append", default=[])
    parser.add_argument("--other", type=Path)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--engine", type=Path, default=build / "native/divisi_separate_wav")
    parser.add_argument("--model", type=Path, default=build / "models/spleeter-2stems.safetensors")
    parser.add_argument("--packages", type=Path, default=build / "quality/packages")
    parser.add_argument("--work", type=Path, default=build / "quality/quiet")
    options = parser.parse_args()
    ways = [Way("default", options.engine), Way("reference", options.engine, ("--reference",))]
    if options.other:
        ways.insert(0, Way("other", options.other))
    clips = options.work / "clips"
    chosen = HELD_OUT if options.held_out else INSTRUMENTAL
    songs = instrumental_songs(chosen, clips, Fetcher(options.packages))
    if not options.held_out:
        songs.append(sample_song(clips))
        for folder in options.mixes or [build / "quality/mixes"]:
            songs += mixes(folder, clips)
    with ThreadPoolExecutor(options.jobs) as pool:
        scores = list(
            pool.map(lambda song: figures(song, ways, options.model, options.work / "out"), songs)
        )
    for title, sung in (("instrumental, leak in dB of the mix", False), ("sung, SDR in dB", True)):
        own = [i for i, song in enumerate(songs) if (song.vocals is not None) == sung]
        if own:
            print_table(title, [songs[i] for i in own], [scores[i] for i in own], ways)


if __name__ == "__main__":
    main()
