"""What a network hears of the bundled song: its task document's inputs, written out with numpy."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import soundfile

START_SECONDS = 5  # everyone plays and sings from here on


def make_inputs(task: dict, song_file: Path) -> dict[str, np.ndarray]:
    """@return for each input an array as PyTorch has it: [1, channels, frames] of a waveform, else
    [1, channels, bins, columns], a channel's real and imaginary part one after the other."""
    samples, rate = soundfile.read(song_file, dtype="float64", always_2d=True)
    if rate != task["sampleRate"]:
        raise SystemExit(f"{song_file}: {rate} Hz, the task document has {task['sampleRate']}")
    song = _normalised(samples.T, task.get("normalisation"))
    start, frames = START_SECONDS * rate, task["segments"]["frames"]
    segment = song[:, start : start + frames]
    if segment.shape[1] != frames:
        raise SystemExit(f"{song_file}: {samples.shape[0]} frames, {start + frames} are needed")
    return {port["name"]: _value(port, task, segment)[None] for port in task["inputs"]}


def _normalised(song: np.ndarray, rules: dict | None) -> np.ndarray:
    if rules is None:
        return song
    mono = song.mean(0)
    mean = 0.0 if rules["mean"] == "kept" else mono.mean()
    scales = {"none": 1.0, "deviation": mono.std(), "peak": np.abs(song).max()}
    return (song - mean) * rules.get("target", 1.0) / scales[rules["scale"]]


def _value(port: dict, task: dict, segment: np.ndarray) -> np.ndarray:
    if port["value"] == "waveform":
        return segment.astype(np.float32)
    stft = task["stft"]
    bins = spectrum(segment, stft)[:, : port.get("bins", stft.get("bins"))]
    bins[:, : stft.get("zeroedBins", 0)] = 0
    if port["value"] == "magnitude":
        return np.abs(bins).astype(np.float32)
    parts = np.stack([bins.real, bins.imag], 1)
    return parts.reshape(-1, *bins.shape[1:]).astype(np.float32)


def spectrum(segment: np.ndarray, stft: dict) -> np.ndarray:
    """[channels, frames] to complex [channels, bins, columns]."""
    size, hop, lead, columns = (stft[key] for key in ("fftSize", "hop", "leadFrames", "columns"))
    behind = max(0, (columns - 1) * hop + size - lead - segment.shape[1])
    padded = np.pad(segment, ((0, 0), (lead, behind)), "reflect")
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(size) / size)
    cuts = np.lib.stride_tricks.sliding_window_view(padded, size, axis=1)[:, ::hop][:, :columns]
    bins = np.fft.rfft(cuts * window, axis=-1).transpose(0, 2, 1)
    return bins / np.sqrt(size) if stft.get("scale") == "root" else bins
