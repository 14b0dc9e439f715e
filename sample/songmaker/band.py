"""The arrangement: who plays what, when. Returns one stereo track per instrument."""

import numpy as np

from . import composition, drums, instruments
from .dsp import RATE, add, band, pan, reverb

_EIGHTH = composition.EIGHTH_SECONDS
_BAR = composition.EIGHTHS_PER_BAR * _EIGHTH
# Off-beat sixteenths come a little late, as players lay them.
_SWING = 0.055
# G major, as pitch classes.
_SCALE = (7, 9, 11, 0, 2, 4, 6)
_LAST_BAR = composition.BAR_COUNT - 1
_FULL_FROM_BAR = composition.FULL_FROM_BAR


def _at(eighth: float) -> float:
    """Seconds of a position in eighths, swung on the second sixteenth of each eighth."""
    late = _SWING * _EIGHTH if abs(eighth % 1 - 0.5) < 1e-6 else 0.0
    return eighth * _EIGHTH + late


def _play_drums(frames: int, rng: np.random.Generator) -> np.ndarray:
    track = np.zeros((frames, 2))

    def hit(sound: np.ndarray, eighth: float, gain: float) -> None:
        add(track, sound, _at(eighth) + rng.normal(0, 0.0025), gain * rng.uniform(0.93, 1.05))

    for bar in range(_LAST_BAR):
        start, full = bar * 8, bar >= _FULL_FROM_BAR
        if bar == 0:
            for sixteenth in range(16):
                hit(drums.shaker(rng, 0.7 if sixteenth % 4 == 2 else 0.4), sixteenth / 2, 0.14)
            for step, pitch, side in (
                (6, 150, -0.4),
                (6.5, 150, -0.3),
                (7, 112, 0),
                (7.5, 84, 0.4),
            ):
                hit(drums.tom(rng, pitch, side), step, 0.5)
            hit(drums.kick(rng), 0, 0.7)
            continue
        for step in (0, 3, 4.5) if full else (0, 5):
            hit(drums.kick(rng), start + step, 0.95 if step == 0 else 0.8)
        if full and bar % 2 == 0:
            hit(drums.kick(rng), start + 7, 0.62)
        for step in (2, 6):
            hit(drums.snare(rng) if full else drums.rim(rng), start + step, 0.62 if full else 0.5)
        if full:
            hit(drums.snare(rng, 0.4), start + 3.5, 0.10)
            hit(drums.snare(rng, 0.4), start + 5.5, 0.08)
        for sixteenth in range(16):
            step = sixteenth / 2
            accent = (0.95, 0.4, 0.7, 0.45)[sixteenth % 4]
            if step == 7 and bar in (2, 4, 6):
                hit(drums.hat(rng, 0.8, is_open=True), start + step, 0.13)
            else:
                hit(drums.hat(rng, accent), start + step, 0.17 if full else 0.13)
            hit(drums.shaker(rng, accent), start + step, 0.07)
        if bar == 4:
            for step, level in ((5, 0.3), (6.5, 0.38), (7, 0.48), (7.5, 0.58)):
                hit(drums.snare(rng, 0.8), start + step, level)
        if bar == _LAST_BAR - 1:
            for step, pitch, side in ((6.5, 150, -0.4), (7, 112, 0.0), (7.5, 84, 0.4)):
                hit(drums.tom(rng, pitch, side), start + step, 0.5)
    for bar, gain in ((1, 0.06), (_FULL_FROM_BAR, 0.09), (9, 0.07), (_LAST_BAR, 0.08)):
        hit(drums.crash(rng), bar * 8, gain)
    hit(drums.kick(rng), _LAST_BAR * 8, 0.95)
    return track


def _play_bass(frames: int, rng: np.random.Generator) -> np.ndarray:
    track = np.zeros(frames)
    chords = composition.chords()
    for index, chord in enumerate(chords):
        bar = chord.start // 8
        following = chords[index + 1].bass if index + 1 < len(chords) else chord.bass
        if bar >= _LAST_BAR:
            add(track, instruments.bass(rng, chord.bass - 12, 2.8, 0.9), _at(chord.start))
            continue
        # (offset, length, pitch, strength); the last note of a long chord leads to the next one.
        above = following < chord.bass
        lead = next(n for n in ((following + 1, following + 2) if above else
                                (following - 1, following - 2)) if n % 12 in _SCALE)  # fmt: skip
        if chord.length == 4:
            line = [(0, 2.6, chord.bass, 0.95), (3, 0.9, chord.bass + 7, 0.7)]
        elif bar >= _FULL_FROM_BAR:
            line = [
                (0, 2.4, chord.bass, 1.0),
                (3, 1.2, chord.bass, 0.85),
                (4.5, 1.3, chord.bass, 0.8),
                (6, 0.9, chord.bass + 7, 0.75),
                (7, 0.9, lead, 0.75),
            ]
        else:
            line = [(0, 4.4, chord.bass, 0.9), (5, 1.8, chord.bass, 0.75), (7, 0.8, lead, 0.6)]
        for offset, length, pitch, strength in line:
            note = instruments.bass(rng, pitch, length * _EIGHTH, strength)
            add(track, note, _at(chord.start + offset) + rng.normal(0, 0.002))
    return pan(track, 0.0)


def _play_guitar(frames: int, rng: np.random.Generator) -> np.ndarray:
    """Two strummed takes, one in each ear."""
    track = np.zeros((frames, 2))
    for side in (-0.8, 0.8):
        take = np.zeros(frames)
        for chord in composition.chords():
            bar = chord.start // 8
            strings = (chord.bass + 12, *chord.voicing)
            if bar >= _LAST_BAR:
                add(take, instruments.strum(rng, strings, 3.2, 0.9, True), _at(chord.start))
                continue
            pattern = (
                ((0, 0.9, True), (1.5, 0.45, False), (2, 0.7, True), (3, 0.75, True),
                 (3.5, 0.4, False), (4.5, 0.55, False), (5, 0.6, True), (6, 0.8, True),
                 (7, 0.55, True), (7.5, 0.45, False))
                if bar >= _FULL_FROM_BAR
                else ((0, 0.75, True), (2, 0.5, True), (3, 0.5, False), (5, 0.5, True),
                      (6, 0.55, True), (7, 0.4, False))
            )  # fmt: skip
            hits = [hit for hit in pattern if hit[0] < chord.length]
            for index, (offset, strength, down) in enumerate(hits):
                ends = hits[index + 1][0] if index + 1 < len(hits) else chord.length
                sound = instruments.strum(rng, strings, (ends - offset) * _EIGHTH, strength, down)
                add(take, sound, _at(chord.start + offset) + rng.normal(0, 0.005))
        track += pan(instruments.guitar_body(take), side)
    return track


def _play_keys(frames: int, rng: np.random.Generator) -> np.ndarray:
    """Electric piano: chords and, where the voice rests, a short answer."""
    track = np.zeros(frames)
    for chord in composition.chords():
        last = chord.start // 8 >= _LAST_BAR
        hits = [(0, chord.length)] if chord.length == 4 or last else [(0, 3), (3, 5)]
        for offset, length in hits:
            for note in chord.voicing:
                seconds = 3.2 if last else length * _EIGHTH * 0.95
                sound = instruments.electric_piano(note, seconds, rng.uniform(0.5, 0.62))
                add(track, sound, _at(chord.start + offset) + abs(rng.normal(0, 0.006)))
    t = np.arange(frames) / RATE
    sway = 0.35 * np.sin(2 * np.pi * t * 4.4)
    return np.stack([track * (1 - sway), track * (1 + sway)], axis=-1) * 0.7


def _play_answers(frames: int, rng: np.random.Generator) -> np.ndarray:
    """A clean plucked lead in the singer's rests, with an echo."""
    track = np.zeros(frames)
    phrases = (
        (0.0, ((0, 1.5, 83), (1.5, 1.5, 79), (3, 1, 78), (4, 1.5, 81), (5.5, 1.5, 78), (7, 1, 74))),
        (36.0, ((2, 1, 79), (3, 0.5, 83), (3.5, 0.5, 86))),
        (70.0, ((0, 1, 74), (1, 1, 76))),
        (72.0, ((0, 1.5, 79), (1.5, 1.5, 83), (3, 1, 86))),
        (76.0, ((0, 1.5, 81), (1.5, 1, 78), (2.5, 1.5, 81))),
        (80.0, ((0, 4, 79),)),
    )  # fmt: skip
    for start, notes in phrases:
        for offset, length, pitch in notes:
            sound = instruments.pluck(rng, pitch, length * _EIGHTH * 1.1, 0.8, 1.8, 0.65, 0.2)
            add(track, sound, _at(start + offset))
    track = band(np.tanh(1.5 * track), 180, 7000)
    out = pan(track, 0.2)
    echo = np.zeros_like(out)
    for repeat, gain in ((1, 0.35), (2, 0.16)):
        add(echo, pan(band(track, 300, 3500), -0.6 * (-1) ** repeat), repeat * 1.5 * _EIGHTH, gain)
    return out + echo


def _play_pad(frames: int, rng: np.random.Generator) -> np.ndarray:
    track = np.zeros((frames, 2))
    for chord in composition.chords():
        bar = chord.start // 8
        gain = 1.0 if bar >= _FULL_FROM_BAR else 0.55
        length = 2.4 if bar >= _LAST_BAR else chord.length * _EIGHTH - 0.25
        add(track, instruments.pad(chord.voicing, length, rng), chord.start * _EIGHTH, gain)
    return track


# Level of each instrument in the mix, as the root mean square of the whole track in dBFS.
_LEVELS = {
    "drums": (_play_drums, -19.0, 0.10),
    "bass": (_play_bass, -21.0, 0.0),
    "guitar": (_play_guitar, -25.0, 0.12),
    "keys": (_play_keys, -26.5, 0.15),
    "answers": (_play_answers, -31.0, 0.35),
    "pad": (_play_pad, -34.0, 0.30),
}


def play(frames: int, seed: int) -> dict[str, np.ndarray]:
    """Every instrument's stereo track, levelled and with its share of the room."""
    tracks = {}
    for index, (name, (player, level_db, wet)) in enumerate(_LEVELS.items()):
        rng = np.random.default_rng((seed, index))
        track = player(frames, rng)
        track = track * (10 ** (level_db / 20) / np.sqrt((track**2).mean()))
        if wet:
            track = track + wet * reverb(track, rng, 1.1, 0.012, 250.0, 9000.0)
        tracks[name] = track
    return tracks
