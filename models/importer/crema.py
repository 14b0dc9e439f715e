"""crema's chord model (Brian McFee, Juan Pablo Bello), from the package's own Keras weights.

The network is the package's own training/chords/02-train.py: a convolution that cleans the
spectrum, one that folds it, two bidirectional recurrent layers, and the structured outputs (pitch
classes, root and bass), which the chords are told from. Rearranged without changing what is
computed:

- Batch norms are folded into what follows them. The first cannot be, because zeros are padded
  behind it: its scale and offset are part of the task document, and the engine applies them.
- A convolution as high as its input is a dense layer.
- A song is run in chunks, so that it may have any length. What looks backwards is a node that runs
  forwards, and the engine feeds it the song in reverse; both carry their state from chunk to chunk.

The weights are stored in float32: chords turn on differences of 0.03.
"""

import io
import zipfile
from pathlib import Path

import h5py
import numpy as np
from divisi_importer.errors import ImportFailure
from divisi_importer.model_writer import GraphBuilder

_OCTAVES, _BINS_PER_OCTAVE = 7, 36
_BINS = (_OCTAVES - 1) * _BINS_PER_OCTAVE
_MIN_HZ = 32.70319566257483  # C1
_FOLDED, _UNITS, _PITCHES, _ROOTS = 72, 128, 12, 13
_FRAMES, _CONTEXT = 64, 2
_BATCH_NORM_EPSILON = 1e-3  # Keras's default, as the layers' configuration says, too
# Of pump.pkl: how often the chord stays from one frame to the next in the training songs.
_STAY, _CHANGE = 0.957154635467057, 0.000253522867
_NOTES = ["C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"]
_QUALITIES = [
    "min",
    "maj",
    "dim",
    "aug",
    "min6",
    "maj6",
    "min7",
    "maj7",
    "7",
    "dim7",
    "hdim7",
    "minmaj7",
    "sus2",
    "sus4",
]


def import_model(package: Path, entry: dict) -> tuple[dict, dict, dict[str, np.ndarray]]:
    """@return the task document, the graph document and the tensors (float64)."""
    network = _Crema(_read_package(package, entry["source"]["checkpoint"]))
    outputs = network.build()
    rows = {"rows1": _FOLDED, "rows2": 2 * _UNITS, "embedding": 2 * _UNITS}
    features = {"name": "features", "shape": [_FRAMES + 2 * _CONTEXT, _BINS, 2]}
    graph = network.builder.document(
        inputs=[
            features,
            *({"name": name, "shape": [_FRAMES, width]} for name, width in rows.items()),
        ],
        outputs=[{"name": name, "value": value} for name, value in outputs.items()],
    )
    return _task(entry, network.batch_norm(1, 2)), graph, network.builder.tensors


def labels() -> list[str]:
    """In the order of the network's outputs: as scikit-learn sorts them."""
    chords = [f"{note}:{quality}" for note in _NOTES for quality in _QUALITIES]
    return sorted(["N", "X", *chords])


def _task(entry: dict, norm: tuple[np.ndarray, np.ndarray]) -> dict:
    scale, offset = norm
    return {
        "version": 1,
        "task": "chords",
        "sampleRate": entry["sampleRate"],
        "channels": 1,
        "frontEnd": {
            "type": "constant-q",
            "hop": 4096,
            "minHz": _MIN_HZ,
            "octaves": _OCTAVES,
            "binsPerOctave": _BINS_PER_OCTAVE,
            "harmonics": [1, 2],
            "rangeDb": 80,
            "scale": scale.tolist(),
            "offset": offset.tolist(),
        },
        "chunking": {"frames": _FRAMES, "contextFrames": _CONTEXT},
        "front": "front",
        "layers": [
            {"forward": f"forward{number}", "backward": f"backward{number}"} for number in (1, 2)
        ],
        "outputs": {"chords": "chords", "bass": "bass"},
        "decoding": {"stay": _STAY, "change": _CHANGE},
        "labels": labels(),
        "noChord": "N",
    }


def _read_package(package: Path, name: str) -> dict[str, np.ndarray]:
    """@return the weights by layer and role: "conv2d_1/kernel", "forward_gru_1/bias"."""
    weights = {}

    def visit(path: str, item: h5py.Dataset | h5py.Group) -> None:
        if isinstance(item, h5py.Dataset):
            layer, role = path.split("/")[-2:]
            weights[f"{layer}/{role.removesuffix(':0')}"] = np.asarray(item, np.float64)

    try:
        with (
            zipfile.ZipFile(package) as archive,
            h5py.File(io.BytesIO(archive.read(name)), "r") as file,
        ):
            file["model_weights"].visititems(visit)
    except (zipfile.BadZipFile, KeyError, OSError) as error:
        raise ImportFailure(f"{package.name}: cannot read {name}: {error}") from error
    return weights


class _Crema:
    """Builds the nodes."""

    def __init__(self, weights: dict[str, np.ndarray]):
        self._weights = weights
        self.builder = GraphBuilder()
        self._node = self.builder.node

    def build(self) -> dict[str, str]:
        """@return the values of the graph's outputs."""
        outputs = {"front": self._front()}
        for number, inputs in ((1, _FOLDED), (2, 2 * _UNITS)):
            for direction in ("forward", "backward"):
                name = f"{direction}{number}"
                outputs[name] = self._recurrent(number, direction, inputs, name)
        return outputs | self._heads()

    def batch_norm(self, number: int, channels: int) -> tuple[np.ndarray, np.ndarray]:
        """@return scale and offset."""
        layer = f"batch_normalization_{number}"
        gamma, beta, mean, variance = (
            self._weight(layer, role, (channels,))
            for role in ("gamma", "beta", "moving_mean", "moving_variance")
        )
        scale = gamma / np.sqrt(variance + _BATCH_NORM_EPSILON)
        return scale, beta - mean * scale

    def _front(self) -> str:
        kernel = self._weight("conv2d_1", "kernel", (5, 5, 2, 1)).transpose(3, 0, 1, 2)
        cleaned = self._node(
            "conv2d",
            ["features"],
            "front/cleaned",
            {"kernel": kernel, "bias": self._weight("conv2d_1", "bias", (1,))},
            padding=[0, 0, 2, 2],
            activation="relu",
        )
        bins = self._node("reshape", [cleaned], "front/bins", shape=[_FRAMES, _BINS])
        kernel = self._weight("conv2d_2", "kernel", (1, _BINS, 1, _FOLDED))[0, :, 0].T
        (scale,), (offset,) = self.batch_norm(2, 1)
        bias = self._weight("conv2d_2", "bias", (_FOLDED,)) + offset * kernel.sum(1)
        return self._node(
            "dense",
            [bins],
            "front/folded",
            {"kernel": kernel * scale, "bias": bias},
            activation="relu",
        )

    def _recurrent(self, number: int, direction: str, inputs: int, name: str) -> str:
        layer = f"{direction}_gru_{number}"
        sums = 3 * _UNITS
        kernel = self._weight(layer, "kernel", (inputs, sums)).T
        scale, offset = self.batch_norm(number + 2, inputs)
        return self._node(
            "gru",
            [f"rows{number}"],
            name,
            {
                "kernel": kernel * scale,
                "recurrent": self._weight(layer, "recurrent_kernel", (_UNITS, sums)).T,
                "bias": self._weight(layer, "bias", (sums,)) + kernel @ offset,
                "recurrentBias": np.zeros(sums),
            },
            carriesState=True,
            resetAfter=False,
            gate="hard_sigmoid",
        )

    def _heads(self) -> dict[str, str]:
        pitches = self._node("sigmoid", [self._dense("chord_pitch", _PITCHES)], "heads/pitches")
        root = self._node("softmax", [self._dense("chord_root", _ROOTS)], "heads/root")
        bass = self._node("softmax", [self._dense("chord_bass", _ROOTS)], "heads/bass")
        parts = ["embedding", pitches, root, bass]
        joined = self._node("concat", parts, "heads/joined", axis=-1)
        width = 2 * _UNITS + _PITCHES + 2 * _ROOTS
        kernel = self._weight("chord_tag", "kernel", (width, len(labels()))).T
        scale, offset = self.batch_norm(5, width)
        bias = self._weight("chord_tag", "bias", (len(labels()),)) + kernel @ offset
        weights = {"kernel": kernel * scale, "bias": bias}
        logits = self._node("dense", [joined], "heads/chord_logits", weights)
        return {"chords": self._node("softmax", [logits], "heads/chords"), "bass": bass}

    def _dense(self, layer: str, width: int) -> str:
        kernel = self._weight(layer, "kernel", (2 * _UNITS, width)).T
        bias = self._weight(layer, "bias", (width,))
        name = f"heads/{layer.removeprefix('chord_')}_logits"
        return self._node("dense", ["embedding"], name, {"kernel": kernel, "bias": bias})

    def _weight(self, layer: str, role: str, shape: tuple[int, ...]) -> np.ndarray:
        name = f"{layer}/{role}"
        if name not in self._weights:
            raise ImportFailure(f"the model has no weights {name}")
        actual = self._weights[name].shape
        if actual != shape:
            raise ImportFailure(f"{name}: expected shape {list(shape)}, got {list(actual)}")
        return self._weights[name]
