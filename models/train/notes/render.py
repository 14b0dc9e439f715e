"""Renders composed songs (../beats) with FluidSynth, and writes what basic-pitch says of them with
their true notes, for `train.py` to learn from. Resumable: songs that are there are left.

    python render.py OUT --songs 150 --first 5000 --soundfont A.sf2 --basic-pitch basic_pitch.whl
"""

import argparse
import sys
from pathlib import Path

import mido
import numpy as np
import soundfile

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "beats"), str(HERE.parents[2] / "tests" / "golden")]
import render as beats_render  # noqa: E402
from compose import Song, compose  # noqa: E402
from notes_reference import EVEN_WINDOW_HOP, RATE, Network  # noqa: E402

DRUMS = 9


def tuned(midi_of, cents: float):
    """midi_of, with all that has a pitch tuned by as much."""

    def write(song: Song, path: Path, rng):
        midi_of(song, path, rng)
        file = mido.MidiFile(path)
        bend = round(cents / 200 * 8192)
        for channel in song.programs:
            if channel != DRUMS:
                file.tracks[0].insert(0, mido.Message("pitchwheel", channel=channel, pitch=bend))
        file.save(path)

    return write


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--songs", type=int, default=150)
    parser.add_argument("--first", type=int, default=5000)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--soundfont", action="append", required=True)
    parser.add_argument("--basic-pitch", type=Path, required=True, help="the PyPI package's wheel")
    parser.add_argument("--keep-audio", action="store_true")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    network = Network(options.basic_pitch)
    midi_of = beats_render.midi_of
    for seed in range(options.first, options.first + options.songs):
        path = options.out / f"{seed:05d}.npz"
        if path.exists():
            continue
        rng = np.random.default_rng(seed)
        song = compose(rng, options.seconds * rng.uniform(0.8, 1.3))
        cents = float(rng.uniform(-50, 50)) if rng.random() < 0.6 else 0.0
        beats_render.midi_of = tuned(midi_of, cents)
        soundfont = str(rng.choice(options.soundfont))
        audio = beats_render.treated(beats_render.synthesised(song, soundfont, rng), rng)
        if options.keep_audio:
            soundfile.write(path.with_suffix(".flac"), audio, RATE)
        note, onset, contour = network.activations(audio, EVEN_WINDOW_HOP)
        heard = np.concatenate(
            [note[..., None], onset[..., None], contour.reshape(len(note), 88, 3)], 2
        )
        notes = [
            (start, start + duration, pitch)
            for start, duration, channel, pitch, _ in song.notes
            if channel != DRUMS and 21 <= pitch <= 108
        ]
        partial = path.with_suffix(".part.npz")
        np.savez(partial, heard=heard.astype(np.float16), notes=np.array(notes).reshape(-1, 3))
        partial.replace(path)


if __name__ == "__main__":
    main()
