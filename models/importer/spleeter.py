"""Spleeter (Deezer): one U-Net for each stem, from the authors' TensorFlow checkpoint.

The network is the one that the checkpoint was trained with: spleeter/model/functions/unet.py,
`unet.unet`, with the 2stems configuration (LeakyReLU 0.2 in the encoder, ReLU in the decoder).
"""

import zipfile
from pathlib import Path

import numpy as np
from divisi_importer.errors import ImportFailure
from divisi_importer.model_writer import GraphBuilder

from .checkpoint import Checkpoint

_FRAMES, _BINS, _CHANNELS = 512, 1024, 2
_FILTERS = [16, 32, 64, 128, 256, 512]
_LEAKY_SLOPE = 0.2
_BATCH_NORM_EPSILON = 1e-3  # Keras' default
# TensorFlow's SAME for a stride of 2, a kernel of 5 and an even size: one cell less before than
# after. [top, bottom, left, right]
_SAME_STRIDE_2 = [1, 2, 1, 2]
# SAME for a kernel of 4 with dilation 2 (7 cells wide).
_SAME_HEAD = [3, 3, 3, 3]
# What a U-Net takes from the checkpoint's numbered variables: 6 encoder convolutions and the head,
# 6 transposed convolutions, 12 batch norms (the encoder's sixth is trained but never used).
_CONVS, _TRANSPOSED_CONVS, _BATCH_NORMS = 7, 6, 12


def import_model(package: Path, entry: dict) -> tuple[dict, dict, dict[str, np.ndarray]]:
    """@return the task document, the graph document and the tensors (float32 or float64)."""
    checkpoint = _open_checkpoint(package, entry["source"]["checkpoint"])
    builder = GraphBuilder()
    outputs = []
    for index, stem in enumerate(entry["stems"]):
        value = _UNet(checkpoint, builder, index, stem).build("mix")
        outputs.append({"name": stem, "value": value})
    graph = builder.document(
        inputs=[{"name": "mix", "shape": [_FRAMES, _BINS, _CHANNELS]}], outputs=outputs
    )
    return _task(entry), graph, builder.tensors


def _task(entry: dict) -> dict:
    return {
        "version": 1,
        "task": "separation",
        "sampleRate": entry["sampleRate"],
        "channels": _CHANNELS,
        "frontEnd": {
            "type": "stft",
            "fftSize": 4096,
            "hop": 1024,
            "window": "hann",
            "bins": _BINS,
            "value": "magnitude",
        },
        "chunking": {"frames": _FRAMES, "multipleOf": 2 ** len(_FILTERS)},
        "stems": entry["stems"],
        "backEnd": {
            "type": "ratio-mask",
            "exponent": 2,
            "epsilon": 1e-10,
            "remainder": "accompaniment",
        },
        # Measured: most mixes separate best when as loud as a modern master.
        "level": {"rmsDb": -12},
    }


def _open_checkpoint(package: Path, prefix: str) -> Checkpoint:
    try:
        with zipfile.ZipFile(package) as archive:
            index = archive.read(f"{prefix}.index")
            data = archive.read(f"{prefix}.data-00000-of-00001")
    except (zipfile.BadZipFile, KeyError, OSError) as error:
        raise ImportFailure(f"{package.name}: cannot read {prefix}: {error}") from error
    return Checkpoint(index, [data])


class _UNet:
    """Builds the nodes of one stem."""

    def __init__(self, checkpoint: Checkpoint, builder: GraphBuilder, index: int, stem: str):
        self._checkpoint = checkpoint
        self._builder = builder
        self._index = index
        self._stem = stem

    def build(self, mix: str) -> str:
        node = self._builder.node
        # Encoder. The skips, and what enters the decoder, are the raw convolutions.
        value, channels, skips = mix, _CHANNELS, []
        for k, filters in enumerate(_FILTERS, 1):
            skips.append(
                node(
                    "conv2d",
                    [value],
                    self._name(f"conv{k}"),
                    self._conv(k - 1, (5, 5), channels, filters),
                    stride=[2, 2],
                    padding=_SAME_STRIDE_2,
                )
            )
            channels = filters
            if k < len(_FILTERS):
                normed = node(
                    "affine",
                    [skips[-1]],
                    self._name(f"norm{k}"),
                    self._batch_norm(k - 1, filters),
                )
                value = node("leaky_relu", [normed], self._name(f"act{k}"), slope=_LEAKY_SLOPE)
        # Decoder: activation before the batch norm, and the skip first in every join.
        value = skips.pop()
        for j, filters in enumerate([*reversed(_FILTERS[:-1]), 1], 1):
            up = node(
                "transposed_conv2d",
                [value],
                self._name(f"up{j}"),
                self._transposed_conv(j - 1, channels, filters),
                stride=[2, 2],
                crop=_SAME_STRIDE_2,
                activation="relu",
            )
            value = node(
                "affine",
                [up],
                self._name(f"upnorm{j}"),
                self._batch_norm(len(_FILTERS) + j - 1, filters),
            )
            channels = filters
            if skips:
                value = node("concat", [skips.pop(), value], self._name(f"join{j}"), axis=-1)
                channels *= 2
        logits = node(
            "conv2d",
            [value],
            self._name("head"),
            self._conv(len(_FILTERS), (4, 4), 1, _CHANNELS),
            dilation=[2, 2],
            padding=_SAME_HEAD,
        )
        mask = node("sigmoid", [logits], self._name("mask"))
        return node("multiply", [mask, mix], self._name("estimate"))

    def _name(self, part: str) -> str:
        return f"{self._stem}/{part}"

    def _conv(self, number: int, size: tuple[int, int], inputs: int, outputs: int) -> dict:
        layer = _layer("conv2d", self._index * _CONVS + number)
        kernel = self._variable(layer, "kernel", (*size, inputs, outputs))
        return {
            "kernel": kernel.transpose(3, 0, 1, 2),
            "bias": self._variable(layer, "bias", (outputs,)),
        }

    def _transposed_conv(self, number: int, inputs: int, outputs: int) -> dict:
        layer = _layer("conv2d_transpose", self._index * _TRANSPOSED_CONVS + number)
        kernel = self._variable(layer, "kernel", (5, 5, outputs, inputs))
        return {
            "kernel": kernel.transpose(2, 0, 1, 3),
            "bias": self._variable(layer, "bias", (outputs,)),
        }

    def _batch_norm(self, number: int, channels: int) -> dict:
        layer = _layer("batch_normalization", self._index * _BATCH_NORMS + number)
        gamma, beta, mean, variance = (
            self._variable(layer, part, (channels,)).astype(np.float64)
            for part in ("gamma", "beta", "moving_mean", "moving_variance")
        )
        scale = gamma / np.sqrt(variance + _BATCH_NORM_EPSILON)
        return {"scale": scale, "offset": beta - mean * scale}

    def _variable(self, layer: str, part: str, shape: tuple[int, ...]) -> np.ndarray:
        name = f"{layer}/{part}"
        actual = self._checkpoint.shape(name)
        if actual != shape:
            raise ImportFailure(f"{name}: expected shape {list(shape)}, got {list(actual)}")
        return self._checkpoint.tensor(name)


def _layer(kind: str, number: int) -> str:
    return kind if number == 0 else f"{kind}_{number}"
