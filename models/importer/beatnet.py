"""BeatNet (Mojtaba Heydari): activations of beats and downbeats, from the author's PyTorch weights.

The network is the package's own BeatNet/model.py: one convolution over the bands of a frame, a
dense layer, and two LSTMs that hear the past only; carried from chunk to chunk they give what one
run over the whole song would. Rearranged without changing what is computed:

- The original flattens the pooled convolution channel by channel. Here channels are last, so the
  columns of the dense kernel are put into that order.
- PyTorch adds two biases in an LSTM; they are added here.

The original never resets its state and so carries it from file to file; a divisi stream begins with
zeros, as the original's first file does.

Behind it stands a small network of our own (models/train/beats), which hears BeatNet's bands and
activations on both sides of a frame.
"""

import zipfile
from pathlib import Path

import numpy as np
from divisi_importer.errors import ImportFailure
from divisi_importer.model_writer import GraphBuilder
from safetensors.numpy import load_file

from .torch_weights import read_weights

_BANDS = 136
_FEATURES = 2 * _BANDS  # bands and their rises
_TAPS, _CHANNELS, _HIDDEN, _CLASSES = 10, 2, 150, 3
_POOLED = (_FEATURES - _TAPS + 1) // 2
_CHUNK_FRAMES = 50  # a second; any length gives the same activations

#: The weights that models/train/beats/train.py has found.
TRAINED = Path(__file__).resolve().parents[1] / "trained" / "beats.safetensors"
_HEARD = _BANDS + 2
_WINDOW_FRAMES = 2048
_DILATIONS = (1, 2, 4, 8, 16, 32, 64, 128)
_CONTEXT_FRAMES = 2 * sum(_DILATIONS) + 3

_SHAPES = {
    "conv1.weight": (_CHANNELS, 1, _TAPS),
    "conv1.bias": (_CHANNELS,),
    "linear0.weight": (_HIDDEN, _CHANNELS * _POOLED),
    "linear0.bias": (_HIDDEN,),
    "linear.weight": (_CLASSES, _HIDDEN),
    "linear.bias": (_CLASSES,),
    **{
        f"lstm.{kind}_l{layer}": (4 * _HIDDEN, *([_HIDDEN] if kind.startswith("weight") else []))
        for layer in (0, 1)
        for kind in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
    },
}


def import_model(package: Path, entry: dict) -> tuple[dict, dict, dict[str, np.ndarray]]:
    """@return the task document, the graph document and the tensors (float32)."""
    weights = _read_package(package, entry["source"]["checkpoint"])
    builder = GraphBuilder()
    activations = _build(builder, weights)
    log_odds = _build_non_causal(builder, load_file(TRAINED))
    graph = builder.document(
        inputs=[
            {"name": "features", "shape": [_CHUNK_FRAMES, _FEATURES, 1]},
            {"name": "heard", "shape": [_WINDOW_FRAMES, 1, _HEARD]},
        ],
        outputs=[
            {"name": "activations", "value": activations},
            {"name": "log-odds", "value": log_odds},
        ],
    )
    return _task(entry), graph, builder.tensors


def _task(entry: dict) -> dict:
    return {
        "version": 1,
        "task": "beats",
        "sampleRate": entry["sampleRate"],
        "channels": 1,
        "frontEnd": {
            "type": "log-filterbank",
            "fftSize": 1411,
            "hop": 441,
            "window": "symmetric-hann",
            "padding": "zeros",
            "bandsPerOctave": 24,
            "minHz": 30,
            "maxHz": 17000,
            "difference": "rise",
        },
        "chunking": {"frames": _CHUNK_FRAMES},
        "outputs": {"activations": "activations"},
        "nonCausal": {
            "frames": _WINDOW_FRAMES,
            "contextFrames": _CONTEXT_FRAMES,
            "output": "log-odds",
        },
    }


def _build(builder: GraphBuilder, weights: dict[str, np.ndarray]) -> str:
    """@return the value of the activations: beat, downbeat, neither."""
    kernel = weights["conv1.weight"].transpose(0, 2, 1)[:, None]  # [O, 1, taps, 1]
    value = builder.node(
        "conv2d",
        ["features"],
        "conv",
        {"kernel": kernel, "bias": weights["conv1.bias"]},
        activation="relu",
    )
    value = builder.node("max_pool", [value], "pooled", size=[1, 2])
    # As many frames as there are: live, the network runs on fewer at a time.
    value = builder.node("reshape", [value], "flat", shape=[-1, _POOLED * _CHANNELS])
    by_channel = weights["linear0.weight"].reshape(_HIDDEN, _CHANNELS, _POOLED)
    kernel = by_channel.transpose(0, 2, 1).reshape(_HIDDEN, -1)
    value = builder.node(
        "dense", [value], "narrow", {"kernel": kernel, "bias": weights["linear0.bias"]}
    )
    for layer in (0, 1):
        value = builder.node(
            "lstm",
            [value],
            f"lstm{layer}",
            {
                "kernel": weights[f"lstm.weight_ih_l{layer}"],
                "recurrent": weights[f"lstm.weight_hh_l{layer}"],
                "bias": weights[f"lstm.bias_ih_l{layer}"] + weights[f"lstm.bias_hh_l{layer}"],
            },
            carriesState=True,
        )
    value = builder.node(
        "dense",
        [value],
        "logits",
        {"kernel": weights["linear.weight"], "bias": weights["linear.bias"]},
    )
    return builder.node("softmax", [value], "probabilities")


def _build_non_causal(builder: GraphBuilder, weights: dict[str, np.ndarray]) -> str:
    """@return the value of the log-odds of a beat and of a downbeat."""

    def convolution(
        value: str, name: str, output: str, dilation: int = 1, relu: bool = False
    ) -> str:
        kernel = weights[f"{name}.weight"].astype(np.float32)  # [O, C, taps]
        around = (kernel.shape[2] - 1) // 2 * dilation
        return builder.node(
            "conv2d",
            [value],
            output,
            {
                "kernel": kernel.transpose(0, 2, 1)[:, :, None],
                "bias": weights[f"{name}.bias"].astype(np.float32),
            },
            dilation=[dilation, 1],
            padding=[around, around, 0, 0],
            activation="relu" if relu else "none",
        )

    value = convolution("heard", "bands", "both/bands", relu=True)
    value = convolution(value, "second", "both/second", relu=True)
    total = value
    for i, dilation in enumerate(_DILATIONS):
        wide = convolution(value, f"layers.{i}", f"both/wide{i}", dilation, relu=True)
        mixed = convolution(wide, f"mixes.{i}", f"both/mixed{i}")
        value = builder.node("add", [value, mixed], f"both/value{i}")
        total = builder.node("add", [total, value], f"both/total{i}")
    total = builder.node("relu", [total], "both/total")
    return convolution(total, "out", "both/log-odds")


def _read_package(package: Path, name: str) -> dict[str, np.ndarray]:
    try:
        with zipfile.ZipFile(package) as archive:
            weights = read_weights(archive.read(name))
    except (zipfile.BadZipFile, KeyError, OSError) as error:
        raise ImportFailure(f"{package.name}: cannot read {name}: {error}") from error
    shapes = {key: tensor.shape for key, tensor in weights.items()}
    if shapes != _SHAPES:
        raise ImportFailure(f"{name}: expected tensors of the shapes {_SHAPES}, got {shapes}")
    return weights
