"""basic-pitch 0.4.0 as the package has it: the original ONNX file in onnxruntime, and the package's
inference.py and note_creation.py in numpy. The reference for front end, network and note creation.

It shares no code with the core or the importer: spectrum and network are the original's own graph.
"""

import zipfile
from pathlib import Path

import numpy as np
import onnxruntime

RATE, WINDOW, HOP, BINS = 22050, 43844, 256, 88
FRAMES, MARGIN = 172, 15  # of a window; left out at either end of it
ORIGINAL_WINDOW_HOP = WINDOW - 2 * MARGIN * HOP
#: Windows whose frames follow each other without a jump in time; divisi's default.
EVEN_WINDOW_HOP = (FRAMES - 2 * MARGIN) * HOP
FILE = "basic_pitch/saved_models/icassp_2022/nmp.onnx"
WHEEL = (
    Path(__file__).resolve().parents[2] / ".deps/downloads/basic_pitch-0.4.0-py2.py3-none-any.whl"
)


class Network:
    def __init__(self, wheel: Path = WHEEL):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        with zipfile.ZipFile(wheel) as archive:
            data = archive.read(FILE)
        self._session = onnxruntime.InferenceSession(data, options, ["CPUExecutionProvider"])

    def run(self, window: np.ndarray) -> list[np.ndarray]:
        """note [172][88], onset [172][88], contour [172][264] of WINDOW samples."""
        names = [f"StatefulPartitionedCall:{i}" for i in (1, 2, 0)]
        feed = {"serving_default_input_2:0": window.astype(np.float32)[None, :, None]}
        return [output[0] for output in self._session.run(names, feed)]

    def activations(self, samples: np.ndarray, window_hop: int = ORIGINAL_WINDOW_HOP):
        """note, onset, contour of mono samples at RATE, as inference.py joins windows."""
        padded = np.concatenate([np.zeros(MARGIN * HOP, np.float32), samples.astype(np.float32)])
        parts = []
        for start in range(0, len(padded), window_hop):
            window = padded[start : start + WINDOW]
            window = np.pad(window, (0, WINDOW - len(window)))
            parts.append([output[MARGIN:-MARGIN] for output in self.run(window)])
        count = len(samples) * (RATE // HOP) // RATE
        if window_hop == EVEN_WINDOW_HOP:
            count = -(-len(samples) // HOP)
        return [np.concatenate(part)[:count] for part in zip(*parts, strict=True)]


def times(count: int) -> np.ndarray:
    """Seconds of frames, as the package tells them: model_frames_to_time."""
    frames = np.arange(count)
    late = HOP / RATE * (FRAMES - WINDOW / HOP) + 0.0018
    return frames * HOP / RATE - late * (frames // FRAMES)


def inferred_onsets(onset: np.ndarray, note: np.ndarray) -> np.ndarray:
    rises = []
    for step in (1, 2):
        before = np.concatenate([np.zeros((step, BINS)), note[:-step]])
        rises.append(note - before)
    rise = np.maximum(np.min(rises, axis=0), 0)
    rise[:2] = 0
    return np.maximum(onset, onset.max() * rise / rise.max())


def create_notes(
    note, onset, onset_threshold=0.5, frame_threshold=0.3, min_frames=11, tolerance=11
) -> list[tuple[int, int, int, float]]:
    """output_to_notes_polyphonic: (first frame, end frame, MIDI pitch, amplitude)."""
    onset = inferred_onsets(onset, note)
    peaks = np.zeros(onset.shape, bool)
    peaks[1:-1] = (onset[1:-1] > onset[:-2]) & (onset[1:-1] > onset[2:])
    left = note.astype(np.float64)
    last = len(note) - 1
    notes = []

    def keep(first: int, end: int, bin_: int):
        notes.append((first, end, bin_ + 21, float(note[first:end, bin_].mean())))

    starts = np.argwhere(peaks & (onset >= onset_threshold))
    for start, bin_ in starts[::-1]:
        if start >= last:
            continue
        end, quiet = start + 1, 0
        while end < last and quiet < tolerance:
            quiet = quiet + 1 if left[end, bin_] < frame_threshold else 0
            end += 1
        end -= quiet
        if end - start <= min_frames:
            continue
        left[start:end, max(bin_ - 1, 0) : bin_ + 2] = 0
        keep(int(start), int(end), int(bin_))

    while left.max() > frame_threshold:
        middle, bin_ = np.unravel_index(np.argmax(left), left.shape)
        left[middle, bin_] = 0
        ends = []
        for step in (1, -1):
            at, quiet = middle + step, 0
            while (at < last if step > 0 else at > 0) and quiet < tolerance:
                quiet = quiet + 1 if left[at, bin_] < frame_threshold else 0
                left[at, max(bin_ - 1, 0) : bin_ + 2] = 0
                at += step
            ends.append(at - step * (1 + quiet))
        end, start = ends
        if end - start > min_frames:
            keep(int(start), int(end), int(bin_))
    return notes


def bends(contour: np.ndarray, notes) -> list[list[int]]:
    """get_pitch_bends, in thirds of a semitone."""
    reach = 25
    weights = np.exp(-0.5 * (np.arange(-reach, reach + 1) / 5) ** 2)
    found = []
    for first, end, pitch, _ in notes:
        centre = 3 * (pitch - 21)
        low, high = max(centre - reach, 0), min(centre + reach + 1, contour.shape[1])
        part = contour[first:end, low:high] * weights[low - centre + reach : high - centre + reach]
        found.append((part.argmax(axis=1) + low - centre).tolist())
    return found


def log_odds(heard: np.ndarray, weights: dict[str, np.ndarray]) -> np.ndarray:
    """divisi's own network (models/train/notes/network.py) in float64: [column][pitch][3] of
    [column][pitch][5], with silence beyond both ends.
    """
    shifts = (-24, -19, -12, -7, -5, -2, -1, 1, 2, 5, 7, 12, 19, 24, 28, 31, 36)
    silence = np.zeros((65, *heard.shape[1:]))
    heard = np.concatenate([silence, heard, silence])
    levels = np.log(heard / 0.02 + 1) / 4
    wide = np.pad(levels[..., :2], ((0, 0), (36, 36), (0, 0)))
    others = [wide[:, 36 + shift : 36 + shift + BINS] for shift in shifts]
    x = np.concatenate([levels, heard[..., :2], *others], 2)
    place = (np.arange(BINS) - 44) / 44
    places = np.stack([place, place**2], 1) @ weights["place.weight"].T.astype(np.float64)
    x = _convolved(x, weights, "mix")
    x = x + levels.mean(1)[:, None] @ weights["around.weight"].T.astype(np.float64) + places
    x = np.maximum(_convolved(np.maximum(x, 0), weights, "near"), 0)
    for name, dilation in (("wide", 3), ("across", 1), ("widest", 8), ("farthest", 20)):
        x = x + np.maximum(_convolved(x, weights, name, dilation), 0)
    return _convolved(x, weights, "out")[65:-65]


def _convolved(x: np.ndarray, weights: dict, name: str, dilation: int = 1) -> np.ndarray:
    """PyTorch's Conv2d of [column][pitch][channel], as long as its input."""
    kernel = weights[f"{name}.weight"].astype(np.float64)  # [O][C][columns][pitches]
    rows, pitches = kernel.shape[2] // 2 * dilation, kernel.shape[3] // 2
    padded = np.pad(x, ((rows, rows), (pitches, pitches), (0, 0)))
    total = np.broadcast_to(weights[f"{name}.bias"].astype(np.float64), (*x.shape[:2], len(kernel)))
    for i in range(kernel.shape[2]):
        for j in range(kernel.shape[3]):
            part = padded[i * dilation : i * dilation + len(x), j : j + x.shape[1]]
            total = total + part @ kernel[:, :, i, j].T
    return total
