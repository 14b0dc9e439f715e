"""Files and options that cannot work: each with a message that names what is wrong, none with a
trace."""

import json

import numpy as np
import onnx
import pytest
from divisi_importer.cli import main
from divisi_importer.errors import ImportFailure
from divisi_importer.onnx_graph.read_file import read_onnx
from onnx_case import imported, network, node, random


def saved(tmp_path, model: onnx.ModelProto):
    path = tmp_path / "network.onnx"
    path.write_bytes(model.SerializeToString())
    return path


def good_network() -> onnx.ModelProto:
    nodes = [node("Conv", ["x", "w"], "c"), node("Relu", ["c"], "y")]
    return network(nodes, {"x": (1, 2, 8, 9)}, ["y"], {"w": random(3, 2, 3, 3)})


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(ImportFailure, match=r"none\.onnx: No such file"):
        read_onnx(tmp_path / "none.onnx")


def test_a_file_that_is_no_network(tmp_path):
    path = tmp_path / "text.onnx"
    path.write_text("This is not a network, but a letter of some length to nobody.")
    with pytest.raises(ImportFailure, match="is no ONNX file"):
        read_onnx(path)


@pytest.mark.parametrize("part", [0.0, 0.1, 0.5, 0.9, 0.99])
def test_a_file_that_is_cut_off(tmp_path, part):
    data = good_network().SerializeToString()
    path = tmp_path / "cut.onnx"
    path.write_bytes(data[: int(len(data) * part)])
    with pytest.raises(ImportFailure, match=r"cut\.onnx"):
        read_onnx(path)


def test_any_byte_changed_is_a_failure_with_words_or_another_network(tmp_path):
    data = bytearray(good_network().SerializeToString())
    rng = np.random.default_rng(1)
    path = tmp_path / "changed.onnx"
    for _ in range(300):
        changed = bytearray(data)
        changed[rng.integers(len(data))] = rng.integers(256)
        path.write_bytes(changed)
        try:
            imported(read_onnx(path))
        except ImportFailure as error:
            assert str(error)


def test_a_circle(tmp_path):
    nodes = [node("Add", ["x", "b"], "a"), node("Relu", ["a"], "b")]
    path = saved(tmp_path, network(nodes, {"x": (1, 4)}, ["b"]))
    with pytest.raises(ImportFailure, match="Add a reads b, which no node before it makes"):
        read_onnx(path)


def test_a_value_made_twice(tmp_path):
    nodes = [node("Relu", ["x"], "y"), node("Tanh", ["x"], "y")]
    path = saved(tmp_path, network(nodes, {"x": (1, 4)}, ["y"]))
    with pytest.raises(ImportFailure, match="y is made twice"):
        read_onnx(path)


def test_a_weight_that_claims_more_than_it_has(tmp_path):
    model = good_network()
    model.graph.initializer[0].dims[0] = 30
    with pytest.raises(ImportFailure, match="weight w does not fit its shape"):
        read_onnx(saved(tmp_path, model))


def test_a_weight_too_large_to_be_one(tmp_path):
    model = good_network()
    model.graph.initializer[0].dims[0] = 1 << 40
    with pytest.raises(ImportFailure, match=r"weight w has \d+ elements"):
        read_onnx(saved(tmp_path, model))


def test_a_weight_in_another_file(tmp_path):
    model = good_network()
    model.graph.initializer[0].data_location = onnx.TensorProto.EXTERNAL
    with pytest.raises(ImportFailure, match="keeps the weight w in another file"):
        read_onnx(saved(tmp_path, model))


def test_an_operator_set_that_nobody_knows(tmp_path):
    model = good_network()
    model.opset_import[0].version = 99
    with pytest.raises(ImportFailure, match="operator set 99"):
        read_onnx(saved(tmp_path, model))


def test_an_operator_of_another_domain():
    model = good_network()
    model.graph.node[1].domain = "com.example"
    with pytest.raises(ImportFailure, match=r"Relu .*is an operator of com\.example"):
        imported(model)


def test_shapes_that_do_not_fit():
    nodes = [node("MatMul", ["x", "w"], "y")]
    model = network(nodes, {"x": (1, 8)}, ["y"], {"w": random(9, 3)})
    with pytest.raises(ImportFailure, match=r"MatMul y: .*[Ii]ncompatible"):
        imported(model)


def test_open_shapes_are_named_all_at_once():
    nodes = [node("Add", ["a", "b"], "y")]
    model = network(nodes, {"a": ("batch", 4), "b": (1, "n")}, ["y"])
    with pytest.raises(
        ImportFailure, match=r"a \[batch,4\]; b \[1,n\]. Give each one as --shape a="
    ):
        imported(model)
    with pytest.raises(ImportFailure, match=r"--shape a=1,5: the file has \[batch,4\]"):
        imported(model, {"a": (1, 5), "b": (1, 4)})
    with pytest.raises(ImportFailure, match="--shape c: the inputs are a, b"):
        imported(model, {"c": (1, 5)})
    assert imported(model, {"a": (1, 4), "b": (1, 4)}).graph["nodes"]


def test_a_value_too_large():
    model = network([node("Relu", ["x"], "y")], {"x": ("n", 1024)}, ["y"])
    with pytest.raises(ImportFailure, match=r"x has \d+ elements"):
        imported(model, {"x": (1 << 30, 1024)})


def test_a_shape_that_depends_on_the_data():
    nodes = [node("NonZero", ["x"], "n"), node("Cast", ["n"], "y", to=1)]
    with pytest.raises(ImportFailure, match="NonZero n: the shape of n depends on the data"):
        imported(network(nodes, {"x": (1, 4)}, ["y"]))


def test_all_unknown_operators_are_named_at_once():
    nodes = [
        node("Erf", ["x"], "a"),
        node("Relu", ["a"], "b"),
        node("Floor", ["b"], "c"),
        node("Conv", ["c", "c"], "d"),
        node("RandomNormalLike", ["d"], "e"),
        node("Add", ["d", "e"], "y"),
    ]
    with pytest.raises(ImportFailure) as caught:
        imported(network(nodes, {"x": (1, 2, 4, 4)}, ["y"]))
    message = str(caught.value)
    assert message.startswith("4 of the network's nodes cannot be converted:")
    assert "Erf a: there is no operator for it. Instead: only as a part of GELU" in message
    assert "Floor c: " in message and "--inputs" in message
    assert "Conv d: its kernel is computed by the network" in message
    assert "RandomNormalLike e: " in message
    assert "Relu" not in message and "Add" not in message


def task_file(tmp_path):
    path = tmp_path / "task.json"
    task = {
        "version": 1,
        "task": "separation",
        "sampleRate": 44100,
        "channels": 2,
        "frontEnd": {
            "type": "stft",
            "fftSize": 4096,
            "hop": 1024,
            "window": "hann",
            "bins": 9,
            "value": "magnitude",
        },
        "chunking": {"frames": 8, "multipleOf": 8},
        "stems": ["vocals", "accompaniment"],
        "backEnd": {
            "type": "ratio-mask",
            "exponent": 2,
            "epsilon": 1e-10,
            "remainder": "accompaniment",
        },
    }
    path.write_text(json.dumps(task))
    return path


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--layout", "x=2,3"], "--layout x: must have each axis of [1, 2, 8, 9] once"),
        (["--layout", "x=2,3,1,1"], "--layout x: must have each axis"),
        (["--layout", "x=a"], "--layout x=a: must be axes like 2,3,1"),
        (["--layout", "z=2,3,1"], "--layout z: the network's inputs and outputs are x, y"),
        (["--name", "z=mix"], "--name z: the network's inputs and outputs are x, y"),
        (["--name", "mix"], "--name mix: must be NAME=VALUE"),
        (["--shape", "x=1,two"], "--shape x=1,two: must be whole numbers"),
        (["--inputs", "nothing"], "the network has no value or node nothing"),
        (["--inputs", "c", "--outputs", "c"], "--inputs c: nothing between it and c reads it"),
        (["--task", "none.json"], "none.json: No such file"),
        (["--card", "task.json"], "task.json: "),
    ],
)
def test_options_that_cannot_work(tmp_path, capsys, monkeypatch, options, message):
    monkeypatch.chdir(tmp_path)
    path, task = saved(tmp_path, good_network()), task_file(tmp_path)
    words = [str(path), "--task", str(task), "-o", "out.safetensors", "--no-check", *options]
    assert main(words) == 1
    complaint = capsys.readouterr().err
    assert message in complaint and "Traceback" not in complaint
    assert not (tmp_path / "out.safetensors").exists()


def test_the_same_input_gives_the_same_bytes(tmp_path, capsys):
    path, task = saved(tmp_path, good_network()), task_file(tmp_path)
    made = []
    for name in ("a", "b"):
        out = tmp_path / name / "model.safetensors"
        words = [str(path), "--task", str(task), "-o", str(out), "--no-check"]
        assert main(words) == 0
        made.append(out.read_bytes())
    assert made[0] == made[1]
    assert "no transposes are left" in capsys.readouterr().out
