"""Renders each class of a song from its notes: drums, bass, other and vocals, [frames, 2]."""

import numpy as np

from ..constants import RATE, SONG_FRAMES
from . import effects, soundfont, sources, synth, voice
from .score import Harmony
from .soundfont import Track

_GM_DRUMS = {"kick": (36, 35), "snare": (38, 40), "hat": (42, 44), "ohat": (46,), "clap": (39,)}
_GM_DRUMS |= {"tom": (41, 43, 45, 47, 48, 50), "crash": (49, 57, 55), "ride": (51, 59)}
_GM_DRUMS |= {"perc": (54, 56, 69, 70, 75, 76, 62, 63)}
_KITS = (0, 0, 8, 16, 24, 25, 32, 40)  # General MIDI level 2's drum kits
_LEVEL = {"kick": 1.0, "snare": 0.8, "clap": 0.5, "hat": 0.3, "ohat": 0.35, "tom": 0.7}
_LEVEL |= {"crash": 0.5, "ride": 0.35, "perc": 0.4}
_BASSES = (32, 33, 33, 34, 34, 35, 36, 37, 38, 39)
_PROGRAMS = {
    "comp": [0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 24, 25, 26, 27, 28, 61, 62, 63, 55, 80, 81, 90],
    "pad": [16, 19, 20, 21, 48, 49, 50, 51, 61, 88, 89, 90, 92, 94, 95],
    "power": [29, 30, 27, 26, 84, 81],
    "strum": [24, 25, 25, 26, 27, 28, 105, 15],
    "arp": [0, 4, 5, 8, 9, 11, 12, 13, 14, 24, 25, 27, 46, 80, 81, 87, 88, 45, 108, 6],
    "lead": [22, 26, 27, 29, 30, 40, 41, 42, 56, 57, 59, 60, 64, 65, 66, 68, 71, 72, 73, 75],
}
_PROGRAMS["lead"] += [78, 79, 80, 81, 82, 84, 11, 110, 111]


def drums(hits, rng) -> np.ndarray:
    """A soundfont's kit, a sampled kit, a mixed one, or a synthesised one."""
    if rng.random() < 0.5:
        picks = {kind: rng.integers(len(p)) for kind, p in _GM_DRUMS.items()}
        notes = []
        for time, kind, level in hits:
            pitches = _GM_DRUMS[kind]
            loose = kind in ("tom", "perc") and rng.random() < 0.7
            pitch = pitches[rng.integers(len(pitches)) if loose else picks[kind]]
            notes.append((time, time + 0.2, pitch, level * 125))
        track = Track(notes, int(rng.choice(_KITS)), drums=True)
        x = soundfont.render([track], rng.choice(soundfont.FONTS), rng)
    else:
        x = _shots(hits, rng)
    if rng.random() < 0.6:
        x = effects.random_eq(x, rng, 2, 7)
    if rng.random() < 0.6:
        x = effects.random_compress(x, rng)
    if rng.random() < 0.25:
        x = effects.saturate(x, rng.uniform(1.5, 5))
    if rng.random() < 0.5:
        x = effects.reverb(x, rng, rng.uniform(0.25, 1.8), rng.uniform(0.05, 0.4))
    return x


def _shots(hits, rng) -> np.ndarray:
    kits = sources.drum_shots()
    kit, synthetic, mixed = str(rng.choice(list(kits))), rng.random() < 0.3, rng.random() < 0.4
    sounds: dict[str, list[np.ndarray]] = {}
    for kind in _GM_DRUMS:
        variants = []
        for _ in range(3 if kind in ("tom", "perc") else 1 + int(rng.random() < 0.3)):
            chosen = kits[str(rng.choice(list(kits))) if mixed else kit].get(kind)
            if synthetic or not chosen or rng.random() < 0.1:
                y = synth.drum(kind, rng)
            else:
                y = sources.shot(chosen[rng.integers(len(chosen))])
            speed = 2 ** (rng.uniform(-3, 3) / 12)
            at = np.arange(0, len(y) - 1, speed)
            whole = at.astype(int)
            part = (at - whole)[:, None].astype(np.float32)
            y = y[whole] * (1 - part) + y[whole + 1] * part
            side = 0 if kind in ("kick", "snare") else rng.uniform(-0.7, 0.7)
            gain = _LEVEL[kind] * 10 ** (rng.uniform(-4, 4) / 20)
            sides = np.array([np.sqrt(1 - side), np.sqrt(1 + side)], np.float32)
            variants.append((y * sides * gain).astype(np.float32))
        sounds[kind] = variants
    x = np.zeros((SONG_FRAMES + 4 * RATE, 2), np.float32)
    for time, kind, level in hits:
        y = sounds[kind][rng.integers(len(sounds[kind]))]
        at = int(time * RATE)
        x[at : at + len(y)] += y * np.float32(level**1.5)
    return x[:SONG_FRAMES]


def bass(notes, rng) -> np.ndarray:
    p = rng.random()
    if p < 0.55:
        program = int(43 if rng.random() < 0.05 else rng.choice(_BASSES))
        x = soundfont.render([Track(notes, program)], rng.choice(soundfont.FONTS), rng)
    elif p < 0.9:
        x = np.repeat(synth.voice(notes, rng, bass=True)[:, None], 2, axis=1)
    else:
        x = np.repeat(synth.plucked(notes, rng)[:, None], 2, axis=1)
    x = x / (np.abs(x).max() + 1e-6)
    if rng.random() < 0.5:
        x = effects.random_eq(x, rng)
    if rng.random() < 0.3:
        x = effects.saturate(x, rng.uniform(1.5, 8))
    if rng.random() < 0.6:
        x = effects.random_compress(x, rng)
    if rng.random() < 0.75:
        x = np.repeat(x.mean(1, keepdims=True), 2, axis=1)
    if rng.random() < 0.12:
        x = effects.reverb(x, rng, rng.uniform(0.3, 1), rng.uniform(0.03, 0.15))
    return x


def other(parts, song: Harmony, rng) -> np.ndarray:
    """`parts`: (role, notes). Clean soundfont parts share one call of FluidSynth."""
    x, clean = np.zeros((SONG_FRAMES, 2), np.float32), []
    for role, notes in parts:
        program = int(rng.choice(_PROGRAMS[role]))
        gain, side, p = (
            10 ** (rng.uniform(-5, 3) / 20),
            np.clip(rng.normal(0, 0.45), -1, 1),
            rng.random(),
        )
        guitar = role == "power" or (24 <= program <= 31 and p < 0.5)
        if guitar:
            program = 27 if rng.random() < 0.4 else program
            if rng.random() < 0.25:
                y = np.repeat(synth.plucked(notes, rng)[:, None], 2, axis=1)
            else:
                y = soundfont.render([Track(notes, program)], rng.choice(soundfont.FONTS), rng)
            y = effects.amplifier(y, rng).mean(1)
            if role == "power" and rng.random() < 0.5:  # two takes, left and right
                later = np.roll(y, int(rng.uniform(0.008, 0.03) * RATE)) * rng.uniform(0.7, 1)
                y = np.stack([y, later], 1)
            else:
                y = effects.pan(y, side)
        elif p > 0.75:
            tone = synth.plucked if role in ("arp", "strum") and p > 0.9 else None
            y = tone(notes, rng) if tone else synth.voice(notes, rng, bass=False)
            y = effects.pan(y, side)
            if rng.random() < 0.5:
                y = effects.reverb(y, rng, rng.uniform(0.5, 2), rng.uniform(0.1, 0.5))
            if rng.random() < 0.2:
                y = effects.echo(y, rng, 60 / song.bpm)
        else:
            volume = int(np.clip(95 * gain, 20, 127))
            clean.append(Track(notes, program, pan=int(64 + 63 * side), volume=volume))
            continue
        x += effects.normalised(y) * gain
    if clean:
        y = soundfont.render(clean, rng.choice(soundfont.FONTS), rng)
        x += effects.normalised(y) * np.sqrt(len(clean))
    x = x / (np.abs(x).max() + 1e-6)
    if rng.random() < 0.6:
        x = effects.random_eq(x, rng)
    if rng.random() < 0.3:
        x = effects.random_compress(x, rng)
    if rng.random() < 0.35:
        x = effects.reverb(x, rng, rng.uniform(0.5, 2.5), rng.uniform(0.05, 0.35))
    return x


def vocals(notes, song: Harmony, rng, chosen: str | None = None) -> np.ndarray:
    """A singer, sometimes doubled or with a second voice in thirds, with a studio's effects."""
    name = chosen or str(rng.choice(voice.VOICES))
    x = effects.pan(voice.sing(notes, rng, name), rng.normal(0, 0.1))
    if rng.random() < 0.3:
        for side in (-0.7, 0.7):
            jitter = rng.normal(0, 0.012)
            again = [
                (max(0, a + jitter), b + jitter, p + rng.normal(0, 0.06), v) for a, b, p, v in notes
            ]
            x = x + effects.pan(voice.sing(again, rng, name), side) * rng.uniform(0.3, 0.7)
    if rng.random() < 0.2:
        third = [(a, b, _up_a_third(p, song), v) for a, b, p, v in notes]
        x = x + effects.pan(voice.sing(third, rng, name), rng.uniform(-0.8, 0.8)) * 0.5
    x = effects.highpass(x, rng.uniform(60, 180))
    x = effects.random_eq(x, rng, 3, 6)
    x = effects.random_compress(x, rng)
    if rng.random() < 0.15:
        x = effects.saturate(x, rng.uniform(1, 4))
    if rng.random() < 0.8:
        x = effects.reverb(x, rng, rng.uniform(0.4, 2.5), rng.uniform(0.05, 0.35))
    if rng.random() < 0.3:
        x = effects.echo(x, rng, 60 / song.bpm)
    return x


def _up_a_third(pitch, song: Harmony):
    return next(
        p for p in range(int(pitch) + 3, int(pitch) + 8) if (p - song.key) % 12 in song.scale
    )
