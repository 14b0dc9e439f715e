"""Renders composed songs with FluidSynth and soundfonts, through rooms, compressors and noise, to
the bands and the truth that `train.py` learns from. Resumable: songs that are there are left.

    python render.py OUT --songs 600 --first 0 --soundfont A.sf2 --soundfont B.sf2
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

import mido
import numpy as np
import soundfile
from compose import Song, compose
from scipy.signal import fftconvolve, lfilter

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "tests" / "golden"))
from beatnet_reference import RATE, features

TICKS = 2000  # a second: at 60 quarters a minute a tick is half a millisecond


def midi_of(song: Song, path: Path, rng):
    """A file at 60 quarters a minute, so that ticks are times."""
    events = []
    for channel, program in song.programs.items():
        events.append((0, mido.Message("program_change", channel=channel, program=program)))
        for control, value in (
            (7, rng.integers(70, 127)),
            (10, rng.integers(30, 98)),
            (91, rng.integers(0, 90)),
        ):
            message = mido.Message(
                "control_change", channel=channel, control=control, value=int(value)
            )
            events.append((0, message))
    for start, duration, channel, pitch, velocity in song.notes:
        on = round(start * TICKS) + 1
        off = on + max(round(duration * TICKS), 1)
        events.append((on, mido.Message("note_on", channel=channel, note=pitch, velocity=velocity)))
        events.append((off, mido.Message("note_off", channel=channel, note=pitch)))
    events.sort(key=lambda event: (event[0], event[1].type != "note_off"))
    track = mido.MidiTrack([mido.MetaMessage("set_tempo", tempo=1_000_000)])
    last = 0
    for tick, message in events:
        track.append(message.copy(time=tick - last))
        last = tick
    mido.MidiFile(ticks_per_beat=TICKS, tracks=[track]).save(path)


def synthesised(song: Song, soundfont: str, rng, rate: int = RATE) -> np.ndarray:
    """Mono."""
    with tempfile.TemporaryDirectory() as folder:
        midi, wave = Path(folder) / "song.mid", Path(folder) / "song.wav"
        midi_of(song, midi, rng)
        command = [
            "fluidsynth",
            "-niq",
            "-o",
            "synth.dynamic-sample-loading=1",
            "-g",
            "0.4",
            "-R",
            "0",
            "-C",
            "0",
            "-r",
            str(rate),
            "-F",
            str(wave),
            soundfont,
            str(midi),
        ]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        samples, _ = soundfile.read(wave, dtype="float32", always_2d=True)
    mono = samples.mean(1)
    wanted = round(song.seconds * rate)
    return np.pad(mono, (0, max(0, wanted - len(mono))))[:wanted]


def treated(x: np.ndarray, rng, rate: int = RATE) -> np.ndarray:
    """What stands between players and a file: a room, tone, compression, clipping, noise, level."""
    x = x / max(np.abs(x).max(), 1e-6)
    if rng.random() < 0.4:
        seconds = rng.uniform(0.1, 1.2)
        tail = rng.normal(size=round(seconds * rate)) * np.exp(
            -6.9 * np.linspace(0, 1, round(seconds * rate))
        )
        wet = fftconvolve(x, tail / np.sqrt((tail**2).sum()))[: len(x)]
        x = x + rng.uniform(0.1, 0.6) * wet
    if rng.random() < 0.5:  # a tilt, dark or bright
        a = rng.uniform(-0.6, 0.6)
        x = lfilter([1, a], [1], x)
    if rng.random() < 0.25:  # thin, as a small loudspeaker
        b = np.exp(-2 * np.pi * rng.uniform(80, 300) / rate)
        x = lfilter([1, -1], [1, -b], x)
    if rng.random() < 0.5:  # slow compression
        level = lfilter([0.001], [1, -0.999], np.abs(x)) + 0.01
        x = x / level ** rng.uniform(0.2, 0.7)
    x = x / max(np.abs(x).max(), 1e-6)
    if rng.random() < 0.3:
        drive = rng.uniform(1, 4)
        x = np.tanh(drive * x) / np.tanh(drive)
    if rng.random() < 0.3:
        x = x + rng.normal(size=len(x)) * 10 ** (rng.uniform(-70, -35) / 20)
    return (x * 10 ** (rng.uniform(-20, 0) / 20)).astype(np.float32)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--songs", type=int, default=600)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--soundfont", action="append", required=True)
    parser.add_argument("--keep-audio", action="store_true")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    for seed in range(options.first, options.first + options.songs):
        path = options.out / f"{seed:05d}.npz"
        if path.exists():
            continue
        rng = np.random.default_rng(seed)
        song = compose(rng, rng.uniform(35, 60))
        audio = treated(synthesised(song, str(rng.choice(options.soundfont)), rng), rng)
        if options.keep_audio:
            soundfile.write(path.with_suffix(".flac"), audio, RATE)
        bands = features(audio)[:, :136].astype(np.float16)
        partial = path.with_suffix(".part.npz")
        np.savez(partial, bands=bands, beats=np.array(song.beats), style=song.style.name)
        partial.replace(path)


if __name__ == "__main__":
    main()
