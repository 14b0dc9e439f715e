"""WAV in and out for the reference: 16, 24 and 32-bit PCM and float, without a further package."""

import struct
from pathlib import Path

import numpy as np

_PCM, _FLOAT, _EXTENSIBLE = 1, 3, 0xFFFE


def read(path: Path) -> tuple[int, np.ndarray]:
    """@return the sample rate and float64 samples [N, channels], full scale 1."""
    data = Path(path).read_bytes()
    if data[:4] != b"RIFF" or data[8:12] != b"WAVE":
        raise ValueError(f"{path}: not a WAV file")
    position, header, samples = 12, None, b""
    while position + 8 <= len(data):
        name, size = struct.unpack_from("<4sI", data, position)
        body = data[position + 8 : position + 8 + size]
        if name == b"fmt ":
            header = struct.unpack_from("<HHIIHH", body)
            kind = struct.unpack_from("<H", body, 24)[0] if header[0] == _EXTENSIBLE else header[0]
        elif name == b"data":
            samples = body
        position += 8 + size + size % 2
    if header is None:
        raise ValueError(f"{path}: no fmt chunk")
    _, channels, rate, _, _, bits = header
    if kind == _FLOAT:
        values = np.frombuffer(samples, f"<f{bits // 8}").astype(np.float64)
    elif kind == _PCM and bits == 24:
        triples = np.frombuffer(samples, np.uint8).reshape(-1, 3).astype(np.int32)
        values = (triples @ [1 << 8, 1 << 16, 1 << 24]).astype(np.int32) / 2.0**31
    elif kind == _PCM and bits in (16, 32):
        values = np.frombuffer(samples, f"<i{bits // 8}") / 2.0 ** (bits - 1)
    else:
        raise ValueError(f"{path}: format {kind} with {bits} bits is not supported")
    return rate, values.reshape(-1, channels)


def write_float(path: Path, rate: int, samples: np.ndarray) -> None:
    data = samples.astype("<f4").tobytes()
    channels = samples.shape[1]
    fmt = struct.pack("<HHIIHH", _FLOAT, channels, rate, rate * channels * 4, channels * 4, 32)
    chunks = b"fmt " + struct.pack("<I", len(fmt)) + fmt
    chunks += b"data" + struct.pack("<I", len(data)) + data
    Path(path).write_bytes(b"RIFF" + struct.pack("<I", 4 + len(chunks)) + b"WAVE" + chunks)
