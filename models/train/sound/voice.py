"""Singing: phrases of Flite's voices, given melodies with the WORLD vocoder.

Speech is analysed once into pitch, spectral envelope and aperiodicity. To sing a note, a piece of a
phrase is stretched over it, its pitch replaced by the note's with slides and vibrato.
"""

import subprocess
import tempfile
from functools import cache
from pathlib import Path

import numpy as np
import pyworld
import soundfile
from scipy import signal

from ..constants import DATA, RATE, SONG_FRAMES, SONG_SECONDS

VOICES = ("slt", "rms", "awb", "kal16")
_PHRASES = 24
_STEP_MS = 5.0
_WORDS = """
    love night river morning fire summer dancing shadow golden heaven running tonight forever
    little wonder falling silver memory open window never again holding hands tomorrow dreaming
    ocean light follow home you and me we are the stars above your eyes like rain slowly turning
    away baby hear my song say it now believe stay alive road city moon hello goodbye one more time
""".split()  # noqa: SIM905


@cache
def phrases(voice: str) -> list[tuple]:
    """(voiced flags, envelopes, aperiodicities, rate, loud frames) of each phrase of a voice."""
    store = DATA / "voices" / f"{voice}.npz"
    if not store.exists():
        _analyse(voice, store)
    file = np.load(store)
    return [
        tuple(file[f"{k}_{part}"] for part in ("vuv", "sp", "ap", "rate")) for k in range(_PHRASES)
    ]


def _analyse(voice: str, store: Path) -> None:
    rng, arrays = np.random.default_rng(1), {}
    for k in range(_PHRASES):
        text = " ".join(rng.choice(_WORDS, 7))
        with tempfile.TemporaryDirectory(prefix="divisi-voice-") as folder:
            wav = Path(folder) / "a.wav"
            subprocess.run(["flite", "-voice", voice, "-t", text, "-o", str(wav)], check=True)
            speech, rate = soundfile.read(wav)
        pitch, times = pyworld.dio(speech, rate, frame_period=_STEP_MS)
        pitch = pyworld.stonemask(speech, pitch, times, rate)
        envelope = pyworld.cheaptrick(speech, pitch, times, rate)
        aperiodicity = pyworld.d4c(speech, pitch, times, rate)
        arrays |= {f"{k}_vuv": pitch > 0, f"{k}_sp": envelope.astype(np.float32)}
        arrays |= {f"{k}_ap": aperiodicity.astype(np.float32), f"{k}_rate": rate}
    store.parent.mkdir(parents=True, exist_ok=True)
    partial = store.with_suffix(f".{np.random.randint(1 << 30)}.npz")
    np.savez(partial, **arrays)
    partial.replace(store)


def _frames_of_note(count, vuv, loud, at, rng):
    """Which frames of the phrase a note of `count` frames is sung with."""
    piece = int(np.clip(count, 16, rng.integers(30, 70)))
    at = at % max(1, len(vuv) - piece)
    if count <= piece:
        return at + np.arange(count), at + count
    vowel = at + int(np.argmax(loud[at : at + piece] * vuv[at : at + piece]))
    wander = np.abs((np.arange(count - piece) * 0.35) % 8 - 4)
    held = np.clip(vowel + wander, 0, len(vuv) - 1).astype(int)
    frames = np.concatenate([np.arange(at, vowel + 1), held, np.arange(vowel + 1, at + piece)])
    return frames[:count], at + piece


def sing(notes, rng, voice: str | None = None) -> np.ndarray:
    """[SONG_FRAMES] mono."""
    voice = voice or rng.choice(VOICES)
    total = int(SONG_SECONDS * 1000 / _STEP_MS)
    bank = phrases(voice)
    phrase = bank[rng.integers(_PHRASES)]
    bins, rate = phrase[1].shape[1], int(phrase[3])
    pitch = np.zeros(total)
    envelope, aperiodicity = np.full((total, bins), 1e-16), np.ones((total, bins))
    shift, at = rng.uniform(0.85, 1.2), int(rng.integers(200))
    grid = np.clip(np.arange(bins) / shift, 0, bins - 1).astype(int)
    vibrato, speed, slide = rng.uniform(0, 0.5), rng.uniform(4.5, 6.5), rng.uniform(0.02, 0.08)
    last, last_end = None, -1.0
    for start, end, note, velocity in notes:
        a, b = int(start * 1000 / _STEP_MS), int(min(end, SONG_SECONDS) * 1000 / _STEP_MS)
        if b - a < 8:
            continue
        if start - last_end > 0.15:
            phrase = bank[rng.integers(_PHRASES)]
        vuv, sp, ap, _ = phrase
        frames, at = _frames_of_note(b - a, vuv, sp.sum(1), at, rng)
        t = np.arange(b - a) * _STEP_MS / 1000
        semitones = note + vibrato * np.sin(2 * np.pi * speed * t) * np.clip((t - 0.2) * 4, 0, 1)
        if last is not None and start - last_end < 0.1:
            semitones += (last - note) * np.exp(-t / slide)
        semitones += np.cumsum(rng.normal(0, 0.01, b - a))
        pitch[a:b] = 440 * 2 ** ((semitones - 69) / 12) * vuv[frames]
        fade = np.minimum(1, np.minimum(t / 0.02, (t[-1] - t) / 0.03 + 0.05))[:, None] ** 2
        envelope[a:b] = sp[frames][:, grid] * fade * (velocity / 100) ** 2 + 1e-16
        aperiodicity[a:b] = ap[frames][:, grid]
        last, last_end = note, end
    if not pitch.any():
        return np.zeros(SONG_FRAMES, np.float32)
    y = pyworld.synthesize(pitch, envelope, aperiodicity, rate, _STEP_MS)
    y = signal.resample_poly(y, RATE, rate)[:SONG_FRAMES]
    y = np.pad(y, (0, SONG_FRAMES - len(y))).astype(np.float32)
    return y + _air(y, rate, rng)


def _air(y, rate, rng):
    """Noise above the speech's band, as loud as what lies under its edge: sibilants and breath."""
    b, a = signal.butter(2, [0.25 * rate / (RATE / 2), 0.48 * rate / (RATE / 2)], "band")
    band = np.abs(signal.lfilter(b, a, y))
    loudness = signal.lfilter([0.01], [1, -0.99], band)
    b, a = signal.butter(2, [0.42 * rate / (RATE / 2), min(0.95, rate / (RATE / 2))], "band")
    noise = signal.lfilter(b, a, rng.standard_normal(len(y)))
    return (noise * loudness * rng.uniform(0.5, 2.0)).astype(np.float32)
