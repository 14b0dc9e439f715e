"""Separators that hear segments of audio, small images of their originals, and what they make of
a song: tests/golden/segments/.

    .deps/venv/bin/python tests/golden/make_segments.py

The signal processing is written down as the original programs have it (Demucs' apply.py and
htdemucs.py, torch.stft and istft, audio-separator's mdx_separator.py, Open-Unmix' filtering.py),
in float64, and shares nothing with divisi's. Networks are random convolutions, the same in numpy.
What a stream cannot know, the mean and deviation of the whole song, is that of what was heard up to
the segment's end.
"""

import json
import struct
from pathlib import Path

import numpy as np

OUT = Path(__file__).parent / "segments"
FRAMES = 1700


def make_song() -> np.ndarray:
    """[2, FRAMES]: tones and noise that swell, and a little DC."""
    random = np.random.default_rng(1)
    n = np.arange(FRAMES)
    tones = np.stack([np.sin(n / 7 + np.sin(n / 90)), np.sin(n / 5 + 1)])
    song = (0.2 + 0.6 * n / FRAMES) * (0.3 * tones + 0.2 * random.standard_normal((2, FRAMES)))
    return (song + np.array([[0.03], [0.01]])).astype(np.float32).astype(np.float64)


# Networks


class Network:
    """Random convolutions, as numpy functions and as a divisi graph."""

    def __init__(self, seed: int):
        self.random = np.random.default_rng(seed)
        self.nodes, self.tensors, self.inputs, self.outputs = [], {}, [], []

    def convolution(self, source: str, name: str, channels: tuple[int, int], size, relu: bool):
        """x [H, W, C] -> [H, W, O], zeros around."""
        height, width = size
        inner, outer = channels
        kernel = self.random.standard_normal((outer, height, width, inner)).astype(np.float32)
        kernel *= np.float32(0.8 / np.sqrt(height * width * inner))
        bias = (0.02 * self.random.standard_normal(outer)).astype(np.float32)
        self.tensors |= {f"{name}/kernel": kernel, f"{name}/bias": bias}
        top, left = (height - 1) // 2, (width - 1) // 2
        padding = [top, height - 1 - top, left, width - 1 - left]
        attributes = {"padding": padding} | ({"activation": "relu"} if relu else {})
        weights = {"kernel": f"{name}/kernel", "bias": f"{name}/bias"}
        self.nodes.append(
            {"op": "conv2d", "inputs": [source], "output": name}
            | {"weights": weights, "attributes": attributes}
        )

        def apply(x: np.ndarray) -> np.ndarray:
            padded = np.pad(x, ((top, height - 1 - top), (left, width - 1 - left), (0, 0)))
            views = np.lib.stride_tricks.sliding_window_view(padded, (height, width), (0, 1))
            y = np.einsum("hwcij,oijc->hwo", views, kernel.astype(np.float64)) + bias
            return np.maximum(y, 0) if relu else y

        return apply

    def two(self, source: str, name: str, channels, size, relu=False):
        """Two of them with a ReLU between."""
        first = self.convolution(source, f"{name}/inner", (channels[0], 8), size, True)
        second = self.convolution(f"{name}/inner", name, (8, channels[1]), size, relu)
        self.outputs.append({"name": name, "value": name})
        return lambda x: second(first(x))

    def input(self, name: str, shape: list[int]):
        self.inputs.append({"name": name, "shape": shape})

    def write(self, path: Path, task: dict):
        graph = {"version": 1, "inputs": self.inputs, "outputs": self.outputs, "nodes": self.nodes}
        card = {"version": 1, "name": path.parent.name}
        documents = {"divisi.task": task, "divisi.graph": graph, "divisi.card": card}
        header = {"__metadata__": {key: json.dumps(value) for key, value in documents.items()}}
        data = b""
        for name, tensor in self.tensors.items():
            end = len(data) + tensor.nbytes
            header[name] = {"dtype": "F32", "shape": tensor.shape, "data_offsets": [len(data), end]}
            data += tensor.tobytes()
        text = json.dumps(header).encode()
        path.write_bytes(struct.pack("<Q", len(text)) + text + data)


# Transforms, as torch has them


def hann(size: int) -> np.ndarray:
    return 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(size) / size)


def stft(x: np.ndarray, size: int, hop: int, normalised: bool) -> np.ndarray:
    """[2, n] -> [2, bins, columns]; torch.stft with center=True, pad_mode="reflect"."""
    x = np.pad(x, ((0, 0), (size // 2, size // 2)), "reflect")
    views = np.lib.stride_tricks.sliding_window_view(x, size, axis=1)[:, ::hop]
    z = np.fft.rfft(views * hann(size), axis=-1).transpose(0, 2, 1)
    return z / np.sqrt(size) if normalised else z


def istft(z: np.ndarray, size: int, hop: int, normalised: bool, length: int) -> np.ndarray:
    """torch.istft with center=True."""
    columns = np.fft.irfft(z.transpose(0, 2, 1) * (np.sqrt(size) if normalised else 1), size)
    y = np.zeros((len(z), size + hop * (z.shape[2] - 1)))
    weights = np.zeros(y.shape[1])
    for i in range(z.shape[2]):
        y[:, i * hop : i * hop + size] += columns[:, i] * hann(size)
        weights[i * hop : i * hop + size] += hann(size) ** 2
    y = (y / np.maximum(weights, 1e-11))[:, size // 2 :]
    return np.pad(y, ((0, 0), (0, max(0, length - y.shape[1]))))[:, :length]


def parts_of(z: np.ndarray) -> np.ndarray:
    """[2, bins, columns] -> [4, bins, columns]: L re, L im, R re, R im."""
    return np.stack([z.real, z.imag], 1).reshape(4, *z.shape[1:])


def complex_of(parts: np.ndarray) -> np.ndarray:
    parts = parts.reshape(2, 2, *parts.shape[1:])
    return parts[:, 0] + 1j * parts[:, 1]


# The models


def hybrid(song: np.ndarray):
    """HTDemucs: samples and spectrum in, both out and added; the last segment centred."""
    size, hop, segment, stems = 64, 16, 500, ["drums", "bass", "vocals"]
    stride, columns = int(0.75 * segment), -(-segment // hop)
    net = Network(2)
    net.input("waveform", [1, segment, 2])
    net.input("spectrum", [size // 2, columns, 4])
    of_spectrum = net.two("spectrum", "spectrum-stems", (4, 4 * len(stems)), (3, 3))
    of_waveform = net.two("waveform", "waveform-stems", (2, 2 * len(stems)), (1, 5))

    def apply(x):
        pad = hop // 2 * 3
        z = np.pad(x, ((0, 0), (pad, pad + columns * hop - segment)), "reflect")
        z = stft(z, size, hop, True)[:, :-1, 2 : 2 + columns]
        y = of_spectrum(parts_of(z).transpose(1, 2, 0)).transpose(2, 0, 1)
        waves = of_waveform(x.T[None])[0].T.reshape(len(stems), 2, segment)
        result = []
        for i in range(len(stems)):
            z = np.pad(complex_of(y[4 * i : 4 * i + 4]), ((0, 0), (0, 1), (2, 2)))
            branch = istft(z, size, hop, True, hop * columns + 2 * pad)
            result.append(branch[:, pad : pad + segment] + waves[i])
        return np.stack(result)

    n = song.shape[1]
    ramp = np.concatenate(
        [np.arange(1, segment // 2 + 1), np.arange(segment - segment // 2, 0, -1)]
    )
    ramp = ramp / ramp.max()
    out, weights = np.zeros((len(stems), 2, n)), np.zeros(n)
    for at in range(0, n, stride):
        heard = song[:, : at + segment].mean(0)
        mean, deviation = heard.mean(), heard.std() + 1e-8
        length = min(segment, n - at)
        begin = at - (segment - length) // 2
        first, last = max(0, begin), min(n, begin + segment)
        part = np.zeros((2, segment))
        part[:, first - begin : last - begin] = (song[:, first:last] - mean) / deviation
        result = apply(part)[..., at - begin : at - begin + length] * deviation
        out[..., at : at + length] += ramp[:length] * result
        weights[at : at + length] += ramp[:length]
    task = {
        "segments": {
            "frames": segment,
            "hopFrames": stride,
            "join": "triangular",
            "end": "centred",
        },
        "normalisation": {
            "over": "song",
            "mean": "removed",
            "scale": "deviation",
            "epsilon": 1e-8,
        },
        "stft": {
            "fftSize": size,
            "hop": hop,
            "window": "hann",
            "scale": "root",
            "leadFrames": 24,
            "columns": columns,
            "padding": "reflect",
            "bins": size // 2,
            "edges": "faded",
        },
        "inputs": [
            {"name": "waveform", "value": "waveform", "layout": "1 frames channels"},
            {"name": "spectrum", "value": "spectrum", "layout": "bins columns (channels parts)"},
        ],
        "stems": stems,
        "outputs": [
            {
                "name": "spectrum-stems",
                "value": "spectrum",
                "layout": "bins columns (stems channels parts)",
            },
            {"name": "waveform-stems", "value": "waveform", "layout": "1 frames (stems channels)"},
        ],
        "residual": "shared",
    }
    return net, task, dict(zip(stems, out / weights, strict=True))


def complex_in_complex_out(song: np.ndarray):
    """MDX-Net: a spectrum of one stem; windows of 60 = 2² * 3 * 5, silence before the song."""
    size, hop, columns, bins, zeroed, gain = 60, 12, 40, 20, 3, 1.035
    chunk, trim = hop * (columns - 1), size // 2
    step = int(0.75 * chunk)
    net = Network(3)
    net.input("mix", [columns, bins, 4])
    network = net.two("mix", "vocals", (4, 4), (3, 5))

    def apply(x):
        z = stft(x, size, hop, False)[:, :bins].copy()
        z[:, :zeroed] = 0
        y = network(parts_of(z).transpose(2, 1, 0)).transpose(2, 1, 0)
        z = np.pad(complex_of(y), ((0, 0), (0, size // 2 + 1 - bins), (0, 0)))
        return istft(z, size, hop, False, chunk) * gain

    n = song.shape[1]
    mix = np.pad(song, ((0, 0), (trim, chunk)))
    window = np.sin(np.pi * (np.arange(chunk) + 0.5) / chunk) ** 2
    out, weights = np.zeros_like(mix), np.zeros(mix.shape[1])
    for at in range(0, n + trim, step):
        out[:, at : at + chunk] += apply(mix[:, at : at + chunk]) * window
        weights[at : at + chunk] += window
    vocals = (out / np.maximum(weights, 1e-11))[:, trim : trim + n]
    task = {
        "segments": {
            "frames": chunk,
            "hopFrames": step,
            "leadFrames": trim,
            "join": "hann",
            "end": "zeros",
        },
        "level": {"rmsDb": -16},
        "stft": {
            "fftSize": size,
            "hop": hop,
            "window": "hann",
            "leadFrames": trim,
            "columns": columns,
            "padding": "reflect",
            "bins": bins,
            "zeroedBins": zeroed,
        },
        "inputs": [{"name": "mix", "value": "spectrum", "layout": "columns bins (channels parts)"}],
        "stems": ["vocals", "accompaniment"],
        "outputs": [
            {
                "name": "vocals",
                "value": "spectrum",
                "layout": "columns bins (channels parts)",
                "stems": ["vocals"],
                "gain": gain,
            }
        ],
        "remainder": "accompaniment",
    }
    return net, task, {"vocals": vocals, "accompaniment": song - vocals}


def magnitudes(song: np.ndarray):
    """Open-Unmix: a magnitude for each stem from those of the mix; shares of the mix from them."""
    size, hop, segment = 48, 12, 480
    stride, bins, columns = segment // 2, size // 2 + 1, segment // hop + 1
    stems = ["vocals", "other"]
    net = Network(4)
    net.input("mix", [columns, bins, 2])
    networks = [net.two("mix", stem, (2, 2), (5, 3), True) for stem in stems]

    def apply(x):
        z = stft(x, size, hop, False)
        estimates = [net(np.abs(z).transpose(2, 1, 0)).transpose(2, 1, 0) for net in networks]
        total = np.sum([y**1.5 for y in estimates], 0) + 1e-10
        masks = [(y**1.5 + 1e-10 / len(stems)) / total for y in estimates]
        return np.stack([istft(mask * z, size, hop, False, segment) for mask in masks])

    n = song.shape[1]
    out, weights = np.zeros((2, 2, n)), np.zeros(n)
    for at in range(0, n, stride):
        length = min(segment, n - at)
        begin = at - (segment - length)  # moved back among real neighbours
        part = song[:, begin : begin + segment]
        mean = part.mean(0).mean()
        peak = np.abs(part).max() + 1e-3
        result = apply((part - mean) / peak * 2)[..., at - begin :] / 2 * peak + mean
        out[..., at : at + length] += result
        weights[at : at + length] += 1
    task = {
        "segments": {"frames": segment, "hopFrames": stride, "join": "none", "end": "moved"},
        "normalisation": {
            "over": "segment",
            "mean": "restored",
            "scale": "peak",
            "epsilon": 1e-3,
            "target": 2,
        },
        "stft": {
            "fftSize": size,
            "hop": hop,
            "window": "hann",
            "leadFrames": size // 2,
            "columns": columns,
            "padding": "reflect",
            "bins": bins,
        },
        "inputs": [{"name": "mix", "value": "magnitude", "layout": "columns bins channels"}],
        "stems": stems,
        "outputs": [
            {
                "name": stem,
                "value": "magnitude",
                "layout": "columns bins channels",
                "stems": [stem],
            }
            for stem in stems
        ],
        "ratioMask": {"exponent": 1.5, "epsilon": 1e-10},
        "residual": "shared",
    }
    return net, task, dict(zip(stems, out / weights, strict=True))


def main():
    song = make_song()
    OUT.mkdir(exist_ok=True)
    (OUT / "song.f32").write_bytes(song.T.astype("<f4").tobytes())
    for model in (hybrid, complex_in_complex_out, magnitudes):
        net, task, stems = model(song)
        folder = OUT / model.__name__.replace("_", "-")
        folder.mkdir(exist_ok=True)
        common = {"version": 1, "task": "separation", "sampleRate": 44100, "channels": 2}
        net.write(folder / "model.safetensors", common | task)
        for stem, samples in stems.items():
            (folder / f"{stem}.f32").write_bytes(samples.T.astype("<f4").tobytes())


if __name__ == "__main__":
    main()
