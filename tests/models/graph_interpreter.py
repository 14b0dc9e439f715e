"""Runs a divisi model file in plain numpy, straight from the words of models/FORMAT.md.

Slow, in float64, and shares no code with the core or with the importer: what it computes can only
be right if the file is.
"""

import json
from pathlib import Path

import numpy as np
from graph_operators import OPERATORS
from safetensors import safe_open


class Interpreter:
    def __init__(self, graph: dict, tensors: dict[str, np.ndarray]):
        self.graph, self.tensors = graph, tensors

    @classmethod
    def open(cls, path: Path) -> "Interpreter":
        with safe_open(path, "np") as file:
            documents = {k: json.loads(v) for k, v in file.metadata().items()}
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        made = cls(documents["divisi.graph"], tensors)
        made.documents = documents
        return made

    def run(self, inputs: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        values = {name: value.astype(np.float64) for name, value in inputs.items()}
        waiting = list(self.graph["nodes"])
        while waiting:
            ready = [node for node in waiting if all(name in values for name in node["inputs"])]
            assert ready, f"no node can run: {[node['output'] for node in waiting]}"
            for node in ready:
                assert node["output"] not in values, f"{node['output']} is written twice"
                values[node["output"]] = self._run_node(node, values)
            waiting = [node for node in waiting if node["output"] not in values]
        return {output["name"]: values[output["value"]] for output in self.graph["outputs"]}

    def _run_node(self, node: dict, values: dict[str, np.ndarray]) -> np.ndarray:
        inputs = [values[name] for name in node["inputs"]]
        weights = {role: self._weight(name) for role, name in node.get("weights", {}).items()}
        return OPERATORS[node["op"]](*inputs, **weights, **node.get("attributes", {}))

    def _weight(self, name: str) -> np.ndarray:
        tensor = self.tensors[name].astype(np.float64)
        if self.tensors[name].dtype == np.int8:
            scale = self.tensors[f"{name}.scale"].astype(np.float64)
            tensor *= scale.reshape(-1, *[1] * (tensor.ndim - 1))
        return tensor
