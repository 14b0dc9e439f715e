"""Drums: which of them are struck, from the weights that models/train/drums/train.py has found.

The network is models/train/drums/network.py: two-dimensional convolutions over the bands of a
spectrum, pooled across them, then dilated ones over time. It hears 67 frames to either side, so the
engine runs it on windows that overlap by as many.
"""

from pathlib import Path

import numpy as np
from divisi_importer.errors import ImportFailure
from divisi_importer.model_writer import GraphBuilder
from safetensors.numpy import load_file

#: What each pair of the network's outputs tells, and the note of General MIDI that stands for it.
INSTRUMENTS = {
    "kick": 36,
    "snare": 38,
    "closed-hat": 42,
    "open-hat": 46,
    "tom": 45,
    "cymbal": 49,
    "percussion": 70,
}
_FFT_SIZE, _HOP, _BANDS_PER_OCTAVE, _GAIN = 2048, 441, 12, 16
_BANDS, _CHANNELS, _WINDOW_FRAMES = 81, 64, 1024
_PLANES = (8, 24, 32)
_POOLED = _BANDS // 3 // 3
_DILATIONS = (1, 2, 4, 8, 16, 32)
CONTEXT_FRAMES = 2 + 1 + 1 + sum(_DILATIONS)

_SHAPES = {
    "first.weight": (_PLANES[0], 1, 5, 3),
    "first.bias": (_PLANES[0],),
    "second.weight": (_PLANES[1], _PLANES[0], 3, 3),
    "second.bias": (_PLANES[1],),
    "third.weight": (_PLANES[2], _PLANES[1], 3, 3),
    "third.bias": (_PLANES[2],),
    "narrow.weight": (_CHANNELS, _PLANES[2] * _POOLED, 1),
    "narrow.bias": (_CHANNELS,),
    **{f"layers.{i}.weight": (_CHANNELS, _CHANNELS, 3) for i in range(len(_DILATIONS))},
    **{f"layers.{i}.bias": (_CHANNELS,) for i in range(len(_DILATIONS))},
    "out.weight": (2 * len(INSTRUMENTS), _CHANNELS, 1),
    "out.bias": (2 * len(INSTRUMENTS),),
    "thresholds": (len(INSTRUMENTS),),
}


def import_model(trained: Path, entry: dict) -> tuple[dict, dict, dict[str, np.ndarray]]:
    """@return the task document, the graph document and the tensors (float32)."""
    weights = {name: tensor.astype(np.float32) for name, tensor in load_file(trained).items()}
    shapes = {name: tensor.shape for name, tensor in weights.items()}
    if shapes != _SHAPES:
        raise ImportFailure(f"{trained.name}: expected tensors of {_SHAPES}, got {shapes}")
    builder = GraphBuilder()
    log_odds = _build(builder, weights)
    graph = builder.document(
        inputs=[{"name": "bands", "shape": [_WINDOW_FRAMES, _BANDS, 1]}],
        outputs=[{"name": "log-odds", "value": log_odds}],
    )
    return _task(entry, weights["thresholds"]), graph, builder.tensors


def _task(entry: dict, thresholds: np.ndarray) -> dict:
    return {
        "version": 1,
        "task": "drums",
        "sampleRate": entry["sampleRate"],
        "channels": 1,
        "frontEnd": {
            "type": "log-filterbank",
            "fftSize": _FFT_SIZE,
            "hop": _HOP,
            "window": "symmetric-hann",
            "padding": "zeros",
            "bandsPerOctave": _BANDS_PER_OCTAVE,
            "minHz": 30,
            "maxHz": 17000,
            "gain": _GAIN,
            "difference": "none",
        },
        "chunking": {"frames": _WINDOW_FRAMES, "contextFrames": CONTEXT_FRAMES},
        "outputs": {"logOdds": "log-odds"},
        "instruments": [
            {"name": name, "note": note, "threshold": round(float(threshold), 3)}
            for (name, note), threshold in zip(INSTRUMENTS.items(), thresholds, strict=True)
        ],
    }


def _build(builder: GraphBuilder, weights: dict[str, np.ndarray]) -> str:
    """@return the value of the log-odds: of hits, then of velocities."""

    def convolution(value: str, name: str, dilation: int = 1, relu: bool = True) -> str:
        kernel = weights[f"{name}.weight"]  # [O, C, frames, bands], or without bands
        if kernel.ndim == 3:
            kernel = kernel[..., None]
        frames = (kernel.shape[2] - 1) // 2 * dilation
        bands = (kernel.shape[3] - 1) // 2
        return builder.node(
            "conv2d",
            [value],
            name,
            {"kernel": kernel.transpose(0, 2, 3, 1), "bias": weights[f"{name}.bias"]},
            dilation=[dilation, 1],
            padding=[frames, frames, bands, bands],
            activation="relu" if relu else "none",
        )

    value = convolution("bands", "first")
    for name in ("second", "third"):
        value = convolution(value, name)
        value = builder.node("max_pool", [value], f"{name}/pooled", size=[1, 3])
    value = builder.node(
        "reshape", [value], "flat", shape=[_WINDOW_FRAMES, 1, _POOLED * _PLANES[2]]
    )
    value = convolution(value, "narrow")
    for i, dilation in enumerate(_DILATIONS):
        around = convolution(value, f"layers.{i}", dilation)
        value = builder.node("add", [value, around], f"sum{i}")
    return convolution(value, "out", relu=False)
