"""Attention as exporters write it: heads split by reshapes and transposes, projections packed."""

import numpy as np
import pytest
from onnx_case import check, network, node, operators, random

EMBEDDING, HEADS = 12, 3
DEPTH = EMBEDDING // HEADS


def ints(*values: int) -> np.ndarray:
    return np.array(values, np.int64)


def heads_of(name: str, rows: int, batch: int) -> list:
    """[B, T, E] as [B, H, T, d]."""
    return [
        node("Reshape", [name, f"split{rows}"], f"{name}_r"),
        node("Transpose", [f"{name}_r"], f"{name}_h", perm=[0, 2, 1, 3]),
    ]


def core(scaled: str) -> list:
    """Softmax(q k^T) v of q_h, k_h, v_h, back to [B, T, E] in y."""
    nodes = [node("Transpose", ["k_h"], "k_t", perm=[0, 1, 3, 2])]
    query, key, scores = "q_h", "k_t", "s"
    if scaled == "both":
        nodes += [node("Mul", ["q_h", "root"], "q_s"), node("Mul", ["k_t", "root"], "k_s")]
        query, key = "q_s", "k_s"
    nodes.append(node("MatMul", [query, key], "s"))
    if scaled == "scores":
        nodes.append(node("Div", ["s", "sqrt"], "s_s"))
        scores = "s_s"
    return [
        *nodes,
        node("Softmax", [scores], "p", axis=-1),
        node("MatMul", ["p", "v_h"], "o"),
        node("Transpose", ["o"], "o_t", perm=[0, 2, 1, 3]),
        node("Reshape", ["o_t", "join"], "y"),
    ]


def constants(batch: int, rows: tuple[int, int]) -> dict:
    return {
        f"split{rows[0]}": ints(batch, rows[0], HEADS, DEPTH),
        f"split{rows[1]}": ints(batch, rows[1], HEADS, DEPTH),
        "join": ints(batch, rows[0], EMBEDDING),
        "root": np.array(DEPTH**-0.25, np.float32),
        "sqrt": np.array(DEPTH**0.5, np.float32),
    }


@pytest.mark.parametrize("scaled", ["both", "scores", "none"])
@pytest.mark.parametrize("batch", [1, 2])
def test_cross_attention_of_heads(scaled, batch):
    queries, keys = 7, 5
    nodes = [
        *heads_of("q", queries, batch),
        *heads_of("k", keys, batch),
        *heads_of("v", keys, batch),
        *core(scaled),
    ]
    shapes = {name: (batch, rows, EMBEDDING) for name, rows in (("q", 7), ("k", 5), ("v", 5))}
    result = check(network(nodes, shapes, ["y"], constants(batch, (queries, keys))))
    assert operators(result) == ["attention"]
    (attention,) = result.graph["nodes"]
    assert attention["attributes"]["heads"] == HEADS
    expected = 1.0 if scaled == "none" else DEPTH**-0.5
    assert attention["attributes"]["scale"] == pytest.approx(expected, rel=1e-6)


def test_packed_projections():
    """torch.nn.MultiheadAttention: one product for query, key and value, cut apart by Gather."""
    rows = 9
    weights = {
        **constants(1, (rows, rows)),
        "w": random(EMBEDDING, 3 * EMBEDDING),
        "b": random(3 * EMBEDDING),
        "apart": ints(rows, 1, 3, EMBEDDING),
        "last": ints(0),
        "third": ints(3),
        "flat": ints(1, rows, EMBEDDING),
        **{name: np.array(index, np.int64) for index, name in enumerate(("i0", "i1", "i2"))},
    }
    nodes = [
        node("Transpose", ["x"], "x_t", perm=[1, 0, 2]),
        node("MatMul", ["x_t", "w"], "m"),
        node("Add", ["b", "m"], "a"),
        node("Reshape", ["a", "apart"], "r"),
        node("Unsqueeze", ["r", "last"], "u"),
        node("Transpose", ["u"], "t", perm=[3, 1, 2, 0, 4]),
        node("Squeeze", ["t", "third"], "z"),
    ]
    for index, name in enumerate(("q", "k", "v")):
        nodes += [
            node("Gather", ["z", f"i{index}"], f"{name}_g", axis=0),
            node("Reshape", [f"{name}_g", "flat"], name),
            *heads_of(name, rows, 1),
        ]
    nodes += core("scores")
    result = check(network(nodes, {"x": (1, rows, EMBEDDING)}, ["y"], weights))
    found = operators(result)
    assert found.count("attention") == found.count("dense") == 1
    assert "transpose" not in found and "matmul" not in found


def test_tokens_of_an_image_need_no_transposes():
    """HTDemucs' tokens run over time, then frequency, where the image lies the other way round."""
    weights = {
        **{f"w{i}": random(EMBEDDING, EMBEDDING, seed=i) for i in range(3)},
        "tokens": ints(1, 20, EMBEDDING),
        "position": random(1, 20, EMBEDDING),
        **constants(1, (20, 20)),
        "image": ints(1, 5, 4, EMBEDDING),
        "kernel": random(EMBEDDING, EMBEDDING, 1, 1, scale=0.3),
    }
    nodes = [
        node("Conv", ["x", "kernel"], "c"),
        node("Transpose", ["c"], "x_t", perm=[0, 3, 2, 1]),
        node("Reshape", ["x_t", "tokens"], "flat"),
        node("Add", ["flat", "position"], "t"),
    ]
    for index, name in enumerate(("q", "k", "v")):
        nodes += [node("MatMul", ["t", f"w{index}"], name), *heads_of(name, 20, 1)]
    nodes += [
        *core("scores"),
        node("Reshape", ["y", "image"], "i"),
        node("Transpose", ["i"], "z", perm=[0, 3, 2, 1]),
    ]
    model = network(nodes, {"x": (1, EMBEDDING, 4, 5)}, ["z"], weights)
    result = check(model)
    assert result.transposes == []
    assert "attention" in operators(result)


def test_a_mask_keeps_the_products_apart():
    weights = {**constants(1, (6, 6)), "mask": random(1, 1, 6, 6)}
    nodes = [
        *heads_of("q", 6, 1),
        *heads_of("k", 6, 1),
        *heads_of("v", 6, 1),
        node("Transpose", ["k_h"], "k_t", perm=[0, 1, 3, 2]),
        node("MatMul", ["q_h", "k_t"], "s"),
        node("Add", ["s", "mask"], "s_m"),
        node("Softmax", ["s_m"], "p", axis=-1),
        node("MatMul", ["p", "v_h"], "y"),
    ]
    shapes = dict.fromkeys("qkv", (1, 6, EMBEDDING))
    found = operators(check(network(nodes, shapes, ["y"], weights)))
    assert found.count("matmul") == 2 and "attention" not in found
