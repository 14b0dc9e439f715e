"""Scripted arrangements: chords, bass lines, drum patterns, parts and sung melodies.

A note is (start seconds, end seconds, MIDI pitch, velocity);
a hit is (start, drum kind, velocity 0-1).
"""

from dataclasses import dataclass, field

import numpy as np

from ..constants import SONG_SECONDS

_MODES = [[0, 2, 4, 5, 7, 9, 11], [0, 2, 3, 5, 7, 8, 10], [0, 2, 3, 5, 7, 9, 10]]
_MODES += [[0, 2, 4, 5, 7, 9, 10], [0, 1, 3, 5, 7, 8, 10]]
_PROGRESSIONS = [[0, 4, 5, 3], [5, 3, 0, 4], [0, 5, 3, 4], [1, 4, 0, 0], [0, 3, 4, 3]]
_PROGRESSIONS += [[0, 6, 5, 6], [0, 0, 3, 4], [0, 5, 1, 4], [0, 2, 3, 4], [0, 0, 0, 0]]
STYLES = ["four", "rock", "rock", "funk", "half", "swing", "metal", "trap", "latin", "punk"]
STYLES += ["free", "free"]


@dataclass
class Harmony:
    bpm: float
    swing: float
    key: int
    scale: list[int]
    chords: list[tuple[float, float, list[int]]] = field(default_factory=list)

    @property
    def bar(self) -> float:
        return 240 / self.bpm

    @property
    def sixteenth(self) -> float:
        return self.bar / 16


def harmony(rng) -> Harmony:
    bpm = float(np.clip(rng.normal(115, 28), 60, 190))
    scale = _MODES[rng.choice(5, p=[0.35, 0.3, 0.15, 0.15, 0.05])]
    song = Harmony(bpm, float(rng.choice([0, 0, 0, 0.15, 0.33])), int(rng.integers(12)), scale)
    verse, chorus = (_PROGRESSIONS[rng.integers(len(_PROGRESSIONS))] for _ in range(2))
    length = song.bar / rng.choice([1, 1, 2, 0.5])
    time, k, seventh = 0.0, 0, rng.random() < 0.3
    while time < SONG_SECONDS:
        degrees = verse if int(time / song.bar) // 8 % 2 == 0 else chorus
        d = degrees[k % 4]
        wanted = [d, d + 2, d + 4] + ([d + 6] if seventh else [])
        pitches = [song.key + scale[x % 7] + 12 * (x // 7) for x in wanted]
        song.chords.append((time, time + length, pitches))
        time, k = time + length, k + 1
    return song


def _grids(rng, style) -> dict[str, np.ndarray]:
    """For each drum the probability of a hit on each sixteenth of a bar."""
    g = {kind: np.zeros(16) for kind in ("kick", "snare", "hat", "ohat", "ride", "perc", "clap")}
    kick, snare, hat, ohat = g["kick"], g["snare"], g["hat"], g["ohat"]
    snare[[4, 12]] = 1
    if style == "four":
        kick[::4], hat[:], ohat[2::4] = 1, rng.uniform(0, 0.7), rng.random() < 0.7
    elif style == "rock":
        kick[[0, 8]], kick[10], kick[6], hat[::2] = 1, rng.random(), rng.random() * 0.6, 1
    elif style == "funk":
        kick[0], hat[:] = 1, 0.9
        kick[[3, 6, 7, 10, 11, 13]] = rng.random(6) * 0.7
        snare[[7, 9, 15]] = rng.random(3) * 0.6
    elif style == "half":
        snare[:] = 0
        kick[0], snare[8], hat[::2], hat[1::2] = 1, 1, 1, rng.random() * 0.6
        kick[[5, 6, 10]] = rng.random(3) * 0.7
    elif style == "swing":
        kick[[0, 8]], snare[[4, 12]] = rng.random(2) * 0.6, rng.random() * 0.7
        g["ride"][[0, 4, 7, 8, 12, 15]] = 1
    elif style == "metal":
        kick[:], ohat[::4] = rng.uniform(0.4, 1), 1
    elif style == "trap":
        snare[:] = 0
        kick[0], snare[8], hat[:] = 1, 1, 0.9
        kick[[3, 6, 10, 11]] = rng.random(4) * 0.7
    elif style == "latin":
        kick[[0, 6, 8, 14]], hat[:], snare[:] = 0.8, 0.7, 0
        snare[[3, 6, 10, 12]] = rng.random(4) * 0.7
    elif style == "punk":
        kick[[0, 2, 8, 10]], ohat[::2] = 0.9, 0.9
    else:
        kick[:] = (rng.random(16) < 0.3) * rng.random(16)
        kick[0] = 1
        snare[:] = (rng.random(16) < 0.25) * rng.random(16)
        hat[:] = rng.random(16)
    if rng.random() < 0.15:
        g["ride"], g["hat"] = g["hat"], g["ride"]
    if rng.random() < 0.3:
        g["perc"] = (rng.random(16) < 0.35) * rng.random(16)
    if rng.random() < 0.15:
        g["clap"] = snare * 0.9
    return g


def drum_pattern(rng, song: Harmony) -> list[tuple[float, str, float]]:
    style = rng.choice(STYLES)
    grids, hits, step = _grids(rng, style), [], song.sixteenth
    timing = rng.choice([0.001, 0.004, 0.009])  # machine, player, loose player
    for bar in range(int(SONG_SECONDS / song.bar) + 1):
        start = bar * song.bar
        fill = (bar % 4 == 3 and rng.random() < 0.5) or (bar % 8 == 7 and rng.random() < 0.8)
        if bar % 8 == 0 and rng.random() < 0.7:
            hits.append((start, "crash", rng.uniform(0.6, 1)))
        for k in range(16):
            time = max(0, start + (k + (song.swing if k % 2 else 0)) * step + rng.normal(0, timing))
            if fill and k >= 10:
                if rng.random() < 0.75:
                    hits.append((time, str(rng.choice(["tom", "snare"])), rng.uniform(0.5, 1)))
                continue
            accent = 1 if k % 4 == 0 else rng.uniform(0.5, 0.85)
            for kind, grid in grids.items():
                if rng.random() < grid[k]:
                    soft = kind == "snare" and grid[k] < 0.9
                    level = rng.uniform(0.2, 0.6) if soft else accent * rng.uniform(0.7, 1)
                    hits.append((time, kind, level))
            if style == "trap" and rng.random() < 0.12:
                hits += [(time + j * step / 4, "hat", 0.5) for j in range(1, rng.integers(2, 5))]
    return [hit for hit in hits if hit[0] < SONG_SECONDS]


def bass_line(rng, song: Harmony, hits) -> list[tuple]:
    kind = rng.choice(["eighths", "quarters", "long", "octaves", "walk", "sync", "kick", "arp"])
    low, held = rng.integers(26, 36), rng.uniform(0.4, 1.0)
    mask, kicks = rng.random(16) < 0.4, sorted(hit[0] for hit in hits if hit[1] == "kick")
    mask[0] = True
    notes, step = [], song.sixteenth

    def add(start, end, pitch):
        notes.append((start, max(start + 0.05, end), int(pitch), int(rng.integers(75, 122))))

    for start, end, chord in song.chords:
        root = chord[0] % 12 + 12 * int(np.ceil((low - chord[0] % 12) / 12))
        tones = [root, root + 7, root + 12, root + chord[1] - chord[0]]
        if kind == "long":
            add(start, end - 0.02, root)
        elif kind == "kick":
            inside = [t for t in kicks if start <= t < end]
            for t, after in zip(inside, [*inside[1:], end], strict=False):  # maybe no kick at all
                add(t, after - (1 - held) * 0.1, root if rng.random() < 0.8 else rng.choice(tones))
        else:
            stride = {"quarters": 4, "walk": 4, "sync": 1}.get(kind, 2)
            for i in range(0, round((end - start) / step), stride):
                if (kind == "sync" and not mask[i % 16]) or rng.random() < 0.04:
                    continue
                pitch = root + (12 * (i // 2 % 2) if kind == "octaves" else 0)
                if (kind in ("arp", "walk") and i) or (kind == "sync" and rng.random() < 0.3):
                    pitch = rng.choice(tones)
                time = start + (i + (song.swing if i % 2 else 0)) * step
                add(time, time + stride * step * held * (1.5 if kind == "sync" else 1), pitch)
    return notes


def part(rng, song: Harmony, role: str) -> list[tuple]:
    """`role`: comp, pad, power, strum or arp."""
    base = rng.integers(38, 46) if role == "power" else rng.integers(48, 66)
    mask, stride = rng.random(16) < rng.uniform(0.2, 0.6), int(rng.choice([1, 2, 4, 8]))
    mask[0] = True
    held, whole = rng.uniform(0.3, 1), role == "pad" or rng.random() < 0.25
    notes, step, order = [], song.sixteenth, rng.integers(0, 5, 8)
    spread = rng.uniform(0.004, 0.02) if role == "strum" else rng.uniform(0, 0.008)
    for start, end, chord in song.chords:
        voicing = sorted(base + (pitch - base) % 12 for pitch in chord)
        if role == "power":
            root = base + (chord[0] - base) % 12
            voicing = [root, root + 7, root + 12]
        elif role in ("strum", "arp"):
            voicing += [voicing[0] + 12, voicing[1] + 12]
        count = round((end - start) / step)
        slots = [0] if whole else [i for i in range(count) if mask[i % 16]]
        if role == "arp":
            slots = list(range(0, count, max(1, stride // 2)))
        for j, (i, after) in enumerate(zip(slots, [*slots[1:], count], strict=True)):
            t = start + (i + (song.swing if i % 2 else 0)) * step
            velocity, length = int(rng.integers(60, 115)), (after - i) * step * held
            played = [voicing[order[j % 8] % len(voicing)]] if role == "arp" else voicing
            notes += [(t + q * spread, t + length, int(p), velocity) for q, p in enumerate(played)]
    return notes


def melody(rng, song: Harmony, low: int, high: int) -> list[tuple]:
    """Phrases of steps and small leaps in the scale, with rests between them."""
    scale = [p for p in range(low, high) if (p - song.key) % 12 in song.scale]
    position, time, notes = len(scale) // 2, rng.uniform(0, 2 * song.bar), []
    lengths = rng.choice([1, 2, 2, 4, 4, 6, 8], size=12) * song.sixteenth
    while time < SONG_SECONDS:
        phrase_end = time + rng.uniform(1, 2.5) * song.bar
        while time < phrase_end:
            length = max(0.12, float(rng.choice(lengths)))
            step = rng.choice([-3, -2, -1, -1, 0, 1, 1, 2, 3])
            position = int(np.clip(position + step, 0, len(scale) - 1))
            end = time + length * rng.uniform(0.85, 1)
            notes.append((time, end, scale[position], int(rng.integers(75, 120))))
            time += length
        time += rng.uniform(0.2, 1.5) * song.bar
    return notes
