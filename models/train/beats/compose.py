"""A song in a style: notes with times, and the beats that they lie on, from a seed.

song = compose(np.random.default_rng(7))
song.notes     # (seconds, duration, channel, pitch, velocity)
song.beats     # (seconds, number in the bar)
"""

from dataclasses import dataclass

import numpy as np
from clock import Clock
from instruments import (
    BASSES,
    COMPS,
    DORIAN,
    DRUMS,
    LEADS,
    MAJOR,
    MINOR,
    MIXOLYDIAN,
    PROGRESSIONS,
)
from styles import CHANCES, STYLES, Style, clean


@dataclass
class Song:
    style: Style
    notes: list[tuple[float, float, int, int, int]]
    programs: dict[int, int]
    beats: list[tuple[float, int]]
    seconds: float


def draw(pattern: str, rng) -> np.ndarray:
    return np.array([rng.random() < CHANCES[symbol] for symbol in clean(pattern)])


class Player:
    """One voice: its channel, how early or late and how loud it plays."""

    def __init__(self, channel: int, rng, tight: float):
        self.channel = channel
        self.late = rng.normal() * 0.006 * (channel != 9)
        self.loose = tight * rng.uniform(0.5, 1.5)
        self.level = rng.uniform(60, 108)
        self.accent = rng.uniform(0, 18)


class Composer:
    def __init__(self, rng, style: Style | None = None):
        self.rng = rng
        weights = np.array([s.weight for s in STYLES])
        self.style = style or STYLES[rng.choice(len(STYLES), p=weights / weights.sum())]
        self.notes = []
        self.lead = rng.uniform(0.1, 1.2)
        self.key = rng.integers(12)
        self.scale = (MAJOR, MINOR, MIXOLYDIAN, DORIAN)[rng.choice(4, p=[0.5, 0.3, 0.1, 0.1])]
        self.tight = rng.choice([0.0, 0.003, 0.006, 0.012], p=[0.25, 0.25, 0.3, 0.2])
        self.players = [Player(channel, rng, self.tight) for channel in range(10)]
        self.programs = self._instruments()

    def _instruments(self) -> dict[int, int]:
        rng = self.rng
        families = self.style.families or tuple(COMPS)
        comp, second = (COMPS[families[rng.integers(len(families))]] for _ in range(2))
        if rng.random() < 0.5:
            names = tuple(COMPS)
            second = COMPS[names[rng.integers(len(names))]]
        return {
            0: int(rng.choice(BASSES)),
            1: int(rng.choice(comp)),
            2: int(rng.choice(second)),
            3: int(rng.choice(LEADS)),
            4: int(rng.choice(COMPS["strings"] + COMPS["choir"])),
            9: int(rng.choice([0, 0, 0, 8, 16, 24, 25, 32, 40])),
        }

    def play(self, player: int, place: float, length: float, pitch: int, loud: float = 1.0):
        """A note at a place in beats; its level follows the metre a little."""
        who, rng = self.players[player], self.rng
        beats = self.style.beats
        on_beat = abs(place - round(place)) < 1e-6
        accent = 1.0 if on_beat and round(place) % beats == 0 else 0.4 if on_beat else -0.5
        velocity = (who.level + who.accent * accent) * loud + rng.normal() * 5
        start = self.clock.seconds(max(place, 0)) + self.lead + who.late + rng.normal() * who.loose
        end = self.clock.seconds(max(place + length, 0)) + self.lead
        self.notes.append(
            (
                max(start, 0.0),
                max(end - start, 0.03),
                who.channel,
                int(np.clip(pitch, 0, 127)),
                int(np.clip(velocity, 8, 127)),
            )
        )

    def compose(self, seconds: float) -> Song:
        style, rng = self.style, self.rng
        mean = np.sqrt(style.tempo[0] * style.tempo[1])
        bars = int(max(8, np.ceil(seconds * mean / 60 / style.beats)))
        self.clock = Clock(style, (bars + 1) * style.beats, rng)
        while bars > 4 and self.clock.times[bars * style.beats] > seconds:
            bars -= 1
        bar = 0
        first = True
        while bar < bars:
            count = min(int(rng.choice([2, 4, 4, 8, 8, 12])), bars - bar)
            self._section(bar, count, first)
            bar += count
            first = False
        if rng.random() < 0.7:  # the last chord
            for player, pitch in ((0, 36 + self.key), (1, 60 + self.key), (1, 64 + self.key)):
                self.play(player, bars * style.beats, style.beats * 0.8, pitch)
            bars_end = bars * style.beats + 1
        else:
            bars_end = bars * style.beats
        beats = [
            (float(self.clock.times[i] + self.lead), i % style.beats + 1) for i in range(bars_end)
        ]
        end = float(self.clock.times[bars * style.beats] + self.lead + rng.uniform(0.3, 2))
        return Song(style, self.notes, self.programs, beats, end)

    def _section(self, start: int, bars: int, first: bool):
        """Some bars that keep a texture: who plays, which patterns, which chords."""
        style, rng = self.style, self.rng
        quiet = first and rng.random() < 0.4
        has = {
            "drums": bool(style.drums) and rng.random() < (0.4 if quiet else 0.9),
            "bass": rng.random() < (0.4 if quiet else 0.88),
            "comp": rng.random() < 0.9,
            "second": rng.random() < 0.35,
            "melody": rng.random() < style.melody * (0.4 if quiet else 1),
            "pad": rng.random() < 0.25,
        }
        if not (has["drums"] or has["comp"]):
            has["comp"] = True
        kit = style.drums[rng.integers(len(style.drums))] if has["drums"] else {}
        chords = self._chords(start, bars)
        for index in range(bars):
            here = start + index
            fill = index == bars - 1 and bars >= 4 and rng.random() < 0.5
            self._drums(here, kit, fill, crash=index == 0 and not first and rng.random() < 0.5)
            if kit and index == bars - 1 and rng.random() < 0.08:
                kit = {}
        if has["bass"]:
            self._bass(chords)
        if has["comp"]:
            self._comp(chords, 1, arpeggio=rng.random() < style.arpeggio)
        if has["second"]:
            self._comp(chords, 2, arpeggio=rng.random() < style.arpeggio)
        if has["pad"]:
            self._pad(chords)
        if has["melody"]:
            self._melody(chords, start, bars)

    def _chords(self, start: int, bars: int):
        """(place, length, degree, pushed) of each chord of a section, in beats."""
        style, rng = self.style, self.rng
        progression = rng.choice(PROGRESSIONS)
        pace = rng.choice([0.5, 1, 2], p=[0.2, 0.6, 0.2])
        pushed = rng.random() < 0.15 and style.steps == 4
        places = []
        for bar in range(start, start + bars):
            place = bar * style.beats
            if pace == 0.5 and style.beats in (2, 4, 5):
                places += [place, place + (3 if style.beats == 5 else style.beats // 2)]
            elif pace < 2 or (bar - start) % 2 == 0:
                places.append(place)
        ends = [*places[1:], (start + bars) * style.beats]
        return [
            (place, end - place, int(progression[i % len(progression)]) - 1, pushed and i > 0)
            for i, (place, end) in enumerate(zip(places, ends, strict=True))
        ]

    def _pitch(self, degree: int, base: int) -> int:
        return base + self.key + self.scale[degree % 7] + 12 * (degree // 7)

    def _drums(self, bar: int, kit: dict, fill: bool, crash: bool):
        style, rng = self.style, self.rng
        steps = style.beats * style.steps
        if not hasattr(self, "kit_pitch"):
            self.kit_pitch = {name: int(rng.choice(notes)) for name, notes in DRUMS.items()}
            self.drawn = {}
        for name, pattern in kit.items():
            if rng.random() < 0.15 or (name, pattern) not in self.drawn:
                self.drawn[name, pattern] = draw(pattern, rng)
            loud = {"hat": 0.7, "shaker": 0.6, "ride": 0.75, "brush": 0.7, "bell": 0.7}.get(name, 1)
            for step in np.flatnonzero(self.drawn[name, pattern]):
                if fill and step >= steps - style.steps and name != "kick":
                    continue
                pitch = (
                    int(rng.choice(DRUMS[name]))
                    if name in ("conga", "tom")
                    else self.kit_pitch[name]
                )
                self.play(9, bar * style.beats + step / style.steps, 0.2, pitch, loud)
        if kit and fill:
            for step in range(steps - style.steps, steps):
                if rng.random() < 0.7:
                    pitch = int(rng.choice([38, 38, 41, 45, 47, 50]))
                    self.play(9, bar * style.beats + step / style.steps, 0.2, pitch, 0.9)
        if kit and crash:
            self.play(9, bar * style.beats, 1, int(rng.choice(DRUMS["crash"])))

    def _steps(self, pattern: np.ndarray, place: int, length: int):
        """The places of a bar's pattern within a chord, and how long each sounds."""
        style = self.style
        size = style.beats * style.steps
        first = (place % style.beats) * style.steps
        on = [s for s in range(first, first + length * style.steps) if pattern[s % size]]
        ends = [*on[1:], first + length * style.steps] if on else []
        origin = place - place % style.beats
        return [
            (origin + s / style.steps, (end - s) / style.steps)
            for s, end in zip(on, ends, strict=True)
        ]

    def _bass(self, chords):
        style, rng = self.style, self.rng
        walking = style.walking and rng.random() < 0.6
        pattern = np.zeros(style.beats * style.steps, bool)
        pattern[:: style.steps] = True
        if not walking:
            pattern = draw(style.bass[rng.integers(len(style.bass))], rng)
        fifths = rng.random() < 0.4
        short = rng.choice([0.4, 0.7, 0.95])
        for place, length, degree, pushed in chords:
            root = self._pitch(degree, 28 if self.key < 8 else 16)
            notes = self._steps(pattern, place, length)
            if not notes or (abs(notes[0][0] - place) > 1e-6 and rng.random() < 0.3):
                notes = [(place, length), *notes]
            for i, (at, lasts) in enumerate(notes):
                pitch = root
                if walking and i:
                    pitch = (
                        root
                        + self._pitch(degree + int(rng.choice([1, 2, 3, 4])), 0)
                        - self._pitch(degree, 0)
                    )
                elif fifths and i % 2:
                    pitch = root + int(rng.choice([7, -5, 12]))
                if pushed and i == 0:
                    at, lasts = at - 0.5, lasts + 0.5
                self.play(0, at, min(lasts, 4) * short, pitch)

    def _comp(self, chords, player: int, arpeggio: bool):
        style, rng = self.style, self.rng
        base = int(rng.choice([48, 55, 60]))
        tones = [0, 2, 4] + ([6] if rng.random() < 0.3 else [])
        every = int(rng.choice([1, 2])) if style.steps == 4 else 2
        pattern = np.zeros(style.beats * style.steps, bool)
        pattern[::every] = True
        if not arpeggio:
            pattern = draw(style.comp[rng.integers(len(style.comp))], rng)
        order = rng.permutation(len(tones)) if rng.random() < 0.3 else np.arange(len(tones))
        short = rng.choice([0.3, 0.7, 1.0])
        strum = rng.choice([0, 0.0, 0.02]) if not arpeggio else 0
        for place, length, degree, pushed in chords:
            for i, (at, lasts) in enumerate(self._steps(pattern, place, length)):
                if pushed and i == 0:
                    at, lasts = at - 0.5, lasts + 0.5
                if arpeggio:
                    step = i % (2 * len(tones) - 2)
                    tone = order[step if step < len(tones) else 2 * len(tones) - 2 - step]
                    self.play(
                        player, at, lasts * 1.2, self._pitch(degree + tones[tone], base), 0.85
                    )
                else:
                    for k, tone in enumerate(tones):
                        pitch = self._pitch(degree + tone, base)
                        self.play(player, at + k * strum, min(lasts, 4) * short, pitch, 0.85)

    def _pad(self, chords):
        for place, length, degree, _ in chords:
            for tone in (0, 2, 4):
                self.play(4, place, length, self._pitch(degree + tone, 60), 0.6)

    def _melody(self, chords, start: int, bars: int):
        """Phrases: a rhythm that comes again, notes of the chord on strong places."""
        style, rng = self.style, self.rng
        phrase = int(rng.choice([1, 2, 2, 4]))
        size = phrase * style.beats * style.steps
        grid = style.steps // 2 if style.steps == 4 else 2
        busy, offbeat = rng.uniform(0.2, 0.75), rng.uniform(0.1, 0.6)
        strong = np.arange(size) % style.steps == 0
        even = np.arange(size) % grid == 0
        chance = np.where(strong, busy + 0.2, np.where(even, busy * offbeat, busy * offbeat * 0.25))
        chance[0] = max(chance[0], 0.75 if rng.random() < 0.7 else 0.2)
        rhythm = rng.random(size) < chance
        rhythm[-style.beats * style.steps // 2 :] &= rng.random() < 0.6
        if rng.random() < 0.35:  # a pick-up to the next phrase
            rhythm[-style.steps :: grid] = True
        degree = int(rng.integers(0, 7))
        short = rng.choice([0.5, 0.9, 1.0])
        roots = {int(place): d for place, _, d, _ in chords}
        root = 0
        on = [
            s
            for r in range(0, bars, phrase)
            for s in (np.flatnonzero(rhythm) + r * style.beats * style.steps)
        ]
        on = [s for s in on if s < bars * style.beats * style.steps]
        for i, s in enumerate(on):
            place = start * style.beats + s / style.steps
            root = roots.get(int(place), root)
            if s % style.steps == 0 and rng.random() < 0.7:
                degree = root + int(rng.choice([0, 2, 4, 7]))
            else:
                degree = int(np.clip(degree + rng.choice([-2, -1, -1, 0, 1, 1, 2]), -3, 12))
            until = on[i + 1] if i + 1 < len(on) else s + 2 * style.steps
            length = min((until - s) / style.steps, 4) * short
            self.play(3, place, length, self._pitch(degree, 60), 1.05)


def compose(rng, seconds: float = 45) -> Song:
    return Composer(rng).compose(seconds)
