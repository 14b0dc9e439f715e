"""Separates files with a checkpoint, as the engine does it in its default mode, for checks.

    python -m models.train.separate --run NAME MIXES OUT

MIXES: a folder with TRACK/mixture.flac, as evaluate.py and evaluation.py know it; OUT gets
TRACK/STEM.wav. `--exponent` sharpens the masks: the engine's default mode raises them by 1.5.
"""

import argparse
from pathlib import Path

import numpy as np
import soundfile
import torch

from .batches import FFT, HOP, LEVEL_DB
from .constants import DATA, RATE, STEMS
from .export import load
from .network import BINS, EPSILON

_WINDOW = torch.hann_window(FFT)
_CHUNK = 512


def separate(network, mix: np.ndarray, exponent: float = 1.0) -> dict[str, np.ndarray]:
    """`mix` [frames, 2] -> stems of the same shape, which add up to it."""
    rms = float(np.sqrt((mix**2).mean())) + 1e-9
    signal = torch.from_numpy(mix.T.astype(np.float32)).contiguous()
    padded = torch.nn.functional.pad(signal, (FFT, 2 * FFT))
    spectrum = torch.stft(padded, FFT, HOP, window=_WINDOW, center=False, return_complex=True)
    spectrum = spectrum.transpose(1, 2)  # [2, columns, 2049]
    columns = spectrum.shape[1]
    magnitude = spectrum.abs()[..., :BINS] * (10 ** (LEVEL_DB / 20) / rms)
    masks = torch.ones(len(STEMS), 2, columns, FFT // 2 + 1)
    step = _CHUNK - _CHUNK // 8
    weight = torch.zeros(columns)
    total = torch.zeros(len(STEMS), 2, columns, BINS)
    fade = (
        torch.minimum(torch.arange(_CHUNK) + 1, torch.arange(_CHUNK, 0, -1)).clamp(max=64).float()
    )
    with torch.no_grad():
        for start in range(0, columns, step):
            part = magnitude[:, start : start + _CHUNK]
            count = part.shape[1]
            part = torch.nn.functional.pad(part, (0, 0, 0, -count % _CHUNK))
            out = network.estimates(part[None])[0][:, :, :count]
            total[:, :, start : start + count] += out * fade[:count, None]
            weight[start : start + count] += fade[:count]
    estimates = (total / weight[:, None]) ** exponent
    small = EPSILON**exponent
    ratio = (estimates + small / len(STEMS)) / (estimates.sum(0) + small)
    masks[..., :BINS] = ratio
    masks[..., BINS:] = ratio[..., BINS // 2 :].mean(-1, keepdim=True)  # the engine's extension
    out = {}
    for stem, mask in zip(STEMS, masks, strict=True):
        frames = torch.fft.irfft(mask * spectrum, FFT) * _WINDOW
        length = (columns - 1) * HOP + FFT
        flat = (
            torch.nn.functional.fold(
                frames.transpose(1, 2), (1, length), (1, FFT), stride=(1, HOP)
            )[:, 0, 0]
            / 1.5
        )
        out[stem] = flat[:, FFT : FFT + len(mix)].T.numpy()
    return out


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("mixes", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--run", required=True)
    parser.add_argument("--checkpoint", default="best.pt")
    parser.add_argument("--exponent", type=float, default=1.5)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    network = load(DATA / "runs" / arguments.run / arguments.checkpoint)
    for file in sorted(arguments.mixes.glob("*/mixture.flac")):
        mix, rate = soundfile.read(file, always_2d=True, dtype="float32")
        if rate != RATE:
            raise SystemExit(f"{file} has {rate} Hz, expected {RATE}")
        folder = arguments.out / file.parent.name
        folder.mkdir(parents=True, exist_ok=True)
        stems = separate(
            network, np.repeat(mix, 2, 1)[:, :2] if mix.shape[1] == 1 else mix, arguments.exponent
        )
        for stem, samples in stems.items():
            soundfile.write(folder / f"{stem}.wav", samples, RATE, subtype="FLOAT")
        accompaniment = sum(samples for stem, samples in stems.items() if stem != "vocals")
        soundfile.write(folder / "accompaniment.wav", accompaniment, RATE, subtype="FLOAT")


if __name__ == "__main__":
    main()
