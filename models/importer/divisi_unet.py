"""divisi's own networks, from the weights in models/weights that models/train made.

The tensors have divisi's layout already (models/train/export.py); here they become a graph. The
network is the one of models/train/network.py.
"""

import json
from pathlib import Path

import numpy as np
from divisi_importer.errors import ImportFailure
from divisi_importer.model_writer import GraphBuilder

_CHANNELS = 2
_CHUNK_FRAMES = 512
# The engine's default mode takes 1.5 times this, which is 1: the masks as they were trained.
# Steeper ones (1.5) lose 0.3 to 0.4 dB.
_EXPONENT = 2 / 3


def import_model(package: Path, entry: dict) -> tuple[dict, dict, dict[str, np.ndarray]]:
    """@return the task document, the graph document and the tensors (float32)."""
    about, tensors = _read(package)
    if about["stems"] != entry["stems"]:
        raise ImportFailure(f"{package.name} has the stems {about['stems']}, not {entry['stems']}")
    builder = GraphBuilder()
    outputs = _Network(about, tensors, builder).build("mix")
    graph = builder.document(
        inputs=[{"name": "mix", "shape": [_CHUNK_FRAMES, about["bins"], _CHANNELS]}],
        outputs=outputs,
    )
    return _task(about, entry), graph, builder.tensors


def _read(path: Path) -> tuple[dict, dict[str, np.ndarray]]:
    data = path.read_bytes()
    length = int.from_bytes(data[:8], "little")
    header, start = json.loads(data[8 : 8 + length]), 8 + length
    about = json.loads(header.pop("__metadata__")["network"])
    tensors = {}
    for name, tensor in header.items():
        begin, end = tensor["data_offsets"]
        values = np.frombuffer(data[start + begin : start + end], "<f2")
        tensors[name] = values.reshape(tensor["shape"]).astype("<f4")
    return about, tensors


def _task(about: dict, entry: dict) -> dict:
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
            "bins": about["bins"],
            "value": "magnitude",
        },
        "chunking": {"frames": _CHUNK_FRAMES, "multipleOf": 2 ** (len(about["widths"]) - 1)},
        "stems": entry["stems"],
        "backEnd": {
            "type": "ratio-mask",
            "exponent": _EXPONENT,
            "epsilon": about["epsilon"],
            "remainder": "other",
        },
        "level": {"rmsDb": about["rmsDb"]},
    }


class _Network:
    def __init__(self, about: dict, tensors: dict[str, np.ndarray], builder: GraphBuilder):
        self._about, self._tensors, self._builder = about, tensors, builder

    def build(self, x: str) -> list[dict]:
        patch, levels = self._about["patch"], range(len(self._about["widths"]))
        bins, widths = self._about["bins"], self._about["widths"]
        x = self._conv("curves", x)
        x = self._op("elu", [x], "curved", alpha=1)
        x = self._place("place-in", self._conv("sum", x), bins, _CHANNELS)
        edge = [1, 1, patch // 2, patch // 2]
        x = self._conv("start", x, stride=[1, patch], padding=edge, activation="relu")
        kept = []
        for k in levels:
            if k:
                around = [1, 1, 1, 1]
                x = self._conv(f"down{k}", x, stride=[2, 2], padding=around, activation="relu")
            x = self._place(f"place{k}", x, bins // patch >> k, widths[k])
            x = self._residual(f"encode{k}", x)
            kept.append(x)
        x = self._across(x, bins // patch >> levels[-1])
        for k in reversed(levels):
            x = self._residual(f"decode{k}", x)
            if k:
                x = self._transposed(f"up{k}", x, stride=[2, 2])
                x = self._op("add", [x, kept[k - 1]], f"joined{k}")
                x = self._op("relu", [x], f"joined{k}-relu")
        return [{"name": stem, "value": self._head(stem, x)} for stem in self._about["stems"]]

    def _head(self, stem: str, x: str) -> str:
        patch, bins = self._about["patch"], self._about["bins"]
        edge = [1, 1, patch // 2, patch // 2]
        x = self._transposed(f"head-{stem}", x, stride=[1, patch], crop=edge)
        x = self._place(f"place-{stem}", x, bins, _CHANNELS)
        return self._op("sigmoid", [x], f"{stem}/estimate")

    def _across(self, x: str, positions: int) -> str:
        if "squeeze/kernel" not in self._tensors:
            return x
        squeezed = self._tensors["squeeze/bias"].shape[0]
        y = self._conv("squeeze", x)
        y = self._op("reshape", [y], "rows", shape=[-1, positions * squeezed])
        y = self._op("dense", [y], "across1", ("kernel", "bias"), activation="relu")
        y = self._op("dense", [y], "across2", ("kernel", "bias"))
        y = self._op("relu", [y], "across2-relu")
        y = self._op("reshape", [y], "columns", shape=[-1, positions, squeezed])
        return self._op("add", [x, self._conv("expand", y)], "across")

    def _residual(self, name: str, x: str) -> str:
        y = self._conv(name, x, padding=[1, 1, 1, 1], activation="relu")
        return self._op("add", [x, y], f"{name}-sum")

    def _place(self, name: str, x: str, positions: int, channels: int) -> str:
        """A scale and an offset for each frequency and channel: as an affine of flat rows."""
        if f"{name}/scale" not in self._tensors:
            return x
        y = self._op("reshape", [x], f"{name}-rows", shape=[-1, positions * channels])
        y = self._op("affine", [y], name, ("scale", "offset"))
        return self._op("reshape", [y], f"{name}-columns", shape=[-1, positions, channels])

    def _conv(self, name: str, x: str, **attributes) -> str:
        return self._op("conv2d", [x], name, ("kernel", "bias"), **attributes)

    def _transposed(self, name: str, x: str, **attributes) -> str:
        return self._op("transposed_conv2d", [x], name, ("kernel", "bias"), **attributes)

    def _op(self, op: str, inputs: list[str], name: str, roles=(), **attributes) -> str:
        weights = {role: self._tensors[f"{name}/{role}"] for role in roles}
        return self._builder.node(op, inputs, name, weights, **attributes)
