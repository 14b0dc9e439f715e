"""Checks an imported network: the same numbers through onnxruntime and through the engine."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx

from .conversion.convert import Layout, Result
from .engine import run_engine
from .errors import ImportFailure
from .onnx_graph.graph import StaticGraph

# Of the output's peak. Float32 noise of a deep network is a few 1e-4 (HTDemucs: 1.6e-4); a wrong
# axis or constant is far above.
LIMIT = 1e-3
_SEED = 20240229


@dataclass(frozen=True)
class Difference:
    output: str
    of_peak: float  # largest absolute difference
    ratio_db: float  # the result's power over the difference's

    def __str__(self) -> str:
        ratio = "equal" if np.isinf(self.ratio_db) else f"{self.ratio_db:.1f} dB"
        return f"{self.output}: at most {self.of_peak:.1e} of the peak, {ratio}"


def expected_outputs(
    model: onnx.ModelProto, graph: StaticGraph, given: dict[str, np.ndarray]
) -> dict[str, np.ndarray]:
    """What onnxruntime computes, by the outputs' ONNX names."""
    # From 1.29 on it reports its use to its makers; the pinned version doesn't, another may.
    os.environ.setdefault("ORT_TELEMETRY_DISABLED", "1")
    os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
    import onnxruntime  # here, so that importing without a check does not need it

    part = onnx.ModelProto()
    part.CopyFrom(model)
    for ports in (part.graph.input, part.graph.output):
        for port in ports:
            if port.name in graph.tensors:
                tensor = graph.tensors[port.name]
                kind = onnx.helper.np_dtype_to_tensor_dtype(tensor.dtype)
                port.type.CopyFrom(onnx.helper.make_tensor_type_proto(kind, tensor.shape))
    part.graph.ClearField("value_info")  # of other shapes, perhaps
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    try:
        session = onnxruntime.InferenceSession(part.SerializeToString(), options)
        return dict(zip(graph.outputs, session.run(graph.outputs, given), strict=True))
    except Exception as error:  # onnxruntime's own kinds
        raise ImportFailure(f"onnxruntime cannot run the network: {error}") from error


def make_inputs(
    graph: StaticGraph, file: Path | None, songlike: bool = False
) -> dict[str, np.ndarray]:
    """From an .npz file with an array for each input by its ONNX name, or random.

    @param songlike with the few loud and many quiet numbers of music, for networks whose outputs
    for noise are next to nothing beside what cancels out inside.
    """
    if file is None:
        rng = np.random.default_rng(_SEED)
        made = {name: _random(rng, graph.tensors[name]) for name in graph.inputs}
        if songlike:
            made = {n: (v * np.abs(v) ** 3).astype(v.dtype) for n, v in made.items()}
        return made
    try:
        with np.load(file) as arrays:
            found = {name: arrays[name] for name in arrays.files}
    except (OSError, ValueError) as error:
        raise ImportFailure(f"--input {file}: {error}") from error
    for name in graph.inputs:
        tensor = graph.tensors[name]
        if name not in found:
            raise ImportFailure(f"--input {file}: has no array {name}")
        if found[name].shape != tensor.shape:
            raise ImportFailure(
                f"--input {file}: {name} has the shape {list(found[name].shape)}, the network "
                f"takes {list(tensor.shape)}"
            )
    return {name: found[name].astype(graph.tensors[name].dtype) for name in graph.inputs}


def _random(rng: np.random.Generator, tensor) -> np.ndarray:
    if tensor.is_float:
        return rng.standard_normal(tensor.shape).astype(tensor.dtype)
    return rng.integers(0, 2, tensor.shape).astype(tensor.dtype)


def arranged(value: np.ndarray, layout: Layout) -> np.ndarray:
    """An ONNX value as it lies in the model file."""
    order = [axis for group in layout for axis in group]
    # What a layout leaves out has the size 1.
    order += [axis for axis in range(value.ndim) if axis not in order]
    shape = [int(np.prod([value.shape[axis] for axis in group])) for group in layout]
    return value.transpose(order).reshape(shape or [1])


def compare(
    engine: Path,
    model: Path,
    result: Result,
    inputs: dict[str, np.ndarray],
    expected: dict[str, np.ndarray],
) -> tuple[list[Difference], str]:
    network_inputs = {
        name: arranged(inputs[onnx_name], layout)
        for name, (onnx_name, layout) in result.inputs.items()
    }
    outputs, time = run_engine(engine, model, network_inputs)
    found = []
    for name, (onnx_name, layout) in result.outputs.items():
        wanted = arranged(expected[onnx_name], layout).reshape(-1).astype(np.float64)
        found.append(difference(name, wanted, outputs[name].astype(np.float64)))
    return found, time


def difference(name: str, wanted: np.ndarray, got: np.ndarray) -> Difference:
    if wanted.shape != got.shape:
        raise ImportFailure(f"{name}: {got.size} numbers instead of {wanted.size}")
    error = got - wanted
    peak = np.abs(wanted).max() or 1.0
    worst = np.abs(error).max() / peak
    power = np.sum(np.square(error))
    ratio = 10 * np.log10(np.sum(np.square(wanted)) / power) if power else np.inf
    # A NaN compares as nothing: it must count as the worst there is.
    return Difference(name, float(worst) if np.isfinite(worst) else np.inf, float(ratio))
