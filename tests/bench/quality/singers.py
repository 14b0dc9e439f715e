"""Singers for the mixes: the sample song's voice in many guises, and Flite's speech made to sing.

Both go through WORLD, which takes a voice apart into pitch, timbre and breath; what comes out has
another pitch, size of the body (formants) and tempo. Needs ffmpeg with Flite, as Debian builds it.
"""

import functools
import subprocess
from dataclasses import dataclass

import numpy as np
import pyworld
from backing import RATE
from scipy import ndimage, signal
from songmaker import composition, voice
from songmaker.dsp import band

_FRAME_MILLISECONDS = 5.0
_SPEECH_RATE = 16000
# The sample song's singer starts after this.
_INTRO_SECONDS = 2.4


@dataclass(frozen=True)
class Guise:
    """How a voice is changed: semitones, factors of formants and tempo, the seed of its drift."""

    semitones: float = 0
    formants: float = 1
    tempo: float = 1
    seed: int = 0


def sing_japanese(guise: Guise, frames: int, *, harmony: bool = False) -> np.ndarray:
    """The words of the sample song by Sinsy's voice; mono, peak 1."""
    analysis = _sinsy()
    notes = [
        composition.Note(note.start, note.length, note.midi + guise.semitones, note.syllable)
        for note in (composition.harmony() if harmony else composition.melody())
    ]
    changed = voice.Analysis(
        analysis.rate,
        analysis.times,
        analysis.voiced,
        _warp(analysis.envelope, guise.formants),
        analysis.aperiodicity,
    )
    length = round(analysis.times[-1] * RATE)
    take = voice.sing(changed, notes, length, guise.seed)[round(_INTRO_SECONDS * RATE) :]
    if guise.tempo != 1:
        take = _stretch(take, guise)
    return _fit(take, frames)


def speak(text: str, name: str, guise: Guise, frames: int) -> np.ndarray:
    """English speech, its own melody moved by the guise's semitones; mono, peak 1."""
    pitch, envelope, breath = _flite(text, name)
    return _resynthesise(pitch * 2 ** (guise.semitones / 12), envelope, breath, guise, frames)


def sing_english(
    text: str, name: str, guise: Guise, scale: tuple[int, ...], frames: int
) -> np.ndarray:
    """English words on notes of `scale` (MIDI), one or more to each vowel; mono, peak 1."""
    pitch, envelope, breath = _flite(text, name)
    rng = np.random.default_rng(guise.seed)
    contour = _melody(pitch > 0, scale, guise, rng)
    sung = np.where(pitch > 0, 440 * 2 ** ((contour + guise.semitones - 69) / 12), 0)
    return _resynthesise(sung, envelope, breath, guise, frames)


def _melody(
    voiced: np.ndarray, scale: tuple[int, ...], guise: Guise, rng: np.random.Generator
) -> np.ndarray:
    """A walk over the scale, in semitones, with glides and vibrato."""
    seconds = _FRAME_MILLISECONDS / 1000 / guise.tempo
    contour = np.zeros(len(voiced))
    place, begin = len(scale) // 2, 0
    while begin < len(voiced):
        length = round(rng.choice([0.2, 0.3, 0.3, 0.6]) / seconds)
        contour[begin : begin + length] = scale[place]
        place = int(np.clip(place + rng.choice([-2, -1, -1, 0, 1, 1, 2]), 0, len(scale) - 1))
        begin += length
    contour = ndimage.gaussian_filter1d(contour, 0.025 / seconds)
    times = np.arange(len(voiced)) * seconds
    drift = ndimage.gaussian_filter1d(rng.standard_normal(len(times)), 0.09 / seconds)
    return contour + 0.25 * np.sin(2 * np.pi * 5.4 * times) + 0.1 * drift / drift.std()


@functools.cache
def _sinsy() -> voice.Analysis:
    return voice.analyse()


@functools.cache
def _flite(text: str, name: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Pitch, timbre and breath of the spoken text."""
    words = "".join(letter for letter in text if letter.isalpha() or letter in " ,")
    source = f"flite=text='{words}':voice={name}"
    command = ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", source]
    command += ["-ac", "1", "-ar", str(_SPEECH_RATE), "-f", "f32le", "-"]
    try:
        raw = subprocess.run(command, check=True, capture_output=True).stdout
    except (OSError, subprocess.CalledProcessError) as error:
        detail = getattr(error, "stderr", b"") or b""
        raise SystemExit(f"ffmpeg with Flite is needed: {error} {detail.decode()}") from error
    samples = np.frombuffer(raw, "<f4").astype(float)
    pitch, times = pyworld.harvest(samples, _SPEECH_RATE, frame_period=_FRAME_MILLISECONDS)
    envelope = pyworld.cheaptrick(samples, pitch, times, _SPEECH_RATE)
    breath = pyworld.d4c(samples, pitch, times, _SPEECH_RATE)
    return pitch, envelope, breath


def _resynthesise(
    pitch: np.ndarray, envelope: np.ndarray, breath: np.ndarray, guise: Guise, frames: int
) -> np.ndarray:
    period = _FRAME_MILLISECONDS / guise.tempo
    envelope = _warp(envelope, guise.formants)
    take = pyworld.synthesize(pitch, envelope, breath, _SPEECH_RATE, period)
    take = signal.resample_poly(take, RATE, _SPEECH_RATE)
    take /= np.abs(take).max()
    # Flite knows nothing above 8 kHz; what a distortion adds there stands for sibilants and air.
    return _fit(take + 0.5 * band(np.tanh(4 * take), 7000, None, order=4), frames)


def _warp(envelope: np.ndarray, formants: float) -> np.ndarray:
    """Moves the resonances up (factor above 1: a smaller body) or down."""
    if formants == 1:
        return envelope
    bins = np.arange(envelope.shape[1])
    log = np.log(envelope + 1e-16)
    return np.exp([np.interp(bins / formants, bins, row) for row in log])


def _stretch(take: np.ndarray, guise: Guise) -> np.ndarray:
    pitch, times = pyworld.harvest(take, RATE, f0_ceil=1000.0, frame_period=_FRAME_MILLISECONDS)
    envelope = pyworld.cheaptrick(take, pitch, times, RATE)
    breath = pyworld.d4c(take, pitch, times, RATE)
    return pyworld.synthesize(pitch, envelope, breath, RATE, _FRAME_MILLISECONDS / guise.tempo)


def _fit(take: np.ndarray, frames: int) -> np.ndarray:
    take = np.pad(take, (0, max(0, frames - len(take))))[:frames]
    return take / np.abs(take).max()
