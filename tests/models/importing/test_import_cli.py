"""What the importer writes, its recipes, and that it refuses what computes something else."""

import json
import stat
import sys

import numpy as np
import pytest
from conftest import REPOSITORY
from divisi_importer import check, cli
from divisi_importer.documents import read_document
from graph_interpreter import Interpreter
from onnx_case import network, node, random
from test_bad_files import saved, task_file

TASKS = REPOSITORY / "models" / "tasks"


def small_network(exact: bool):
    weights = {"w": random(4, 2, 3, 3), "b": random(4)}
    if exact:
        weights = {k: v.astype(np.float16).astype(np.float32) for k, v in weights.items()}
    nodes = [node("Conv", ["x", "w", "b"], "c", pads=[1, 1, 1, 1]), node("Tanh", ["c"], "y")]
    return network(nodes, {"x": (1, 2, 8, 9)}, ["y"], weights)


@pytest.fixture
def engine(tmp_path):
    """A program like divisi_run_network, which computes with the tests' own operators.

    Where ENGINE_FAULT is set, it adds that to every number.
    """
    script = tmp_path / "engine"
    script.write_text(
        f"""#!{sys.executable}
import os, sys
sys.path[:0] = [{str(REPOSITORY / "tests" / "models")!r}]
import numpy as np
from pathlib import Path
from graph_interpreter import Interpreter
model = Interpreter.open(Path(sys.argv[1]))
pairs = list(zip(sys.argv[2::2], sys.argv[3::2]))
files = [(kind, *pair.rsplit("=", 1)) for kind, pair in pairs]
shapes = {{port["name"]: port["shape"] for port in model.graph["inputs"]}}
given = {{n: np.fromfile(f, "<f4").reshape(shapes[n]) for k, n, f in files if k == "--in"}}
made = model.run(given)
for kind, name, file in files:
    if kind == "--out":
        (made[name] + float(os.environ.get("ENGINE_FAULT", 0))).astype("<f4").tofile(file)
print("ran")
"""
    )
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    return script


def run(tmp_path, model, engine, *options) -> int:
    words = [str(saved(tmp_path, model)), "--task", str(task_file(tmp_path))]
    out = str(tmp_path / "out.safetensors")
    return cli.main([*words, "-o", out, "--engine", str(engine), *options])


@pytest.mark.parametrize("exact", [True, False])
@pytest.mark.parametrize("dtype", ["f32", "f16", "int8"])
def test_compares_and_writes(tmp_path, engine, capsys, exact, dtype):
    assert run(tmp_path, small_network(exact), engine, "--dtype", dtype) == 0
    printed = capsys.readouterr().out
    assert "compared with onnxruntime, weights exact" in printed
    is_rounded = dtype == "int8" or (dtype == "f16" and not exact)
    assert (f"weights in {dtype}" in printed) == is_rounded
    file = Interpreter.open(tmp_path / "out.safetensors")
    assert set(file.documents) == {"divisi.task", "divisi.graph", "divisi.card"}
    assert file.documents["divisi.card"]["name"] == "out"


@pytest.mark.parametrize(("fault", "code"), [("0.0005", 0), ("0.002", 1)])
def test_refuses_what_computes_something_else(tmp_path, engine, monkeypatch, capsys, fault, code):
    """The outputs' peak is close to 1: tanh."""
    monkeypatch.setenv("ENGINE_FAULT", fault)
    assert run(tmp_path, small_network(True), engine) == code
    assert (tmp_path / "out.safetensors").exists() == (code == 0)
    if code:
        assert "computes something else" in capsys.readouterr().err


def test_an_engine_that_fails_is_told_in_words(tmp_path, capsys):
    assert run(tmp_path, small_network(True), tmp_path / "none") == 1
    assert "--engine" in capsys.readouterr().err
    assert run(tmp_path, small_network(True), "/bin/false") == 1
    assert "the engine refuses the model: ended with 1" in capsys.readouterr().err


def test_numbers_for_the_check_from_a_file(tmp_path, engine, capsys):
    good, bad = tmp_path / "good.npz", tmp_path / "bad.npz"
    np.savez(good, x=np.ones((1, 2, 8, 9), np.float32))
    np.savez(bad, x=np.ones((1, 2, 8), np.float32))
    assert run(tmp_path, small_network(True), engine, "--input", str(good)) == 0
    assert run(tmp_path, small_network(True), engine, "--input", str(bad)) == 1
    assert "x has the shape [1, 2, 8], the network takes [1, 2, 8, 9]" in capsys.readouterr().err


def test_a_difference_that_is_no_number_is_the_worst():
    wanted = np.array([1.0, 2.0])
    assert check.difference("y", wanted, np.array([1.0, np.nan])).of_peak == np.inf
    assert check.difference("y", wanted, wanted).of_peak == 0


def test_a_recipe_is_all_options_in_one_file(tmp_path, engine, capsys):
    model = saved(tmp_path, small_network(True))
    recipe = {
        "task": task_file(tmp_path).name,
        "names": {"x": "mix", "y": "stem"},
        "layouts": {"x": "3,2,1", "y": "3,2,1"},
        "dtype": "f32",
    }
    path = tmp_path / "recipe.json"
    path.write_text(json.dumps(recipe))
    out = tmp_path / "out.safetensors"
    words = [str(model), "--recipe", str(path), "-o", str(out), "--engine", str(engine)]
    assert cli.main(words) == 0
    graph = Interpreter.open(out).graph
    assert graph["inputs"] == [{"name": "mix", "shape": [9, 8, 2]}]
    assert graph["outputs"][0]["name"] == "stem"
    path.write_text(json.dumps({**recipe, "sha256": "0" * 64}))
    assert cli.main(words) == 1
    assert "is not the file that the recipe" in capsys.readouterr().err
    path.write_text(json.dumps({**recipe, "color": "red"}))
    assert cli.main(words) == 1
    assert "color is none of its keys" in capsys.readouterr().err


def test_the_recipes_of_the_project_have_their_cards():
    """Only those for one file of weights: a layout may hold anybody's."""
    recipes = {path: json.loads(path.read_text()) for path in TASKS.glob("*.recipe.json")}
    with_card = {path: recipe for path, recipe in recipes.items() if "card" in recipe}
    assert with_card.keys() == {path for path, recipe in recipes.items() if "sha256" in recipe}
    assert with_card
    for path, recipe in with_card.items():
        card = read_document(TASKS / recipe["card"], "card")
        assert card["name"] == path.name.removesuffix(".recipe.json")


def test_a_card_is_made_where_none_is_given(tmp_path, engine):
    assert run(tmp_path, small_network(True), engine, "--licence", "CC0-1.0") == 0
    card = Interpreter.open(tmp_path / "out.safetensors").documents["divisi.card"]
    assert card["licence"]["weights"] == "CC0-1.0"
    path = tmp_path / "card.json"
    path.write_text(json.dumps(card))
    assert read_document(path, "card") == card


def test_starts_and_ends_inside(tmp_path, capsys):
    model = saved(tmp_path, small_network(True))
    out = tmp_path / "out.safetensors"
    words = [str(model), "--task", str(task_file(tmp_path)), "-o", str(out), "--no-check"]
    assert cli.main([*words, "--inputs", "c"]) == 0
    graph = Interpreter.open(out).graph
    assert graph["inputs"] == [{"name": "c", "shape": [8, 9, 4]}]
    assert [entry["op"] for entry in graph["nodes"]] == ["tanh"]
    assert cli.main([*words, "--outputs", "c"]) == 0
    assert [entry["op"] for entry in Interpreter.open(out).graph["nodes"]] == ["conv2d"]
