"""swift-f0 0.3.0 as the package has it: the original ONNX file in onnxruntime, and the package's
level and notes in numpy. The reference for spectra, network, pitch and notes.

It shares no code with the core or the importer: spectra, network and pitch are the original's own
graph, run over the whole audio at once.
"""

import zipfile
from pathlib import Path

import numpy as np
import onnxruntime

RATE, HOP, SILENCE = 16000, 256, 0.001
FILE = "swift_f0/model.onnx"
WHEEL = Path(__file__).resolve().parents[2] / ".deps/downloads/swift_f0-0.3.0-py3-none-any.whl"


def pitch(samples: np.ndarray, low=0.0, high=8000.0, wheel: Path = WHEEL):
    """hertz, confidence and level in dB of each frame of mono samples at RATE."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    with zipfile.ZipFile(wheel) as archive:
        data = archive.read(FILE)
    session = onnxruntime.InferenceSession(data, options, ["CPUExecutionProvider"])
    samples = samples.astype(np.float32)
    feed = {"audio": samples[None], "fmin": np.array(low, "<f4"), "fmax": np.array(high, "<f4")}
    hz, confidence = (output[0] for output in session.run(["pitch", "confidence"], feed))
    hops = samples[: len(hz) * HOP].reshape(len(hz), HOP).astype(np.float64)
    confidence = np.where(np.abs(hops).max(1) < SILENCE, 0, confidence)
    power = (hops**2).sum(1)
    before = np.concatenate([[0], power[:-1]])
    level = 20 * np.log10(np.maximum(np.sqrt((before + power) / (2 * HOP)), 1e-7))
    return hz, confidence, level


def notes(hz: np.ndarray, confidence: np.ndarray, level: np.ndarray, cost=5.0):
    """[first frame, frame behind the last, MIDI pitch] of the cheapest cover by notes and silence:
    segment_notes, with all pitches that were measured as candidates.
    """
    midi = 69 + 12 * np.log2(hz.astype(np.float64) / 440)
    candidates = np.unique(np.floor(midi * 100 + 0.5) / 100)
    odds = np.clip(confidence.astype(np.float64), 0.01, 0.99)
    padded = np.pad(level, 4, mode="symmetric")
    windows = np.lib.stride_tricks.sliding_window_view(padded, 5).max(1)
    dip = np.minimum(windows[: len(hz)], windows[4:]) - level - 10 * np.log10(2)
    voice = np.maximum(0, dip) - np.log(odds / (1 - odds))
    # To the end of each frame: the least cost, and by which note (or silence) it came about.
    least, came = [0.0], []
    costs, begins = np.full(len(candidates), np.inf), np.zeros(len(candidates), int)
    for frame in range(len(hz)):
        fresh = least[-1] + cost < costs
        costs[fresh], begins[fresh] = least[-1] + cost, frame
        deviation = np.minimum(np.abs(candidates - midi[frame]), 2)
        costs = costs + confidence[frame] * deviation + voice[frame]
        best = int(costs.argmin())
        sounds = costs[best] < least[-1]
        came.append((int(begins[best]), float(candidates[best])) if sounds else (frame, None))
        least.append(float(costs[best]) if sounds else least[-1])
    found, end = [], len(hz)
    while end > 0:
        begin, where = came[end - 1]
        if where is not None:
            found.append([begin, end, where])
        end = begin
    return found[::-1]
