"""Renders composed songs (../beats) with drums from many kits, and writes the bands and the true
hits that `train.py` learns from. Resumable: songs that are there are left.

    python render.py OUT --kits KITS --songs 300 --soundfont A.sf2 --soundfont B.sf2

Each song is rendered once without drums; several takes set different drums against it, some alone.
"""

import argparse
import dataclasses
import sys
from pathlib import Path

import numpy as np
import soundfile
from features import features
from kits import CLASS_OF_NOTE, RATE, WHOLE, Kit, load
from patterns import drummed
from scipy.signal import butter, fftconvolve, lfilter, sosfilt
from synthesis import band, synthetic

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "beats"))
import render as beats_render
from compose import compose

CHOKED = {46: (42, 44, 46)}


def mixed_kit(kits: list[Kit], rng) -> Kit:
    """A kit; often with drums of others, and what it lacks from others."""
    kit = synthetic(rng) if rng.random() < 0.3 else kits[rng.integers(len(kits))]
    hits = dict(kit.hits)
    for notes in ((35, 36), (37, 38, 40), (42, 44, 46), (41, 43, 45, 47, 48, 50), (49, 51, 53, 57)):
        missing = not any(note in hits for note in notes)
        if missing or rng.random() < 0.2:
            while True:
                other = synthetic(rng) if rng.random() < 0.4 else kits[rng.integers(len(kits))]
                if any(note in other.hits for note in notes):
                    break
            for note in notes:
                hits.pop(note, None)
                if note in other.hits:
                    hits[note] = other.hits[note]
    return Kit(kit.name, hits)


def whole_kit(kits: list[Kit], rng) -> Kit:
    """One that is played as it is."""
    whole = [kit for kit in kits if len(kit.hits) >= WHOLE]
    return whole[rng.integers(len(whole))]


class Drum:
    """A note of a kit as one take has it: tuned, equalised, at a level of its own. Without a level:
    as the kit has it."""

    def __init__(self, layers: list[np.ndarray], rng, level: float | None):
        if level is None:
            self.layered, self.layers = True, layers
            return
        ratio = 2 ** (np.clip(rng.normal() * 1.2, -4, 4) / 12)
        shorter = rng.uniform(0.08, 0.4) if rng.random() < 0.15 else None
        tilt = rng.uniform(-0.5, 0.5) if rng.random() < 0.4 else 0.0
        # Half of the takes play as the kit's layers say, half by velocity alone.
        self.layered = rng.random() < 0.6
        self.power = rng.uniform(0.7, 2)
        self.layers = []
        top = max(np.abs(layer).max() for layer in layers)
        for layer in layers:
            places = np.arange(0, len(layer) - 1, ratio)
            hit = np.interp(places, np.arange(len(layer)), layer) / top
            if shorter is not None:
                hit = hit * np.exp(-6.9 * np.arange(len(hit)) / RATE / shorter)
            if tilt:
                hit = lfilter([1, tilt], [1], hit)
            self.layers.append((hit * level).astype(np.float32))

    def hit(self, velocity: int) -> np.ndarray:
        count = len(self.layers)
        layer = self.layers[min(count - 1, velocity * count // 128)]
        if self.layered and count > 1:
            centre = (45, 85, 120)[min(2, velocity * count // 128)]
            return layer * (velocity / centre) ** 1.5
        return layer / max(np.abs(layer).max(), 1e-6) * 0.7 * (velocity / 100) ** self.power


def levels(rng) -> dict[int, float]:
    """Of each class of drums."""
    usual = (1.0, 0.9, 0.35, 0.4, 0.8, 0.5, 0.5)
    spread = rng.choice([2, 4, 6])
    return {k: usual[k] * 10 ** (rng.normal() * spread / 20) for k in range(len(usual))}


def played(hits, kit: Kit, seconds: float, rng, plain: bool = False) -> tuple[np.ndarray, list]:
    """The drums, mono, and the hits that the kit could play: (seconds, class, velocity)."""
    drums: dict[int, Drum] = {}
    level = dict.fromkeys(CLASS_OF_NOTE.values()) if plain else levels(rng)
    out = np.zeros(round((seconds + 4) * RATE), np.float32)
    truth = []
    choke = rng.random() < 0.8
    for i, (start, note, velocity) in enumerate(hits):
        if note not in kit.hits or start > seconds - 0.05:
            continue
        kind = CLASS_OF_NOTE[note]
        if note not in drums:
            drums[note] = Drum(kit.hits[note], rng, level[kind])
        hit = drums[note].hit(velocity) * 10 ** (rng.normal() * 0.5 / 20)
        if choke and note in CHOKED:
            ends = [t for t, other, _ in hits[i + 1 : i + 30] if other in CHOKED[note]]
            size = round((ends[0] - start) * RATE) if ends else len(hit)
            if 0 < size < len(hit):
                hit = hit[: size + 800].copy()
                hit[size:] *= np.linspace(1, 0, len(hit) - size)
        first = round(start * RATE)
        out[first : first + len(hit)] += hit[: len(out) - first]
        truth.append((start, kind, velocity))
    return out[: round(seconds * RATE)], truth


def bussed(x: np.ndarray, rng) -> np.ndarray:
    """The drums' own room, compression and saturation."""
    x = x / max(np.abs(x).max(), 1e-6)
    if rng.random() < 0.5:
        seconds = rng.uniform(0.1, 1.5)
        size = round(seconds * RATE)
        tail = rng.normal(size=size) * np.exp(-6.9 * np.linspace(0, 1, size))
        tail = band(tail, None, rng.uniform(2000, 15000))
        tail = np.concatenate([np.zeros(round(rng.uniform(0, 0.02) * RATE)), tail])
        wet = fftconvolve(x, tail / np.sqrt((tail**2).sum()))[: len(x)]
        x = x + rng.uniform(0.05, 0.6) * wet
    if rng.random() < 0.4:  # quick compression
        slow = np.exp(-1 / (rng.uniform(0.02, 0.2) * RATE))
        level = lfilter([1 - slow], [1, -slow], np.abs(x)) + 0.02
        x = x / level ** rng.uniform(0.2, 0.6)
        x = x / np.abs(x).max()
    if rng.random() < 0.25:
        drive = rng.uniform(1, 5)
        x = np.tanh(drive * x) / np.tanh(drive)
    return x


def hissed(x: np.ndarray, rng) -> np.ndarray:
    """Sibilants of a voice, by noise that swells: not hi-hats."""
    rms = np.sqrt((x**2).mean()) + 1e-4
    for _ in range(int(len(x) / RATE * rng.uniform(0.5, 2.5))):
        size = round(rng.uniform(0.06, 0.25) * RATE)
        low = rng.uniform(3000, 6500)
        noise = band(rng.normal(size=size), low, low * rng.uniform(1.4, 2.5))
        envelope = np.sin(np.pi * np.linspace(0, 1, size)) ** rng.uniform(0.7, 2)
        first = rng.integers(0, max(1, len(x) - size))
        x[first : first + size] += rng.uniform(0.2, 1.5) * rms * noise * envelope
    return x


def narrowed(x: np.ndarray, rng) -> np.ndarray:
    """As lossy files have it: nothing above a frequency."""
    if rng.random() > 0.35:
        return x
    high = rng.choice([5500, 8000, 10000, 11000, 15000, 16000], p=[0.05, 0.1, 0.1, 0.2, 0.2, 0.35])
    return sosfilt(butter(8, high, fs=RATE, output="sos"), x)


def take(song, backing: np.ndarray, kits: list[Kit], rng, plain: bool = False, soft: float = 0.4):
    kit = whole_kit(kits, rng) if plain else mixed_kit(kits, rng)
    drums, truth = played(drummed(song, rng, plain, soft), kit, song.seconds, rng, plain)
    drums = bussed(drums, rng)
    size = min(len(drums), len(backing))
    kind = rng.random()
    if kind < 0.15 or not np.abs(backing).max() > 1e-4:
        mix = drums[:size]
    else:
        rms = [np.sqrt((x**2).mean()) + 1e-6 for x in (drums, backing)]
        balance = 10 ** (rng.normal(-2, 6) / 20)
        other = hissed(backing.copy(), rng) if rng.random() < 0.25 else backing
        if kind < 0.9 and truth:
            mix = drums[:size] / rms[0] * balance + other[:size] / rms[1]
        else:
            mix, truth = other[:size], []
    mix = narrowed(beats_render.treated(mix, rng, RATE), rng)
    return mix.astype(np.float32), truth


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--kits", type=Path, required=True)
    parser.add_argument("--songs", type=int, default=300)
    parser.add_argument("--first", type=int, default=20000)
    parser.add_argument("--takes", type=int, default=3)
    parser.add_argument("--soundfont", action="append", required=True)
    parser.add_argument("--plain", action="store_true", help="kits and songs as they mostly are")
    parser.add_argument("--soft", type=float, default=0.4, help="share of plain takes")
    parser.add_argument("--keep-audio", action="store_true")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    kits = [load(path) for path in sorted(options.kits.glob("*.npz"))]
    for seed in range(options.first, options.first + options.songs):
        last = options.out / f"{seed:05d}-{options.takes - 1}.npz"
        if last.exists():
            continue
        rng = np.random.default_rng(seed)
        song = compose(rng, rng.uniform(25, 40))
        others = [note for note in song.notes if note[2] != 9]
        undrummed = dataclasses.replace(song, notes=others)
        backing = beats_render.synthesised(undrummed, str(rng.choice(options.soundfont)), rng, RATE)
        for number in range(options.takes):
            mix, truth = take(song, backing, kits, rng, options.plain, options.soft)
            path = options.out / f"{seed:05d}-{number}.npz"
            if options.keep_audio:
                soundfile.write(path.with_suffix(".flac"), mix, RATE)
            hits = np.array(truth, np.float64).reshape(-1, 3)
            np.savez(path, bands=features(mix).astype(np.float16), hits=hits)


if __name__ == "__main__":
    main()
