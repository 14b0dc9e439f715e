#!/usr/bin/env python3
"""Makes the bundled sample song: song.ogg, its true stems vocals.ogg and accompaniment.ogg.

Needs the packages of sample/requirements.txt (see sample/README.md). The same package versions on
the same kind of processor give the same bytes; elsewhere rounding may change the last bits.

  make_sample.py [--out DIR] [--wav DIR]
"""

import argparse
import hashlib
import json
from pathlib import Path

import numpy as np
import soundfile
from songmaker import band, composition, mixing, ogg, voice
from songmaker.dsp import RATE

_SEED = 2026
_FRAMES = round(composition.SONG_SECONDS * RATE)
# Vorbis quality of each file: the song carries the noise that limits every score, so it gets most.
_QUALITY = {"vocals": 0.4, "accompaniment": 0.3, "song": 0.65}
_BUDGET_BYTES = 1_500_000
_PEAK_LIMIT_DB = -0.5
_VOICE_CREDIT = (
    "Voice: NIT SONG070 F001 by the HTS Working Group, (c) 2004-2015 Nagoya Institute of "
    "Technology, CC BY 3.0"
)


def decibels(ratio: float) -> float:
    """Energy ratio in dB, one decimal."""
    return round(float(10 * np.log10(ratio)), 1)


def render() -> tuple[np.ndarray, np.ndarray]:
    """The two stems before coding."""
    singer = voice.analyse()
    melody, harmony = composition.melody(), composition.harmony()
    takes = {
        name: voice.sing(singer, notes, _FRAMES, _SEED + index)
        for index, (name, notes) in enumerate(
            (
                ("lead", melody),
                ("double left", melody),
                ("double right", melody),
                ("harmony", harmony),
            )
        )
    }
    return mixing.finish(mixing.dress_voice(takes, _SEED), band.play(_FRAMES, _SEED))


def encode(out: Path, vocals: np.ndarray, accompaniment: np.ndarray) -> dict[str, np.ndarray]:
    """Writes the three files and returns what they decode to.

    The song is coded from the sum of the decoded stems, so that the stems' coding noise is part of
    the truth and only the song's own coding noise separates it from their sum.
    """
    decoded = {}
    for serial, name in enumerate(("vocals", "accompaniment", "song"), 1):
        if name == "song":
            samples = decoded["vocals"] + decoded["accompaniment"]
        else:
            samples = {"vocals": vocals, "accompaniment": accompaniment}[name]
        path = out / f"{name}.ogg"
        tags = {
            "title": f"{composition.TITLE} ({name})",
            "artist": "divisi",
            "license": "CC BY 3.0",
            "copyright": _VOICE_CREDIT,
        }
        ogg.write(path, samples, _QUALITY[name], serial, tags)
        decoded[name] = ogg.read(path)
        if decoded[name].shape != (_FRAMES, 2):
            raise RuntimeError(
                f"{path} decodes to {decoded[name].shape}, expected {_FRAMES} frames"
            )
    return decoded


def describe(out: Path, decoded: dict[str, np.ndarray]) -> dict:
    """What truth.json says about the files; score.py adds the scores."""
    song, vocals = decoded["song"], decoded["vocals"]
    residual = song - vocals - decoded["accompaniment"]
    files = {}
    for name in ("song", "vocals", "accompaniment"):
        data = (out / f"{name}.ogg").read_bytes()
        files[name] = {
            "file": f"{name}.ogg",
            "bytes": len(data),
            "sha256": hashlib.sha256(data).hexdigest(),
            "rmsDb": decibels((decoded[name] ** 2).mean()),
            "peakDb": round(float(20 * np.log10(np.abs(decoded[name]).max())), 2),
        }
    notes = composition.melody()
    return {
        "title": composition.TITLE,
        "seconds": composition.SONG_SECONDS,
        "sampleRate": RATE,
        "channels": 2,
        "frames": _FRAMES,
        "tempoBpm": composition.TEMPO_BPM,
        "key": composition.KEY,
        "lyrics": composition.LYRICS,
        "lyricsEnglish": composition.LYRICS_ENGLISH,
        "voiceStartSeconds": round(notes[0].start * composition.EIGHTH_SECONDS, 3),
        "voiceEndSeconds": round(
            (notes[-1].start + notes[-1].length) * composition.EIGHTH_SECONDS, 3
        ),
        "licence": "CC-BY-3.0",
        "attribution": _VOICE_CREDIT,
        "song": files.pop("song"),
        "stems": files,
        "sumMismatchDb": decibels((residual**2).sum() / (song**2).sum()),
        "scores": {},
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    here = Path(__file__).resolve().parent
    parser.add_argument("--out", type=Path, default=here, help="folder of the finished files")
    parser.add_argument("--wav", type=Path, help="also write the stems before coding, as float WAV")
    options = parser.parse_args()
    print("singing, playing and mixing (about half a minute) ...", flush=True)
    vocals, accompaniment = render()
    if options.wav:
        options.wav.mkdir(parents=True, exist_ok=True)
        for name, samples in (("vocals", vocals), ("accompaniment", accompaniment)):
            soundfile.write(options.wav / f"{name}.wav", samples, RATE, subtype="FLOAT")
    options.out.mkdir(parents=True, exist_ok=True)
    decoded = encode(options.out, vocals, accompaniment)
    truth = describe(options.out, decoded)
    previous = here / "truth.json"
    if previous.exists():
        # Scores belong to exactly these files; any other song needs to be scored anew.
        old = json.loads(previous.read_text(encoding="utf-8"))
        if old["song"]["sha256"] == truth["song"]["sha256"]:
            truth["scores"] = old["scores"]
    total = truth["song"]["bytes"] + sum(stem["bytes"] for stem in truth["stems"].values())
    if total > _BUDGET_BYTES:
        raise SystemExit(f"the files take {total} bytes, more than {_BUDGET_BYTES}")
    if truth["song"]["peakDb"] > _PEAK_LIMIT_DB:
        raise SystemExit(f"the song peaks at {truth['song']['peakDb']} dBFS: lower the ceiling")
    text = json.dumps(truth, indent=2, ensure_ascii=False) + "\n"
    (options.out / "truth.json").write_text(text, encoding="utf-8")
    print(f"{total} bytes, song against the sum of its stems {truth['sumMismatchDb']} dB")


if __name__ == "__main__":
    main()
