"""What the network hears of a song: bands of a spectrum, a hundred times a second."""

import sys
from pathlib import Path

import numpy as np
from kits import RATE

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "tests" / "golden"))
from beatnet_reference import filter_bank

FRAME, HOP, BANDS_PER_OCTAVE = 2048, 441, 12
#: Samples are as much louder before the logarithm, so that quiet hits are heard, too.
GAIN = 16.0
_BANK = filter_bank(RATE, FRAME, BANDS_PER_OCTAVE).astype(np.float32)
BANDS = _BANK.shape[1]


def features(samples: np.ndarray) -> np.ndarray:
    """[frame][BANDS] of mono samples at RATE; frame k is centred on sample k * HOP."""
    count = -(-len(samples) // HOP)
    padded = np.pad(samples.astype(np.float32), (FRAME // 2, FRAME))
    window = (GAIN * np.hanning(FRAME)).astype(np.float32)
    windows = np.lib.stride_tricks.sliding_window_view(padded, FRAME)[::HOP][:count]
    bands = []
    for first in range(0, count, 1000):
        spectrum = np.fft.rfft(windows[first : first + 1000] * window, axis=1)
        bands.append(np.abs(spectrum)[:, : FRAME // 2].astype(np.float32) @ _BANK)
    return np.log10(1 + np.concatenate(bands))
