"""Single hits of drum kits: what soundfonts, free samples and `synthesis.py` give.

    python kits.py KITS --soundfont FluidR3_GM.sf2 --soundfont MuseScore_General_Full.sf2 \
        --samples SONIC_PI_SAMPLES

writes a file a kit, mono at RATE: hits by note of General MIDI and velocity, each from the moment
at which its note is told to begin. Kits that sound like one that is there already are left out.
"""

import argparse
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import mido
import numpy as np
import soundfile

RATE = 44100
VELOCITIES = (45, 85, 120)
NOTES = range(35, 82)
SECONDS = 3.0
TICKS = 2000
#: Notes that make a kit: presets with fewer are of single drums.
WHOLE = 40

#: What the network tells, in the order of its outputs, and the notes of General MIDI that it means.
INSTRUMENTS = ("kick", "snare", "closed-hat", "open-hat", "tom", "cymbal", "percussion")
CLASS_OF_NOTE = {
    **dict.fromkeys(NOTES, 6),
    **dict.fromkeys((35, 36), 0),
    **dict.fromkeys((37, 38, 40), 1),
    **dict.fromkeys((42, 44), 2),
    46: 3,
    **dict.fromkeys((41, 43, 45, 47, 48, 50), 4),
    **dict.fromkeys((49, 51, 52, 53, 55, 57, 59), 5),
}

#: Free samples of sonic-pi-samples (Debian), each CC0 by the package's copyright file.
SAMPLES = {
    "acoustic": {
        35: ("drum_bass_soft", "drum_bass_hard"),
        36: ("drum_bass_soft", "drum_heavy_kick"),
        38: ("drum_snare_soft", "drum_snare_hard"),
        40: ("drum_snare_soft", "drum_snare_hard"),
        42: ("drum_cymbal_closed",),
        44: ("drum_cymbal_pedal",),
        46: ("drum_cymbal_open",),
        49: ("drum_cymbal_soft", "drum_cymbal_hard"),
        55: ("drum_splash_soft", "drum_splash_hard"),
        41: ("drum_tom_lo_soft", "drum_tom_lo_hard"),
        45: ("drum_tom_mid_soft", "drum_tom_mid_hard"),
        48: ("drum_tom_hi_soft", "drum_tom_hi_hard"),
        56: ("drum_cowbell",),
    },
    "electric": {
        35: ("elec_soft_kick", "elec_hollow_kick"),
        36: ("bd_haus",),
        38: ("elec_snare",),
        40: ("elec_hi_snare",),
        49: ("elec_cymbal",),
        45: ("elec_fuzz_tom",),
        76: ("elec_wood",),
        81: ("elec_triangle",),
    },
    "electric 2": {35: ("bd_808",), 36: ("bd_tek",), 38: ("sn_dub",), 40: ("elec_lo_snare",)},
    "electric 3": {35: ("bd_boom",), 36: ("bd_klub",), 38: ("sn_dolf",), 40: ("elec_mid_snare",)},
    "electric 4": {35: ("bd_ada",), 36: ("bd_fat",), 38: ("sn_zome",), 40: ("elec_filt_snare",)},
    "electric 5": {35: ("bd_gas",), 36: ("bd_pure",), 39: ("perc_snap",)},
    "electric 6": {35: ("bd_sone",), 36: ("bd_zum",), 39: ("perc_snap2",)},
    "electric 7": {35: ("bd_zome",)},
}


@dataclass
class Kit:
    name: str
    hits: dict[int, list[np.ndarray]]  # of a note: softest first


def trimmed(hit: np.ndarray) -> np.ndarray:
    """Up to where it has died away, with a fade."""
    peak = np.abs(hit).max()
    if peak < 1e-4:
        return np.zeros(0, np.float32)
    loud = np.flatnonzero(np.abs(hit) > peak * 1e-3)
    hit = hit[: min(len(hit), loud[-1] + RATE // 100)].copy()
    fade = min(len(hit), RATE // 100)
    hit[-fade:] *= np.linspace(1, 0, fade)
    return hit.astype(np.float32)


def programs(soundfont: Path) -> list[int]:
    """Of bank 128, which has the drum kits."""
    data = soundfont.read_bytes()
    place = data.find(b"phdr")
    size = int.from_bytes(data[place + 4 : place + 8], "little")
    found = []
    for at in range(place + 8, place + 8 + size - 38, 38):
        program, bank = (int.from_bytes(data[at + k : at + k + 2], "little") for k in (20, 22))
        if bank == 128:
            found.append(program)
    return sorted(found)


def from_soundfont(soundfont: Path, program: int) -> Kit:
    track = mido.MidiTrack([mido.MetaMessage("set_tempo", tempo=1_000_000)])
    track.append(mido.Message("program_change", channel=9, program=program, time=0))
    events = []
    for place, (note, velocity) in enumerate((n, v) for n in NOTES for v in VELOCITIES):
        events.append((place * SECONDS, note, velocity))
    last = 0
    for start, note, velocity in events:
        for message, at in (("note_on", start), ("note_off", start + SECONDS - 0.1)):
            tick = round(at * TICKS)
            track.append(
                mido.Message(message, channel=9, note=note, velocity=velocity, time=tick - last)
            )
            last = tick
    with tempfile.TemporaryDirectory() as folder:
        midi, wave = Path(folder) / "kit.mid", Path(folder) / "kit.wav"
        mido.MidiFile(ticks_per_beat=TICKS, tracks=[track]).save(midi)
        options = [
            "-niq",
            "-o",
            "synth.dynamic-sample-loading=1",
            "-g",
            "0.6",
            "-R",
            "0",
            "-C",
            "0",
        ]
        subprocess.run(
            ["fluidsynth", *options, "-r", str(RATE), "-F", str(wave), str(soundfont), str(midi)],
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        mono = soundfile.read(wave, dtype="float32", always_2d=True)[0].mean(1)
    hits = {}
    for start, note, _ in events:
        first = round(start * RATE)
        hit = trimmed(mono[first : first + round((SECONDS - 0.05) * RATE)])
        if len(hit):
            hits.setdefault(note, []).append(hit)
    return Kit(f"{soundfont.stem} {program}", hits)


def from_samples(folder: Path, name: str) -> Kit:
    hits = {}
    for note, files in SAMPLES[name].items():
        for file in files:
            samples, rate = soundfile.read(folder / f"{file}.flac", dtype="float32", always_2d=True)
            if rate != RATE:
                raise SystemExit(f"{file}.flac: expected {RATE} Hz, got {rate}")
            hits.setdefault(note, []).append(trimmed(samples.mean(1)[: round(SECONDS * RATE)]))
    return Kit(name, hits)


def same(a: Kit, b: Kit) -> bool:
    """Whether two kits have the same kick and snare, however loud."""
    for note in (36, 38):
        if (note in a.hits) != (note in b.hits):
            return False
        if note not in a.hits:
            continue
        x, y = (kit.hits[note][-1][: RATE // 5] for kit in (a, b))
        size = min(len(x), len(y))
        x, y = x[:size], y[:size]
        if np.dot(x, y) < 0.98 * np.sqrt(np.dot(x, x) * np.dot(y, y)):
            return False
    return True


def save(kit: Kit, path: Path):
    arrays = {f"{note}-{i}": hit for note, hits in kit.hits.items() for i, hit in enumerate(hits)}
    np.savez(path, **{key: hit.astype(np.float16) for key, hit in arrays.items()})


def load(path: Path) -> Kit:
    hits: dict[int, list[np.ndarray]] = {}
    with np.load(path) as data:
        for key in data.files:  # in the order in which they were saved
            hits.setdefault(int(key.split("-")[0]), []).append(data[key].astype(np.float32))
    return Kit(path.stem, hits)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--soundfont", type=Path, action="append", required=True)
    parser.add_argument("--samples", type=Path)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    kept: list[Kit] = []
    for soundfont in options.soundfont:
        for program in programs(soundfont):
            kit = from_soundfont(soundfont, program)
            if len(kit.hits) < WHOLE:
                continue
            if not any(same(kit, other) for other in kept):
                kept.append(kit)
                save(kit, options.out / f"{kit.name}.npz")
                print(kit.name, len(kit.hits), flush=True)
    if options.samples:
        for name in SAMPLES:
            save(from_samples(options.samples, name), options.out / f"{name}.npz")


if __name__ == "__main__":
    main()
