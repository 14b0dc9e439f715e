"""musicnn (Jordi Pons, Music Technology Group): taggers, from the author's TensorFlow checkpoints.

The network is the package's own musicnn/models.py, `build_musicnn`. Three things are rearranged,
all without changing what is computed:

- Training has switched most filters of the front end off: weight decay has brought their kernels
  to nothing (1e-10 and below), so that they give the same value for every input. They are not
  computed; what they add is carried by one channel that is always 1 (not a bias: the convolution
  behind them pads with zeros, where a bias would go on).
- A convolution of one channel is slow wherever channels are what vectors hold. Each is split in
  two: the first, whose kernel is an identity, spreads neighbouring pixels into channels; the second
  has the weights, and so many fewer taps.
- The maximum over frequency is taken before ReLU and batch norm rather than after them, which is
  the same for an increasing function; where a batch norm has a negative scale, the filter is
  negated first, and its sign turned back behind the maximum.

The weights are stored in float32: float16 changes scores by up to 7e-4.
"""

import ast
import zipfile
from pathlib import Path

import numpy as np
from divisi_importer.errors import ImportFailure
from divisi_importer.model_writer import GraphBuilder

from .checkpoint import Checkpoint

_FRAMES, _BANDS = 187, 96
_BATCH_NORM_EPSILON = 1e-3  # the default of tf.layers; the graph in the package says so, too
_TIMBRAL = [(7, 38, 204), (7, 67, 204)]  # conv2d and conv2d_1: frames, bands, filters
_TEMPORAL = [(128, 51), (64, 51), (32, 51)]  # conv2d_2 to _4: frames, filters
_SPREAD = 8  # frames that become channels in the temporal convolutions; 8 was the fastest
_FRONT = sum(shape[-1] for shape in _TIMBRAL + _TEMPORAL)
_MIDDLE = 64
_DENSE, _TAGS = 200, 50
# log10(10000 x + 1) of a mel power a million times that of a full-scale sine.
_LARGEST_INPUT = 13.0
# A filter whose output, batch norm included, can move by less than this for any input is a
# constant. Leaving all of them out changes no score by more than 1e-5 (tests/models).
_SMALLEST_SWING = 1e-3


def import_model(package: Path, entry: dict) -> tuple[dict, dict, dict[str, np.ndarray]]:
    """@return the task document, the graph document and the tensors (float32 or float64)."""
    checkpoint, labels = _read_package(package, entry["source"]["checkpoint"])
    named = [label["name"] for label in entry["labels"]]
    if named != labels:
        raise ImportFailure(f"{entry['name']}: the manifest names the tags {named}, not {labels}")
    builder = GraphBuilder()
    tags, embedding = _Musicnn(checkpoint, builder).build("mel")
    graph = builder.document(
        inputs=[{"name": "mel", "shape": [_FRAMES, _BANDS, 1]}],
        outputs=[{"name": "tags", "value": tags}, {"name": "embedding", "value": embedding}],
    )
    return _task(entry), graph, builder.tensors


def _task(entry: dict) -> dict:
    return {
        "version": 1,
        "task": "tagging",
        "sampleRate": entry["sampleRate"],
        "channels": 1,
        "frontEnd": {
            "type": "mel",
            "fftSize": 512,
            "hop": 256,
            "window": "hann",
            "center": True,
            "padding": "zeros",
            "power": 2,
            "melBands": _BANDS,
            "melScale": "slaney",
            "melNorm": "slaney",
            "minHz": 0,
            "maxHz": 8000,
            "log": {"type": "log10", "scale": 10000, "offset": 1},
        },
        "chunking": {"frames": _FRAMES, "hopFrames": _FRAMES},
        "outputs": {"scores": "tags", "embedding": "embedding"},
        "labels": entry["labels"],
    }


def _read_package(package: Path, prefix: str) -> tuple[Checkpoint, list[str]]:
    """@return the checkpoint and the names of its tags, in the order of its outputs."""
    try:
        with zipfile.ZipFile(package) as archive:
            index = archive.read(f"{prefix}.index")
            data = archive.read(f"{prefix}.data-00000-of-00001")
            configuration = archive.read("musicnn/configuration.py").decode()
    except (zipfile.BadZipFile, KeyError, OSError) as error:
        raise ImportFailure(f"{package.name}: cannot read {prefix}: {error}") from error
    # Read, not run: "MTT_LABELS = ['guitar', ...]".
    wanted = "MTT_LABELS" if "MTT" in prefix else "MSD_LABELS"
    for statement in ast.parse(configuration).body:
        if isinstance(statement, ast.Assign) and statement.targets[0].id == wanted:
            return Checkpoint(index, [data]), ast.literal_eval(statement.value)
    raise ImportFailure(f"{package.name}: musicnn/configuration.py has no {wanted}")


class _Filters:
    """One convolution of the front end with its batch norm."""

    def __init__(self, kernel: np.ndarray, bias: np.ndarray, norm: dict, largest_input: float):
        self.kernel, self.bias = kernel, bias
        self.scale, self.offset = norm["scale"], norm["offset"]
        reach = np.abs(kernel).reshape(len(bias), -1).sum(1) * largest_input
        self.live = reach * np.abs(self.scale) > _SMALLEST_SWING
        self.sign = np.where(self.scale < 0, -1.0, 1.0)

    @property
    def constants(self) -> np.ndarray:
        """What each filter gives when nothing comes in: all that the dead ones ever give."""
        return np.maximum(self.bias, 0) * self.scale + self.offset


class _Musicnn:
    """Builds the nodes."""

    def __init__(self, checkpoint: Checkpoint, builder: GraphBuilder):
        self._checkpoint = checkpoint
        self._node = builder.node

    def build(self, mel: str) -> tuple[str, str]:
        """@return the values of the tags' scores and of the embedding."""
        front, live, constants = self._front_end(mel)
        features = [front, *self._mid_end(front, live, constants)]
        joined = self._node("concat", features, "features", axis=-1)
        return self._back_end(joined, live, constants)

    def _front_end(self, mel: str) -> tuple[str, np.ndarray, np.ndarray]:
        """@return [frames, live filters and a channel of ones], which filters live, and the
        constants of all."""
        norm = self._batch_norm(0, 1)
        normed = self._node("affine", [mel], "front/norm", norm)
        ends = norm["offset"] + norm["scale"] * np.array([0, _LARGEST_INPUT])
        largest = float(np.abs(ends).max())
        blocks, pooled = [], []
        shapes = _TIMBRAL + [(frames, 1, filters) for frames, filters in _TEMPORAL]
        for number, (height, width, filters) in enumerate(shapes):
            block = _Filters(
                *self._conv(number, (height, width, 1), filters),
                self._batch_norm(number + 1, filters),
                largest,
            )
            kernel = (block.kernel * block.sign[:, None, None, None])[block.live]
            bias = (block.bias * block.sign)[block.live]
            blocks.append(block)
            if not block.live.any():
                continue
            if number == len(shapes) - 1:
                # The cheapest convolution carries the channel that becomes the ones.
                kernel = np.concatenate([kernel, np.zeros((1, *kernel.shape[1:]))])
                bias = np.append(bias, 0)
            conv = self._spread_conv(normed, number, kernel, bias)
            pooled.append(self._node("reduce_max", [conv], f"front/max{number}", axis=1))
        if not blocks[-1].live.any():
            raise ImportFailure("the shortest temporal filters are all switched off")

        def over_blocks(what: str, last: float) -> np.ndarray:
            return np.append(np.concatenate([getattr(b, what)[b.live] for b in blocks]), last)

        joined = self._node("concat", pooled, "front/joined", axis=-1)
        sign = over_blocks("sign", 1)
        signed = self._node(
            "affine", [joined], "front/signed", {"scale": sign, "offset": np.zeros(len(sign))}
        )
        active = self._node("relu", [signed], "front/active")
        scale = over_blocks("scale", 0)
        offset = over_blocks("offset", 1)
        front = self._node("affine", [active], "front", {"scale": scale, "offset": offset})
        live = np.concatenate([block.live for block in blocks])
        return front, live, np.concatenate([block.constants for block in blocks])

    def _spread_conv(self, value: str, number: int, kernel: np.ndarray, bias: np.ndarray) -> str:
        """A convolution of one channel, SAME over time and valid over frequency."""
        filters, height, width, _ = kernel.shape
        padding = [(height - 1) // 2, height // 2, 0, 0]
        name, spread = f"front/conv{number}", f"front/spread{number}"
        if width > 1:  # all bands under the kernel become channels
            identity = np.eye(width).reshape(width, 1, width, 1)
            weights = {"kernel": identity, "bias": np.zeros(width)}
            value = self._node("conv2d", [value], spread, weights)
            weights = {"kernel": kernel.transpose(0, 1, 3, 2), "bias": bias}
            return self._node("conv2d", [value], name, weights, padding=padding)
        identity = np.eye(_SPREAD).reshape(_SPREAD, _SPREAD, 1, 1)
        weights = {"kernel": identity, "bias": np.zeros(_SPREAD)}
        value = self._node("conv2d", [value], spread, weights, padding=padding)
        taps = kernel.reshape(filters, height // _SPREAD, _SPREAD, 1).transpose(0, 1, 3, 2)
        weights = {"kernel": taps, "bias": bias}
        return self._node("conv2d", [value], name, weights, dilation=[_SPREAD, 1])

    def _mid_end(self, front: str, live: np.ndarray, constants: np.ndarray) -> list[str]:
        value, layers = front, []
        for number in range(3):
            index = len(_TIMBRAL) + len(_TEMPORAL) + number
            inputs = _MIDDLE if layers else _FRONT
            # The original slides a window as wide as its input over an image of one channel; here
            # the features are the channels of a column of pixels.
            kernel, bias = self._conv(index, (7, inputs, 1), _MIDDLE)
            kernel = kernel[..., 0]
            if not layers:
                kernel = _fold(kernel, live, constants)
            name = f"middle/conv{number + 1}"
            conv = self._node(
                "conv2d",
                [self._column(value, f"{name}/column", kernel.shape[-1])],
                name,
                {"kernel": kernel[:, :, None], "bias": bias},
                padding=[3, 3, 0, 0],
                activation="relu",
            )
            normed = self._node(
                "affine", [conv], f"middle/norm{number + 1}", self._batch_norm(index + 1, _MIDDLE)
            )
            value = self._node(
                "reshape", [normed], f"middle/rows{number + 1}", shape=[_FRAMES, _MIDDLE]
            )
            if layers:
                value = self._node("add", [value, layers[-1]], f"middle/sum{number + 1}")
            layers.append(value)
        return layers

    def _column(self, value: str, name: str, channels: int) -> str:
        return self._node("reshape", [value], name, shape=[_FRAMES, 1, channels])

    def _back_end(self, features: str, live: np.ndarray, constants: np.ndarray) -> tuple[str, str]:
        largest = self._node("reduce_max", [features], "back/max", axis=0)
        mean = self._node("reduce_mean", [features], "back/mean", axis=0)
        pooled = self._node("concat", [largest, mean], "back/pooled", axis=-1)
        # The original interleaves: maximum and mean of feature 0, of feature 1, ...
        size = _FRONT + 3 * _MIDDLE
        norm = self._batch_norm(9, 2 * size)
        kernel, bias = self._dense(0, 2 * size, _DENSE)
        bias = bias + kernel @ norm["offset"]
        kernel = kernel * norm["scale"]
        halves = []
        for half in (kernel[:, 0::2], kernel[:, 1::2]):
            halves += [_fold(half[:, :_FRONT], live, constants), half[:, _FRONT:]]
        dense = self._node(
            "dense",
            [pooled],
            "back/dense",
            {"kernel": np.concatenate(halves, axis=1), "bias": bias},
            activation="relu",
        )
        embedding = self._node("affine", [dense], "back/penultimate", self._batch_norm(10, _DENSE))
        kernel, bias = self._dense(1, _DENSE, _TAGS)
        logits = self._node("dense", [embedding], "back/logits", {"kernel": kernel, "bias": bias})
        return self._node("sigmoid", [logits], "back/scores"), embedding

    def _conv(
        self, number: int, shape: tuple[int, int, int], filters: int
    ) -> tuple[np.ndarray, np.ndarray]:
        layer = _layer("conv2d", number)
        kernel = self._variable(layer, "kernel", (*shape, filters)).transpose(3, 0, 1, 2)
        return kernel, self._variable(layer, "bias", (filters,))

    def _dense(self, number: int, inputs: int, outputs: int) -> tuple[np.ndarray, np.ndarray]:
        layer = _layer("dense", number)
        kernel = self._variable(layer, "kernel", (inputs, outputs)).T
        return kernel, self._variable(layer, "bias", (outputs,))

    def _batch_norm(self, number: int, channels: int) -> dict[str, np.ndarray]:
        layer = _layer("batch_normalization", number)
        gamma, beta, mean, variance = (
            self._variable(layer, part, (channels,))
            for part in ("gamma", "beta", "moving_mean", "moving_variance")
        )
        scale = gamma / np.sqrt(variance + _BATCH_NORM_EPSILON)
        return {"scale": scale, "offset": beta - mean * scale}

    def _variable(self, layer: str, part: str, shape: tuple[int, ...]) -> np.ndarray:
        name = f"{layer}/{part}"
        actual = self._checkpoint.shape(name)
        if actual != shape:
            raise ImportFailure(f"{name}: expected shape {list(shape)}, got {list(actual)}")
        return self._checkpoint.tensor(name).astype(np.float64)


def _fold(kernel: np.ndarray, live: np.ndarray, constants: np.ndarray) -> np.ndarray:
    """Over the last axis: the live inputs' weights, and the sum of what the dead ones add."""
    dead = (kernel[..., ~live] * constants[~live]).sum(-1, keepdims=True)
    return np.concatenate([kernel[..., live], dead], axis=-1)


def _layer(kind: str, number: int) -> str:
    return kind if number == 0 else f"{kind}_{number}"
