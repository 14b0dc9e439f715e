"""The command line: `divisi-importer`, `python -m divisi_importer`, and within `divisi import`."""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from collections import Counter
from pathlib import Path

import numpy as np
import onnx

from . import check
from .conversion.convert import Layout, Result, convert
from .documents import make_card, read_document
from .engine import PROGRAM, find_engine
from .errors import ImportFailure
from .model_writer import encode, sha256_of_file, store_kernels_as, write_atomically
from .onnx_graph.cut import cut
from .onnx_graph.read_file import read_onnx
from .onnx_graph.static import make_static
from .patterns import find_patterns
from .recipes import apply_recipe


def main(words: list[str] | None = None) -> int:
    arguments = _parser().parse_args(words)
    try:
        run(arguments)
    except ImportFailure as error:
        print(f"divisi-importer: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"divisi-importer: {error.filename}: {error.strerror}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("divisi-importer: interrupted; nothing is written", file=sys.stderr)
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="divisi-importer",
        description="Makes a divisi model file of a network in the ONNX format.",
    )
    add = parser.add_argument
    add("file", type=Path, metavar="FILE.onnx")
    add("--task", type=Path, help="what the network is for: a task document (JSON)")
    add("--recipe", help="a file with all of these options, or a name: htdemucs")
    add("-o", "--out", type=Path, required=True, metavar="MODEL.safetensors")
    add("--card", type=Path, help="where it comes from and what it may be used for (JSON)")
    add("--licence", help="without a card: the licence of the weights")
    add("--dtype", choices=["f16", "f32", "int8"], help="of the weights (default: f16)")
    add(
        "--shape",
        action="append",
        default=[],
        metavar="NAME=1,2,…",
        help="the shape of an input whose sizes the file leaves open",
    )
    add(
        "--inputs",
        action="append",
        default=[],
        metavar="NAME",
        help="start at this inner value (or node) instead of the network's own input",
    )
    add(
        "--outputs",
        action="append",
        default=[],
        metavar="NAME",
        help="end at this value (or node); several: the option several times",
    )
    add(
        "--name",
        action="append",
        default=[],
        metavar="OLD=NEW",
        help="what an input or output is called in the model file",
    )
    add(
        "--layout",
        action="append",
        default=[],
        metavar="NAME=2,3,(0,1)",
        help="in which order the axes of an input or output lie in the model file; parentheses "
        "join axes (images without it: channels last, the batch left out)",
    )
    add("--engine", type=Path, help=f"{PROGRAM}, which computes the check (a clone's is found)")
    add("--input", type=Path, metavar="FILE.npz", help="numbers for the check (default: random)")
    add("--no-check", action="store_true", help="don't compare with onnxruntime")
    return parser


def run(arguments: argparse.Namespace) -> None:
    arguments.songlike = False
    if arguments.recipe is not None:
        apply_recipe(arguments)
    arguments.dtype = arguments.dtype or "f16"
    if arguments.task is None:
        raise ImportFailure("--task is missing: the document that says what the network is for")
    task = read_document(arguments.task, "task")
    whole = read_onnx(arguments.file)
    model = cut(whole, arguments.inputs, arguments.outputs)
    shapes = dict(_shape(text) for text in arguments.shape)
    graph = make_static(model, _shapes_of_part(whole, model, shapes))
    find_patterns(graph)
    names = dict(_pair("--name", text) for text in arguments.name)
    layouts = dict(_layout(text) for text in arguments.layout)
    _check_names(names, layouts, graph.inputs + graph.outputs)
    result = convert(graph, names, layouts)
    card = _card(arguments)
    documents = {"divisi.task": task, "divisi.graph": result.graph, "divisi.card": card}
    _report(result)
    data = encode(documents, store_kernels_as(arguments.dtype, result.tensors))
    if not arguments.no_check:
        _check(arguments, model, graph, result, documents, data)
    write_atomically(arguments.out, data)
    count = sum(tensor.size for tensor in result.tensors.values())
    print(f"wrote {arguments.out}: {count} parameters, {len(data) / 1e6:.1f} MB")


def _shapes_of_part(whole: onnx.ModelProto, part: onnx.ModelProto, shapes: dict) -> dict:
    """What is given, and shapes of inner values that follow from those of the network's inputs."""
    wanted = {entry.name for entry in part.graph.input}
    inner = wanted - {entry.name for entry in whole.graph.input} - set(shapes)
    if inner:
        known = {entry.name for entry in whole.graph.input}
        before = cut(whole, [], sorted(inner))
        own = {entry.name for entry in before.graph.input}
        try:
            graph = make_static(before, {n: s for n, s in shapes.items() if n in own})
        except ImportFailure as error:
            raise ImportFailure(f"{error}; or give --shape {sorted(inner)[0]}=1,2,3") from error
        shapes = {n: s for n, s in shapes.items() if n not in known or n in wanted}
        shapes |= {name: graph.shape(name) for name in inner}
    return shapes


def _card(arguments: argparse.Namespace) -> dict:
    if arguments.card is not None:
        return read_document(arguments.card, "card")
    name = re.sub(r"[^a-z0-9]+", "-", arguments.out.stem.lower()).strip("-") or "model"
    return make_card(name, arguments.file.name, sha256_of_file(arguments.file), arguments.licence)


def _report(result: Result) -> None:
    nodes = result.graph["nodes"]
    counts = Counter(node["op"] for node in nodes)
    print(f"{len(nodes)} nodes: {', '.join(f'{n} {op}' for op, n in counts.most_common())}")
    if result.transposes:
        print(f"{len(result.transposes)} transposes are left: {', '.join(result.transposes)}")
    else:
        print("no transposes are left")
    for kind, ports in (("input", result.inputs), ("output", result.outputs)):
        for name, (onnx_name, layout) in ports.items():
            axes = ",".join(
                str(group[0]) if len(group) == 1 else f"({','.join(map(str, group))})"
                for group in layout
            )
            print(f"{kind} {name}: {onnx_name}, axes {axes}")


def _check(arguments, model, graph, result: Result, documents: dict, data: bytes) -> None:
    engine = arguments.engine or find_engine()
    if engine is None:
        print(
            f"not checked: the program {PROGRAM} is not built (in a clone of divisi: npm run "
            "build:engine); --no-check says so on purpose",
            file=sys.stderr,
        )
        return
    inputs = check.make_inputs(graph, arguments.input, arguments.songlike)
    expected = check.expected_outputs(model, graph, inputs)
    exact = _is_exact(arguments.dtype, result.tensors)
    with tempfile.TemporaryDirectory(prefix="divisi-import-") as folder:
        path = Path(folder) / "model.safetensors"
        # Whether the network is the same is seen with weights that are; what smaller weights cost
        # is only told.
        path.write_bytes(data if exact else encode(documents, _as_f32(result.tensors)))
        found, time = check.compare(engine, path, result, inputs, expected)
        print(f"compared with onnxruntime, weights exact ({time}):")
        for difference in found:
            print(f"  {difference}")
        if any(not difference.of_peak <= check.LIMIT for difference in found):
            raise ImportFailure(
                f"the imported network computes something else: more than {check.LIMIT} of the "
                "peak; nothing is written. Please report this"
            )
        if exact:
            return
        path.write_bytes(data)
        print(f"compared with onnxruntime, weights in {arguments.dtype}:")
        for difference in check.compare(engine, path, result, inputs, expected)[0]:
            print(f"  {difference}")


def _is_exact(dtype: str, tensors: dict[str, np.ndarray]) -> bool:
    stored = store_kernels_as(dtype, tensors)
    return dtype != "int8" and all(
        (stored[name].astype(np.float32) == tensor.astype(np.float32)).all()
        for name, tensor in tensors.items()
    )


def _as_f32(tensors: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    return store_kernels_as("f32", tensors)


def _pair(option: str, text: str) -> tuple[str, str]:
    name, equals, value = text.rpartition("=")
    if not equals or not name or not value:
        raise ImportFailure(f"{option} {text}: must be NAME=VALUE")
    return name, value


def _shape(text: str) -> tuple[str, tuple[int, ...]]:
    name, value = _pair("--shape", text)
    if not re.fullmatch(r"[1-9]\d{0,9}(,[1-9]\d{0,9})*", value):
        raise ImportFailure(f"--shape {text}: must be whole numbers from 1, separated by commas")
    return name, tuple(int(size) for size in value.split(","))


def _layout(text: str) -> tuple[str, Layout]:
    name, value = _pair("--layout", text)
    if not re.fullmatch(r"(\d|\(\d(,\d)*\))(,(\d|\(\d(,\d)*\)))*", value):
        raise ImportFailure(f"--layout {text}: must be axes like 2,3,1 or 2,3,(0,1)")
    groups = re.findall(r"\(([\d,]+)\)|(\d)", value)
    return name, [[int(axis) for axis in (many or one).split(",")] for many, one in groups]


def _check_names(names: dict, layouts: dict, known: list[str]) -> None:
    for option, given in (("--name", names), ("--layout", layouts)):
        for name in given:
            if name not in known:
                raise ImportFailure(
                    f"{option} {name}: the network's inputs and outputs are {', '.join(known)}"
                )
