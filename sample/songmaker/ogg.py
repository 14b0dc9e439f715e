"""Ogg Vorbis in and out through libsndfile, with the same bytes for the same samples."""

import io
from pathlib import Path

import numpy as np
import soundfile

from .dsp import RATE

# libvorbis has crashed on very long single writes; blocks of this size are safe.
_BLOCK_FRAMES = 8192


def _crc_table() -> list[int]:
    table = []
    for index in range(256):
        value = index << 24
        for _ in range(8):
            value = ((value << 1) ^ 0x04C11DB7) if value & 0x80000000 else value << 1
        table.append(value & 0xFFFFFFFF)
    return table


def with_serial(data: bytes, serial: int) -> bytes:
    """Replaces the stream number, which libsndfile draws at random, in all pages (RFC 3533)."""
    table, result, offset = _crc_table(), bytearray(data), 0
    while offset < len(result):
        if result[offset : offset + 4] != b"OggS":
            raise ValueError(f"no Ogg page at byte {offset}")
        segments = result[offset + 26]
        size = 27 + segments + sum(result[offset + 27 : offset + 27 + segments])
        page = result[offset : offset + size]
        page[14:18] = serial.to_bytes(4, "little")
        page[22:26] = bytes(4)
        crc = 0
        for byte in page:
            crc = ((crc << 8) & 0xFFFFFFFF) ^ table[(crc >> 24) ^ byte]
        page[22:26] = crc.to_bytes(4, "little")
        result[offset : offset + size] = page
        offset += size
    return bytes(result)


def write(
    path: Path, samples: np.ndarray, quality: float, serial: int, tags: dict[str, str]
) -> None:
    """Encodes stereo float samples; quality runs from 0 (worst) to 1."""
    buffer = io.BytesIO()
    with soundfile.SoundFile(
        buffer,
        "w",
        RATE,
        samples.shape[1],
        "VORBIS",
        format="OGG",
        compression_level=1.0 - quality,
    ) as file:
        for name, value in tags.items():
            setattr(file, name, value)
        for begin in range(0, len(samples), _BLOCK_FRAMES):
            file.write(samples[begin : begin + _BLOCK_FRAMES])
    path.write_bytes(with_serial(buffer.getvalue(), serial))


def read(path: Path) -> np.ndarray:
    """Decodes to float64, (frames, channels)."""
    samples, rate = soundfile.read(path, always_2d=True)
    if rate != RATE:
        raise ValueError(f"{path} has {rate} Hz, expected {RATE}")
    return samples
