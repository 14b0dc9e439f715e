"""Renders notes with FluidSynth and one of the soundfonts."""

import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import mido
import numpy as np
import soundfile

from ..constants import RATE, SONG_FRAMES, SONG_SECONDS
from . import sources

# MuseScore's samples are compressed: loading them takes five times as long as all the rest.
FONTS = ("fluid-r3", "fluid-r3", "fluid-r3", "musescore-general")
_TICKS, _TEMPO = 480, 500000  # 120 quarters a minute: 960 ticks a second
_DRUM_CHANNEL = 9


@dataclass
class Track:
    notes: list[tuple]
    program: int
    drums: bool = False
    pan: int = 64
    volume: int = 100


def render(tracks: list[Track], font: str, rng, file: Path | None = None) -> np.ndarray:
    """[SONG_FRAMES, 2] float32. `file`: another soundfont than a training one (for checks)."""
    if not any(track.notes for track in tracks):
        return np.zeros((SONG_FRAMES, 2), np.float32)
    room, chorus = int(rng.random() < 0.2), int(rng.random() < 0.2)
    with tempfile.TemporaryDirectory(prefix="divisi-train-") as folder:
        midi, wav = Path(folder) / "a.mid", Path(folder) / "a.wav"
        _write(tracks, midi)
        command = ["fluidsynth", "-niq", "-F", str(wav), "-T", "wav", "-O", "float", "-g", "0.4"]
        command += ["-r", str(RATE), "-o", "synth.dynamic-sample-loading=1"]
        command += ["-o", f"synth.reverb.active={room}", "-o", f"synth.chorus.active={chorus}"]
        command += [str(file or sources.path(font)), str(midi)]
        subprocess.run(command, check=True, capture_output=True)
        samples, _ = soundfile.read(wav, always_2d=True, dtype="float32")
    samples = samples[:SONG_FRAMES]
    return np.pad(samples, ((0, SONG_FRAMES - len(samples)), (0, 0)))


def _write(tracks: list[Track], path: Path) -> None:
    midi = mido.MidiFile(ticks_per_beat=_TICKS)
    free = [channel for channel in range(16) if channel != _DRUM_CHANNEL]
    for k, track in enumerate(tracks):
        channel = _DRUM_CHANNEL if track.drums else free[k % len(free)]
        events = [(0, mido.Message("program_change", channel=channel, program=track.program))]
        for control, value in ((7, track.volume), (10, track.pan)):
            change = mido.Message("control_change", channel=channel, control=control, value=value)
            events.append((0, change))
        for start, end, pitch, velocity in track.notes:
            end = min(end, SONG_SECONDS)
            if start >= SONG_SECONDS - 0.05 or end <= start:
                continue
            note = {"channel": channel, "note": int(np.clip(pitch, 0, 127))}
            velocity = int(np.clip(velocity, 1, 127))
            events.append((start, mido.Message("note_on", velocity=velocity, **note)))
            events.append((end, mido.Message("note_off", **note)))
        events.sort(key=lambda event: event[0])
        lines, now = mido.MidiTrack(), 0
        for seconds, message in events:
            tick = round(seconds * 1e6 / _TEMPO * _TICKS)
            lines.append(message.copy(time=max(0, tick - now)))
            now = max(now, tick)
        midi.tracks.append(lines)
    midi.save(path)
