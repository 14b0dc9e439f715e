"""The singer: Sinsy sings the score, WORLD puts every note in tune and gives it life.

Sinsy's voice was trained on children's songs and lands up to a semitone off the written notes, with
no vibrato. Its pitch is therefore replaced by a contour made from the score; the timbre and the
breath noise stay as the voice model made them.
"""

import tempfile
import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyworld
from scipy import ndimage, signal

from . import composition

with warnings.catch_warnings():
    # pysinsy still looks its data files up through the deprecated pkg_resources.
    warnings.simplefilter("ignore")
    import pysinsy

_VOICE_RATE = 48000
_FRAME_SECONDS = 0.005
# Width of the glide between notes, and how much before the beat its middle lies.
_GLIDE_SECONDS = 0.026
_GLIDE_EARLY_SECONDS = 0.025
_VIBRATO_HERTZ = 5.6
_VIBRATO_SEMITONES = 0.33
_VIBRATO_MIN_NOTE_SECONDS = 0.6
# How long after the written start Sinsy reaches the vowel (measured on this voice): a singer puts
# the vowel, not the consonant, on the beat.
_VOWEL_LATE_SECONDS = (
    ("あえおいう", 0.035),
    ("のまみわられるがだでな", 0.075),
    ("ひとつかてそきこけしさくた", 0.105),
)
_PEAK_DB = 7.0
_HOLE_DB = 8.0


def _sing() -> tuple[np.ndarray, int]:
    """Sinsy's own rendering, as float in about -1 to 1, and its sample rate."""
    engine = pysinsy.Sinsy()
    engine.setLanguages("j", pysinsy.get_default_dic_dir())
    engine.loadVoices(pysinsy.get_default_htsvoice())
    with tempfile.TemporaryDirectory() as folder:
        score = Path(folder) / "score.xml"
        score.write_text(composition.music_xml(), encoding="utf-8")
        engine.loadScoreFromMusicXML(str(score))
        samples, rate = engine.synthesize()
    return np.asarray(samples, dtype=float) / 32768.0, int(rate)


def _pitch_contour(
    times: np.ndarray, notes: list[composition.Note], rng: np.random.Generator
) -> np.ndarray:
    """The pitch in hertz at each time: the score with glides, scoops, drift and vibrato."""
    eighth = composition.EIGHTH_SECONDS
    semitones = np.full(len(times), np.nan)
    vibrato = np.zeros(len(times))
    scoop = np.zeros(len(times))
    previous_end = -1
    for note in notes:
        begin, end = note.start * eighth, (note.start + note.length) * eighth
        early = times + _GLIDE_EARLY_SECONDS
        semitones[(early >= begin) & (early < end)] = note.midi
        if note.start != previous_end:
            # A phrase's first note is approached from below.
            scoop -= 0.9 * np.exp(-(((times - begin) / 0.07) ** 2))
        if end - begin >= _VIBRATO_MIN_NOTE_SECONDS:
            phase = 2 * np.pi * _VIBRATO_HERTZ * (times - begin - 0.28)
            depth = np.clip((times - begin - 0.28) / 0.35, 0, 1) * (times < end)
            vibrato += _VIBRATO_SEMITONES * depth * np.sin(phase)
        previous_end = note.start + note.length
    # Through rests the line holds the nearest note, so that consonants before a phrase are in tune.
    known = np.flatnonzero(~np.isnan(semitones))
    nearest = np.searchsorted(known, np.arange(len(times))).clip(0, len(known) - 1)
    semitones = np.where(np.isnan(semitones), semitones[known[nearest]], semitones)
    semitones = ndimage.gaussian_filter1d(semitones, _GLIDE_SECONDS / _FRAME_SECONDS)
    drift = ndimage.gaussian_filter1d(rng.standard_normal(len(times)), 0.09 / _FRAME_SECONDS)
    flutter = ndimage.gaussian_filter1d(rng.standard_normal(len(times)), 0.02 / _FRAME_SECONDS)
    semitones += 0.09 * drift / drift.std() + 0.025 * flutter / flutter.std()
    return 440.0 * 2.0 ** ((semitones + scoop + vibrato - 69) / 12)


def _temper(envelope: np.ndarray, voiced: np.ndarray, rate: int) -> np.ndarray:
    """Evens out the voice model's spectral envelope in the voiced frames.

    The model has two habits that no singer has: single resonances around 3.5 kHz that stand up to
    30 dB out of a vowel and whistle, and a hole around 5 kHz. Peaks are bent down towards what the
    voice does on average, the hole is filled to near its surroundings.
    """
    log = 10 * np.log10(envelope + 1e-16)
    bin_hertz = rate / 2 / (envelope.shape[1] - 1)
    average = ndimage.gaussian_filter1d(log[voiced].mean(axis=0), 250 / bin_hertz)
    deviation = log - average
    # The frame's own loudness is no peak: it is judged where the voice has its energy.
    loudness = deviation[:, round(300 / bin_hertz) : round(2500 / bin_hertz)].mean(axis=1)
    deviation = deviation - loudness[:, None]
    over = np.maximum(deviation - _PEAK_DB, 0)
    bent = log - over + _PEAK_DB * np.tanh(over / 20)
    surroundings = 10 * np.log10(
        ndimage.gaussian_filter1d(10 ** (bent / 10), 1100 / bin_hertz, axis=1) + 1e-16
    )
    high = np.clip((np.arange(envelope.shape[1]) * bin_hertz - 3800) / 800, 0, 1)
    filled = np.maximum(bent, surroundings - _HOLE_DB)
    bent = bent + high * (filled - bent)
    return np.where(voiced[:, None], 10 ** (bent / 10), envelope)


def _gate(times: np.ndarray) -> np.ndarray:
    """1 where the score has singing (and breath just before), 0 in rests: the model hums there."""
    gate = np.zeros(len(times))
    for note in composition.melody():
        begin = note.start * composition.EIGHTH_SECONDS
        end = (note.start + note.length) * composition.EIGHTH_SECONDS
        gate[(times >= begin - 0.18) & (times < end + 0.06)] = 1
    return ndimage.gaussian_filter1d(gate, 0.012 / _FRAME_SECONDS)


def _vowel_late(syllable: str) -> float:
    for kana, seconds in _VOWEL_LATE_SECONDS:
        if syllable in kana:
            return seconds
    raise ValueError(f"no consonant length known for {syllable!r}")


def _on_the_beat(times: np.ndarray) -> np.ndarray:
    """For each output frame, which (fractional) frame of Sinsy's rendering is heard there."""
    heard, sung = [0.0], [0.0]
    previous_end = -1
    for note in composition.melody():
        begin, late = note.start * composition.EIGHTH_SECONDS, _vowel_late(note.syllable)
        if note.start != previous_end:
            if previous_end >= 0:
                heard.append(previous_end * composition.EIGHTH_SECONDS)
                sung.append(heard[-1])
            heard.append(begin - late)
            sung.append(begin)
        heard.append(begin)
        sung.append(begin + late)
        previous_end = note.start + note.length
    heard += [previous_end * composition.EIGHTH_SECONDS, times[-1] + 1]
    sung += [heard[-2], heard[-1]]
    position = np.interp(times, heard, sung) / _FRAME_SECONDS
    return position.clip(0, len(times) - 1.001)


@dataclass(frozen=True)
class Analysis:
    """Sinsy's rendering taken apart by WORLD: one row per 5 ms."""

    rate: int
    times: np.ndarray
    voiced: np.ndarray
    envelope: np.ndarray
    aperiodicity: np.ndarray


def analyse() -> Analysis:
    """Lets Sinsy sing and returns its tempered timbre."""
    raw, rate = _sing()
    if rate != _VOICE_RATE:
        raise RuntimeError(f"the voice sings at {rate} Hz, expected {_VOICE_RATE}")
    pitch, times = pyworld.harvest(
        raw, rate, f0_floor=160.0, f0_ceil=900.0, frame_period=1000 * _FRAME_SECONDS
    )
    pitch = pyworld.stonemask(raw, pitch, times, rate)
    envelope = pyworld.cheaptrick(raw, pitch, times, rate)
    aperiodicity = pyworld.d4c(raw, pitch, times, rate)
    voiced = (pitch > 0) & (aperiodicity[:, 0] < 0.9)
    # Resynthesis adds noise of its own, so the noise share is taken down in vowels.
    hertz = np.arange(aperiodicity.shape[1]) * rate / 2 / (aperiodicity.shape[1] - 1)
    power = 1 + np.clip((8000 - hertz) / 3000, 0, 1)
    aperiodicity = np.where(voiced[:, None], aperiodicity**power, aperiodicity)
    envelope = _temper(envelope, voiced, rate)
    position = _on_the_beat(times)
    index, share = position.astype(int), (position % 1)[:, None]
    return Analysis(
        rate,
        times,
        voiced[np.round(position).astype(int)],
        envelope[index] * (1 - share) + envelope[index + 1] * share,
        aperiodicity[index] * (1 - share) + aperiodicity[index + 1] * share,
    )


def sing(analysis: Analysis, notes: list[composition.Note], frames: int, seed: int) -> np.ndarray:
    """One dry take, mono, `frames` long at 44.1 kHz. Another seed gives another take."""
    rng = np.random.default_rng(seed)
    pitch = np.where(analysis.voiced, _pitch_contour(analysis.times, notes, rng), 0.0)
    envelope = analysis.envelope * (_gate(analysis.times) ** 2)[:, None] + 1e-16
    take = pyworld.synthesize(
        pitch, envelope, analysis.aperiodicity, analysis.rate, 1000 * _FRAME_SECONDS
    )
    take = signal.resample_poly(take, 147, 160)
    return np.pad(take, (0, max(0, frames - len(take))))[:frames]
