"""What HTDemucs is given for one segment of a song: the published pipeline, written out with numpy.

    python make_input.py SONG.f32 OUT

SONG.f32: the whole song at 44.1 kHz, float32, left and right in turns. Writes to the folder OUT
waveform.f32 and spectrum.f32, as divisi's model file has its inputs, and input.npz by the names and
shapes of the ONNX file, for the importer's --input.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

RATE = 44100
START = 5 * RATE  # everyone plays and sings from here on
FRAMES = 343980  # what the network takes: 7.8 s
FFT = 4096
HOP = 1024


def spectrum(waveform: np.ndarray) -> np.ndarray:
    """[2, frames] to complex [2, 2048, 336]: torch.stft as Demucs' _spec calls it."""
    columns = -(-FRAMES // HOP)
    lead = HOP // 2 * 3
    padded = np.pad(waveform, ((0, 0), (lead, lead + columns * HOP - FRAMES)), "reflect")
    padded = np.pad(padded, ((0, 0), (FFT // 2, FFT // 2)), "reflect")
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(FFT) / FFT)
    cuts = np.lib.stride_tricks.sliding_window_view(padded, FFT, axis=1)[:, ::HOP]
    bins = np.fft.rfft(cuts * window, axis=-1).transpose(0, 2, 1) / np.sqrt(FFT)
    return bins[:, :-1, 2 : 2 + columns]


def main(song_file: str, out: str) -> None:
    song = np.fromfile(song_file, "<f4").reshape(-1, 2).T.astype(np.float64)
    mono = song.mean(0)
    normal = (song - mono.mean()) / (mono.std() + 1e-8)
    waveform = normal[:, START : START + FRAMES]
    if waveform.shape[1] != FRAMES:
        sys.exit(f"{song_file}: {song.shape[1]} frames, {START + FRAMES} are needed")
    bins = spectrum(waveform)
    parts = np.stack([bins.real, bins.imag], 1).reshape(4, *bins.shape[1:]).astype("<f4")
    waveform = waveform.astype("<f4")
    folder = Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    np.ascontiguousarray(waveform.T).tofile(folder / "waveform.f32")
    np.ascontiguousarray(parts.transpose(1, 2, 0)).tofile(folder / "spectrum.f32")
    named = {"input": waveform[None], "onnx::ReduceMean_1": parts[None]}
    np.savez(folder / "input.npz", **named)


if __name__ == "__main__":
    main(*sys.argv[1:])
