"""swift-f0 (Lars Nieradzik): the pitch of one voice, from the package's own ONNX file.

The network itself goes through the importer for any ONNX file (divisi_importer). What stands before
it in the graph, three spectra of the audio by matrix products, and what stands behind it, from
logits to hertz, the engine computes by itself.
"""

import zipfile
from pathlib import Path

import numpy as np
import onnx
from divisi_importer.conversion.convert import convert
from divisi_importer.errors import ImportFailure
from divisi_importer.onnx_graph.cut import cut
from divisi_importer.onnx_graph.static import make_static
from divisi_importer.patterns import find_patterns
from google.protobuf.message import DecodeError

_HOP, _FFT_SIZES = 256, (1024, 2048, 512)
_BANDS, _PITCHES = 128, 95
_MIN_HZ, _MAX_HZ = 46.875, 2093.75
_FRAMES, _CONTEXT = 142, 7
_SPECTRA, _LOGITS, _VOICING = "v352", "v429", "v462"


def import_model(package: Path, entry: dict) -> tuple[dict, dict, dict[str, np.ndarray]]:
    """@return the task document, the graph document and the tensors."""
    model = _read_package(package, entry["source"]["checkpoint"])
    part = cut(model, [_SPECTRA], [_LOGITS, _VOICING])
    shape = (1, len(_FFT_SIZES), _BANDS, _FRAMES)
    static = make_static(part, {_SPECTRA: shape})
    find_patterns(static)
    names = {_SPECTRA: "spectra", _LOGITS: "logits", _VOICING: "voicing"}
    # The network's height is frequency, and its width is time.
    result = convert(static, names, {_SPECTRA: [[2], [3], [1]], _LOGITS: [[1], [2]]})
    _free_frames(result.graph)
    return _task(entry), result.graph, result.tensors


def _free_frames(graph: dict) -> None:
    """Live, the network runs on fewer frames than the document says: no shape may name them."""
    for node in graph["nodes"]:
        if node["op"] == "reshape":
            shape = node["attributes"]["shape"]
            # Of 95 pitches, 128 bands and 4 or 5 channels none is a multiple of the frames.
            node["attributes"]["shape"] = [-1 if size % _FRAMES == 0 else size for size in shape]


def _task(entry: dict) -> dict:
    return {
        "version": 1,
        "task": "melody",
        "sampleRate": entry["sampleRate"],
        "channels": 1,
        "frontEnd": {
            "type": "log-spectra",
            "fftSizes": list(_FFT_SIZES),
            "hop": _HOP,
            "window": "hann",
            "padding": "zeros",
            "bands": _BANDS,
            "minHz": _MIN_HZ,
            "maxHz": _MAX_HZ,
            "log": {"type": "ln", "offset": 1e-8},
        },
        "chunking": {"frames": _FRAMES, "contextFrames": _CONTEXT},
        "pitches": _PITCHES,
        "silence": 0.001,
        "outputs": {"logits": "logits", "voicing": "voicing"},
    }


def _read_package(package: Path, name: str) -> onnx.ModelProto:
    try:
        with zipfile.ZipFile(package) as archive:
            return onnx.load_model_from_string(archive.read(name))
    except (zipfile.BadZipFile, KeyError, DecodeError) as error:
        raise ImportFailure(f"{package.name}: cannot read {name}: {error}") from error
