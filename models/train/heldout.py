"""Renders the held-out mixes: sounds and notes that no training song has.

    python -m models.train.heldout OUT

Songs of openttd-openmsx (GPL-2) with TimGM6mb (GPL-2) and avldrums' kits (CC BY-SA 3.0), sung over
by espeak-ng (GPL-3). Those licences are why they are checks only. Writes TRACK/*.flac and a
manifest.json in the format of the evaluation script.
"""

import argparse
import json
import subprocess
import tempfile
from itertools import chain, pairwise
from pathlib import Path

import mido
import numpy as np
import pyworld
import soundfile

from .constants import DATA, RATE, SONG_FRAMES, SONG_SECONDS, STEMS
from .sound import effects, soundfont
from .sound.score import Harmony
from .sound.soundfont import Track
from .sound.stems import vocals

_PACKAGES = ("openttd-openmsx", "timgm6mb-soundfont", "avldrums.lv2-soundfont")
_TRACKS = 12
_USED_BY_SHARED_CHECKS = {"the_fast_route.mid"}
_TEXT = "the river runs along the quiet valley and carries every word of mine back home to you"


def _fetch() -> None:
    debs = DATA / "debs"
    debs.mkdir(parents=True, exist_ok=True)
    for package in _PACKAGES:
        if not (DATA / "src" / package).exists():
            subprocess.run(["apt-get", "download", package], cwd=debs, check=True)
            deb = next(debs.glob(f"{package}_*.deb"))
            subprocess.run(["dpkg", "-x", str(deb), str(DATA / "src" / package)], check=True)


def _notes(file: Path, start: float):
    """(channel, program, name) -> notes of the SONG_SECONDS from `start` on."""
    midi, now = mido.MidiFile(file), 0.0
    programs, open_notes, parts = dict.fromkeys(range(16), 0), {}, {}
    for message in midi:
        now += message.time
        if message.type == "program_change":
            programs[message.channel] = message.program
        elif message.type in ("note_on", "note_off"):
            key = (message.channel, message.note)
            if key in open_notes:
                since, velocity, program = open_notes.pop(key)
                if since >= start and since < start + SONG_SECONDS:
                    note = (since - start, min(now, since + 8) - start, message.note, velocity)
                    parts.setdefault((message.channel, program), []).append(note)
            if message.type == "note_on" and message.velocity:
                open_notes[key] = (now, message.velocity, programs[message.channel])
    return parts


def _teach_espeak() -> None:
    """Makes espeak-ng's voice one that `voice.sing` knows, under the name espeak."""
    store = DATA / "voices" / "espeak.npz"
    if store.exists():
        return
    arrays = {}
    for k in range(24):
        with tempfile.TemporaryDirectory() as folder:
            wav = Path(folder) / "a.wav"
            variant = ["en+f2", "en+m3", "en+f4"][k % 3]
            words = " ".join(np.random.default_rng(k).permutation(_TEXT.split())[:9])
            subprocess.run(["espeak-ng", "-v", variant, "-w", str(wav), words], check=True)
            speech, rate = soundfile.read(wav)
        pitch, times = pyworld.dio(speech, rate, frame_period=5.0)
        pitch = pyworld.stonemask(speech, pitch, times, rate)
        arrays[f"{k}_sp"] = pyworld.cheaptrick(speech, pitch, times, rate).astype(np.float32)
        arrays[f"{k}_ap"] = pyworld.d4c(speech, pitch, times, rate).astype(np.float32)
        arrays |= {f"{k}_vuv": pitch > 0, f"{k}_rate": rate}
    store.parent.mkdir(parents=True, exist_ok=True)
    np.savez(store, **arrays)


def _melody(parts):
    """The part whose highest notes are sung: the most monophonic one in a singer's range."""

    def order(item):
        notes = sorted(item[1])
        overlaps = sum(a[1] > b[0] + 0.05 for a, b in pairwise(notes))
        return overlaps / len(notes) + (len(notes) < 20)

    candidates = {k: v for k, v in parts.items() if 52 < np.median([n[2] for n in v]) < 84}
    key, notes = min(candidates.items(), key=order)
    sung, end = [], -1.0
    for note in sorted(notes):
        if note[0] >= end:
            pitch = note[2] - 12 * (note[2] > 74)
            sung.append((note[0], max(note[1], note[0] + 0.15), pitch, note[3]))
            end = sung[-1][1]
    return key, sung


def _track(file: Path, rng, root: Path) -> dict[str, np.ndarray] | None:
    src, length = DATA / "src", mido.MidiFile(file).length
    parts = _notes(file, rng.uniform(0.1, 0.5) * max(0, length - SONG_SECONDS))
    drum = [notes for (channel, _), notes in parts.items() if channel == 9]
    pitched = {key: notes for key, notes in parts.items() if key[0] != 9}
    basses = {k: n for k, n in pitched.items() if 32 <= k[1] < 40}
    if not drum or not basses or len(pitched) < 3:
        return None
    rest = {k: n for k, n in pitched.items() if k not in basses}
    try:
        lead, sung = _melody(rest)
    except ValueError:
        return None
    gm = next((src / _PACKAGES[1]).glob("usr/share/sounds/sf2/*.sf2"))
    kits = sorted((src / _PACKAGES[2]).glob("usr/share/sounds/sf2/*.sf2"))
    loose = rng.random() < 0.5
    kit = kits[rng.integers(len(kits))] if loose else gm
    # avldrums' kits are plain instruments (bank 0), not percussion ones.
    beats = Track(list(chain(*drum)), 0, drums=not loose)
    stems = {
        "drums": soundfont.render([beats], "", rng, kit),
        "bass": soundfont.render([Track(n, k[1]) for k, n in basses.items()], "", rng, gm),
        "other": soundfont.render(
            [Track(n, k[1], pan=int(rng.integers(30, 98))) for k, n in rest.items() if k != lead],
            "",
            rng,
            gm,
        ),
        "vocals": vocals(sung, Harmony(120, 0, 0, list(range(12))), rng, "espeak"),
    }
    levels = dict(zip(STEMS, rng.normal((0, -2, 0, 1), 2), strict=True))
    return {k: effects.normalised(x) * 10 ** (levels[k] / 20) for k, x in stems.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    out = parser.parse_args().out
    _fetch()
    _teach_espeak()
    rng, manifest = np.random.default_rng(2026), []
    songs = sorted((DATA / "src" / _PACKAGES[0]).glob("**/*.mid"))
    for file in [songs[k] for k in rng.permutation(len(songs))]:
        if len(manifest) == _TRACKS:
            break
        if file.name in _USED_BY_SHARED_CHECKS:
            continue
        stems = _track(file, rng, out)
        if stems is None or min(effects.active_rms(x) for x in stems.values()) < 1e-3:
            continue
        mix = sum(stems.values())
        gain = 0.89 / np.abs(mix).max()
        name = f"h{len(manifest):02d}_{file.stem}"
        (out / name).mkdir(parents=True, exist_ok=True)
        whole = np.zeros(mix.shape)
        for stem, x in stems.items():
            x = np.round(x * gain * 32767) / 32768
            whole += x
            soundfile.write(out / name / f"{stem}.flac", x, RATE, subtype="PCM_16")
        soundfile.write(out / name / "mixture.flac", whole, RATE, subtype="PCM_16")
        manifest.append({"name": name, "kind": "rendered, held out", "stems": list(STEMS)})
        manifest[-1] |= {"stored": list(STEMS), "derived": [], "seconds": SONG_FRAMES / RATE}
        print(name, flush=True)
    (out / "manifest.json").write_text(json.dumps(manifest, indent=1))


if __name__ == "__main__":
    main()
