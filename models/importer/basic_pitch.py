"""basic-pitch (Spotify): activations of notes, onsets and pitch contours, from the package's own
ONNX file.

The network itself goes through the importer for any ONNX file (divisi_importer). What stands
before it in the graph, a constant-Q spectrum by convolutions and its logarithm, the engine computes
by itself: a third fewer products, and constants instead of 75 kB of kernels.

Behind it stands a small network of our own (models/train/notes), which hears the activations on
both sides of a moment, and of other pitches.
"""

import zipfile
from pathlib import Path

import numpy as np
import onnx
from divisi_importer.conversion.convert import convert
from divisi_importer.errors import ImportFailure
from divisi_importer.model_writer import GraphBuilder
from divisi_importer.onnx_graph.cut import cut
from divisi_importer.onnx_graph.static import make_static
from divisi_importer.patterns import find_patterns
from google.protobuf.message import DecodeError
from safetensors.numpy import load_file

_HOP, _COLUMNS, _MARGIN, _FRAMES = 256, 172, 15, 43844
_PITCHES, _LOWEST_PITCH, _BINS_PER_OCTAVE, _SPECTRUM_BINS = 88, 21, 36, 309
_BINS = 3 * _PITCHES
_HARMONICS = [0.5, 1, 2, 3, 4, 5, 6, 7]
_STACKED = ";".join(["model_1/harmonic-stacking-diff/strided_slice_7"] * 2)
_NORM = "model_1/batch_normalization/FusedBatchNormV3"
_OUTPUTS = {"contour": 0, "note": 1, "onset": 2}

#: The weights that models/train/notes/train.py has found.
TRAINED = Path(__file__).resolve().parents[1] / "trained" / "notes.safetensors"
_SHIFTS = (-24, -19, -12, -7, -5, -2, -1, 1, 2, 5, 7, 12, 19, 24, 28, 31, 36)
_FLOOR = 0.02
_CHANNELS = 24
_CONTEXT = 2 + 2 * 3 + 1 + 2 * 8 + 2 * 20
_HEARD_COLUMNS = 2 * (_COLUMNS - 2 * _MARGIN) + 2 * _CONTEXT


def import_model(package: Path, entry: dict) -> tuple[dict, dict, dict[str, np.ndarray]]:
    """@return the task document, the graph document and the tensors."""
    model = _read_package(package, entry["source"]["checkpoint"])
    ends = {name: f"StatefulPartitionedCall:{place}" for name, place in _OUTPUTS.items()}
    part = cut(model, [_STACKED], list(ends.values()))
    shape = (1, _COLUMNS, _BINS, len(_HARMONICS))
    static = make_static(part, {_STACKED: shape})
    find_patterns(static)
    names = {onnx_name: name for name, onnx_name in ends.items()} | {_STACKED: "stacked"}
    result = convert(static, names, {_STACKED: [[1], [2], [3]]})
    builder = GraphBuilder()
    builder.nodes, builder.tensors = list(result.graph["nodes"]), dict(result.tensors)
    log_odds = _build_refinement(builder, load_file(TRAINED))
    heard = {"name": "heard", "shape": [_HEARD_COLUMNS, _PITCHES, 5]}
    graph = builder.document(
        inputs=[*result.graph["inputs"], heard],
        outputs=[*result.graph["outputs"], {"name": "log-odds", "value": log_odds}],
    )
    return _task(entry, *_norm(model)), graph, builder.tensors


def _task(entry: dict, scale: float, offset: float) -> dict:
    return {
        "version": 1,
        "task": "notes",
        "sampleRate": entry["sampleRate"],
        "channels": 1,
        "frontEnd": {
            "type": "harmonic-constant-q",
            "hop": _HOP,
            "minHz": 27.5,
            "binsPerOctave": _BINS_PER_OCTAVE,
            "spectrumBins": _SPECTRUM_BINS,
            "bins": _BINS,
            "harmonics": _HARMONICS,
            "scale": scale,
            "offset": offset,
        },
        "chunking": {"frames": _FRAMES, "columns": _COLUMNS, "marginColumns": _MARGIN},
        "lowestPitch": _LOWEST_PITCH,
        "outputs": {name: name for name in ("note", "onset", "contour")},
        "refinement": {
            "columns": _HEARD_COLUMNS,
            "contextColumns": _CONTEXT,
            "output": "log-odds",
        },
    }


def _read_package(package: Path, name: str) -> onnx.ModelProto:
    try:
        with zipfile.ZipFile(package) as archive:
            return onnx.load_model_from_string(archive.read(name))
    except (zipfile.BadZipFile, KeyError, DecodeError) as error:
        raise ImportFailure(f"{package.name}: cannot read {name}: {error}") from error


def _norm(model: onnx.ModelProto) -> tuple[float, float]:
    """The batch norm behind the logarithm, which the graph keeps as a product and a sum."""
    found = []
    for op in ("Mul", "Add"):
        weights = {name for node in model.graph.node if node.op_type == op for name in node.input}
        tensors = [
            onnx.numpy_helper.to_array(tensor)
            for tensor in model.graph.initializer
            if tensor.name in weights and _NORM in tensor.name and list(tensor.dims) == [1]
        ]
        if len(tensors) != 1:
            raise ImportFailure(f"expected one {op} of {_NORM}, found {len(tensors)}")
        found.append(float(tensors[0][0]))
    return found[0], found[1]


def _build_refinement(builder: GraphBuilder, weights: dict[str, np.ndarray]) -> str:
    """models/train/notes/network.py. @return the value of the log-odds: onset, sounding,
    end.
    """
    weights = {name: tensor.astype(np.float32) for name, tensor in weights.items()}
    node = builder.node
    levels = _levels(builder)
    first = node("slice", ["heard"], "refinement/given", axis=2, start=0, end=2)
    parts = [levels, first, *_shifted(builder, levels)]
    value = node("concat", parts, "refinement/joined", axis=-1)
    value = _convolution(builder, weights, value, "mix")
    mean = node("reduce_mean", [levels], "refinement/mean", axis=1)
    mean = node("reshape", [mean], "refinement/means", shape=[_HEARD_COLUMNS, 1, 5])
    around = {"kernel": weights["around.weight"], "bias": np.zeros(_CHANNELS, np.float32)}
    mean = node("dense", [mean], "refinement/around", around)
    value = node("add", [value, mean], "refinement/mixed")
    place = (np.arange(_PITCHES) - 44) / 44
    places = np.stack([place, place**2], 1).astype(np.float32) @ weights["place.weight"].T
    place = node("constant", [], "refinement/place", {"value": places[None]})
    value = node("add", [value, place], "refinement/placed")
    value = node("relu", [value], "refinement/start")
    value = node("relu", [_convolution(builder, weights, value, "near")], "refinement/near/relu")
    for name, dilation in (("wide", 3), ("across", 1), ("widest", 8), ("farthest", 20)):
        around = _convolution(builder, weights, value, name, dilation)
        around = node("relu", [around], f"refinement/{name}/relu")
        value = node("add", [value, around], f"refinement/{name}/sum")
    return _convolution(builder, weights, value, "out")


def _levels(builder: GraphBuilder) -> str:
    """log(heard / floor + 1) / 4"""
    every = np.ones(5, np.float32)
    weights = {"scale": every / _FLOOR, "offset": every}
    value = builder.node("affine", ["heard"], "refinement/raised", weights)
    value = builder.node("log", [value], "refinement/log")
    weights = {"scale": every / 4, "offset": 0 * every}
    return builder.node("affine", [value], "refinement/levels", weights)


def _shifted(builder: GraphBuilder, levels: str) -> list[str]:
    """Note and onset of other pitches."""
    reach = max(map(abs, _SHIFTS))
    both = builder.node("slice", [levels], "refinement/both", axis=2, start=0, end=2)
    wide = builder.node(
        "pad", [both], "refinement/padded", padding=[0, 0, reach, reach], mode="zeros"
    )
    return [
        builder.node(
            "slice",
            [wide],
            f"refinement/shift{shift}",
            axis=1,
            start=reach + shift,
            end=reach + shift + _PITCHES,
        )
        for shift in _SHIFTS
    ]


def _convolution(builder: GraphBuilder, weights: dict, value: str, name: str, dilation=1) -> str:
    kernel = weights[f"{name}.weight"]  # [O, C, columns, pitches]
    rows, columns = (kernel.shape[2] - 1) // 2 * dilation, (kernel.shape[3] - 1) // 2
    return builder.node(
        "conv2d",
        [value],
        f"refinement/{name}",
        {"kernel": kernel.transpose(0, 2, 3, 1), "bias": weights[f"{name}.bias"]},
        dilation=[dilation, 1],
        padding=[rows, rows, columns, columns],
    )
