"""Makes operators/: what ONNX Runtime computes for the operators of models/FORMAT.md.

Random shapes and attributes of each; the inputs and weights are `values()`, which operators.h makes
again, so that only the results are committed.
"""

import json
from pathlib import Path

import numpy as np
import onnxruntime
from onnx import TensorProto, helper

FOLDER = Path(__file__).parent / "operators"
CASES = 16  # of each operator
OPSET = 21

rng = np.random.default_rng(1)


def values(seed: int, shape, domain: str) -> np.ndarray:
    """Numbers that every language can make: 16 bits of Numerical Recipes' generator."""
    count = int(np.prod(shape))
    result = np.empty(count, np.float32)
    state = seed
    for i in range(count):
        state = (state * 1664525 + 1013904223) % 2**32
        result[i] = (state >> 16) - 32768
    result = result / np.float32(8192)  # -4 to 4
    if domain == "positive":
        result = np.abs(result) + np.float32(0.125)
    elif domain.startswith("below "):
        result = np.floor((result + 4) / 8 * int(domain[6:]))
    return result.astype(np.float32).reshape(shape)


def shape_of(low: int = 1, high: int = 6, longest: int = 7) -> list[int]:
    rank = int(rng.integers(low, high + 1))
    longest = min(longest, int(200 ** (1 / rank)) + 1)
    return [int(n) for n in rng.integers(1, longest + 1, rank)]


def axis_of(shape, axes=None) -> int:
    rank = len(shape) if axes is None else axes
    axis = int(rng.integers(rank))
    return axis - len(shape) if rng.random() < 0.5 else axis


class Onnx:
    """A graph under construction. The inputs are x0, x1, ..."""

    def __init__(self):
        self.nodes, self.constants, self.inputs = [], [], []

    def constant(self, array) -> str:
        name = f"c{len(self.constants)}"
        array = np.asarray(array)
        kind = helper.np_dtype_to_tensor_dtype(array.dtype)
        tensor = helper.make_tensor(name, kind, array.shape, array.tobytes(), raw=True)
        self.constants.append(tensor)
        return name

    def __call__(self, op: str, *inputs, outputs: int = 1, **attributes):
        names = [f"n{len(self.nodes)}_{i}" for i in range(outputs)]
        self.nodes.append(helper.make_node(op, inputs, names, **attributes))
        return names[0] if outputs == 1 else names

    def run(self, result: str, inputs) -> np.ndarray:
        ports = [
            helper.make_tensor_value_info(f"x{i}", TensorProto.FLOAT, x.shape)
            for i, x in enumerate(inputs)
        ]
        output = helper.make_tensor_value_info(result, TensorProto.FLOAT, None)
        graph = helper.make_graph(self.nodes, "g", ports, [output], self.constants)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)])
        model.ir_version = 10
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        session = onnxruntime.InferenceSession(
            model.SerializeToString(), options, providers=["CPUExecutionProvider"]
        )
        return session.run(None, {f"x{i}": x for i, x in enumerate(inputs)})[0]


cases: list[dict] = []
results: list[np.ndarray] = []


def case(op, shapes, build, attributes=None, weights=None, domain="any", domains=None, exact=None):
    """build(onnx, *input names, *weights) gives the name of the result. Where ONNX Runtime is too
    coarse, exact(*inputs, *weights) gives the result in float64, which it only confirms.
    """
    domains = domains or [domain] * len(shapes)
    entry = {"op": op, "inputs": [], "weights": {}, "attributes": attributes or {}}
    arrays = []
    for shape, kind in zip(shapes, domains, strict=True):
        seed = int(rng.integers(1, 2**31))
        entry["inputs"].append({"shape": shape, "seed": seed, "domain": kind})
        arrays.append(values(seed, shape, kind))
    tensors = []
    for role, shape in (weights or {}).items():
        seed = int(rng.integers(1, 2**31))
        entry["weights"][role] = {"shape": shape, "seed": seed, "domain": "any"}
        tensors.append(values(seed, shape, "any"))
    onnx = Onnx()
    result = onnx.run(build(onnx, *[f"x{i}" for i in range(len(shapes))], *tensors), arrays)
    assert result.dtype == np.float32 and np.isfinite(result).all(), (op, attributes)
    if exact is not None:
        rough = result
        result = exact(*(array.astype(np.float64) for array in arrays + tensors))
        assert np.abs(result - rough).max() <= 1e-4 * np.abs(result).max(), (op, attributes)
        result = result.astype(np.float32)
    entry["shape"] = list(result.shape)
    cases.append(entry)
    results.append(result)


def unary(op, onnx_op, domain="any"):
    for _ in range(CASES // 2):
        case(op, [shape_of()], lambda o, x: o(onnx_op, x), domain=domain)


def broadcast_pair():
    shape = shape_of()
    both = []
    for _ in range(2):
        part = [n if rng.random() < 0.7 else 1 for n in shape]
        both.append(part[int(rng.integers(len(part))) :] if rng.random() < 0.4 else part)
    if rng.random() < 0.2:
        both = [shape, shape]
    return both


def elementwise():
    for op, onnx_op in {
        "add": "Add", "subtract": "Sub", "multiply": "Mul", "divide": "Div",
        "minimum": "Min", "maximum": "Max", "power": "Pow",
    }.items():  # fmt: skip
        domains = {"power": ["positive", "any"], "divide": ["any", "positive"]}
        for _ in range(CASES):
            case(
                op,
                broadcast_pair(),
                lambda o, a, b, onnx_op=onnx_op: o(onnx_op, a, b),
                domains=domains.get(op),
            )
    for op, onnx_op in {
        "tanh": "Tanh", "exp": "Exp", "abs": "Abs", "negate": "Neg", "sin": "Sin", "cos": "Cos",
    }.items():  # fmt: skip
        unary(op, onnx_op)
    unary("log", "Log", "positive")
    unary("sqrt", "Sqrt", "positive")
    for _ in range(CASES // 2):
        case("silu", [shape_of()], lambda o, x: o("Mul", x, o("Sigmoid", x)))
        case("square", [shape_of()], lambda o, x: o("Mul", x, x))
    for _ in range(CASES):
        low, high = sorted(float(n) / 4 for n in rng.integers(-12, 13, 2))
        ends = {"min": low, "max": high}
        for left_out in ("min", "max"):
            if rng.random() < 0.3:
                ends.pop(left_out, None)
        case(
            "clip",
            [shape_of()],
            lambda o, x, ends=ends: o(
                "Clip",
                x,
                *(o.constant(np.float32(ends[k])) if k in ends else "" for k in ("min", "max")),
            ),
            ends,
        )
        slope, offset = (float(n) / 16 for n in rng.integers(1, 16, 2))
        attributes = {} if rng.random() < 0.3 else {"slope": slope, "offset": offset}
        case(
            "hard_sigmoid",
            [shape_of()],
            lambda o, x, a=attributes: o(
                "HardSigmoid", x, alpha=a.get("slope", 0.2), beta=a.get("offset", 0.5)
            ),
            attributes,
        )
        shape = shape_of()
        case(
            "prelu",
            [shape],
            lambda o, x, slope: o("PRelu", x, o.constant(slope)),
            weights={"slope": [shape[-1]]},
        )
        shape = shape_of()
        axis = axis_of(shape)
        shape[axis] *= 2
        case("glu", [shape], lambda o, x, axis=axis: glu(o, x, axis), {"axis": axis})


def glu(o, x, axis):
    first, second = o("Split", x, outputs=2, axis=axis, num_outputs=2)
    return o("Mul", first, o("Sigmoid", second))


def normalisations():
    for i in range(3 * CASES):
        shape = shape_of(2)
        groups = int(rng.integers(1, 5))
        # Some with more rows and channels than are summed up at a time, and odd numbers of them.
        shape[-1] = groups * int(rng.integers(1, 4 if i % 3 else 20))
        if i % 6 == 0:
            shape = [2, int(rng.integers(1, 60)), shape[-1]]
        axis = int(rng.integers(len(shape) - 1 + (i % 5 == 0)))
        attributes = {"groups": groups, "axis": axis - len(shape) if i % 2 else axis}
        if i % 4 == 0:
            attributes["epsilon"] = 0.01

        def build(o, x, scale, offset, shape=shape, axis=axis, groups=groups, a=attributes):
            blocks, channels = int(np.prod(shape[:axis])), shape[-1]
            x = o("Reshape", x, o.constant(np.array([blocks, -1, channels])))
            x = o("Transpose", x, perm=[0, 2, 1])
            x = o(
                "GroupNormalization",
                x,
                o.constant(scale),
                o.constant(offset),
                num_groups=groups,
                epsilon=a.get("epsilon", 1e-5),
            )
            x = o("Transpose", x, perm=[0, 2, 1])
            return o("Reshape", x, o.constant(np.array(shape)))

        # Its variance is a difference of sums in float32.
        def exact(x, scale, offset, shape=shape, axis=axis, groups=groups, a=attributes):
            blocks, channels = int(np.prod(shape[:axis])), shape[-1]
            x = x.reshape(blocks, -1, groups, channels // groups)
            centred = x - x.mean((1, 3), keepdims=True)
            variance = (centred**2).mean((1, 3), keepdims=True)
            unit = centred / np.sqrt(variance + a.get("epsilon", 1e-5))
            return unit.reshape(shape) * scale + offset

        case(
            "group_norm",
            [shape],
            build,
            attributes,
            {"scale": [shape[-1]], "offset": [shape[-1]]},
            exact=exact,
        )


def reductions():
    for op, onnx_op in {
        "reduce_max": "ReduceMax", "reduce_min": "ReduceMin",
        "reduce_mean": "ReduceMean", "reduce_sum": "ReduceSum",
    }.items():  # fmt: skip
        for i in range(2 * CASES):
            shape = shape_of(2)
            if i % 8 == 0:
                shape = [
                    int(rng.integers(1, 5)),
                    int(rng.integers(20, 90)),
                    int(rng.integers(1, 7)),
                ]
            axes = sorted(
                int(n) for n in rng.permutation(len(shape))[: int(rng.integers(1, len(shape)))]
            )
            axis = [n - len(shape) if rng.random() < 0.5 else n for n in axes]
            case(
                op,
                [shape],
                lambda o, x, onnx_op=onnx_op, axes=axes: o(
                    onnx_op, x, o.constant(np.array(axes)), keepdims=0
                ),
                {"axis": axis[0] if len(axis) == 1 and i % 2 else axis},
            )


def image(longest=9):
    return [int(n) for n in (*rng.integers(1, longest + 1, 2), rng.integers(1, 7))]


def as_nchw(o, x):
    return o("Unsqueeze", o("Transpose", x, perm=[2, 0, 1]), o.constant(np.array([0])))


def from_nchw(o, x):
    return o("Transpose", o("Squeeze", x, o.constant(np.array([0]))), perm=[1, 2, 0])


def layouts():
    for mode, onnx_mode in {"reflect": "reflect", "replicate": "edge", "zeros": "constant"}.items():
        for _ in range(CASES):
            shape = image()
            most = [shape[0], shape[0], shape[1], shape[1]] if mode == "reflect" else [5] * 4
            top, bottom, left, right = (int(rng.integers(n)) for n in most)
            case(
                "pad",
                [shape],
                lambda o, x, m=onnx_mode, pads=(top, left, 0, bottom, right, 0): o(
                    "Pad", x, o.constant(np.array(pads)), mode=m
                ),
                {"padding": [top, bottom, left, right], "mode": mode},
            )
    for _ in range(4 * CASES):
        shape = shape_of()
        axis = axis_of(shape)
        length = shape[axis]
        while True:
            step = int(rng.choice([-3, -2, -1, 1, 1, 2, 3]))
            start, end = (int(n) for n in rng.integers(-length - 2, length + 3, 2))
            attributes = {"axis": axis, "start": start, "end": end, "step": step}
            for key in ("start", "end", "step"):
                if rng.random() < 0.3:
                    del attributes[key]
            part = slice(*(attributes.get(key) for key in ("start", "end", "step")))
            if len(range(length)[part]) > 0:
                break
        far = 2**62
        step = attributes.get("step", 1)
        ends = (
            attributes.get("start", 0 if step > 0 else far),
            attributes.get("end", far if step > 0 else -far),
            axis,
            step,
        )
        case(
            "slice",
            [shape],
            lambda o, x, ends=ends: o("Slice", x, *(o.constant(np.array([n])) for n in ends)),
            attributes,
        )
    for _ in range(2 * CASES):
        shape = shape_of()
        axis = axis_of(shape)
        length = shape[axis]
        indices = [int(n) for n in rng.integers(-length, length, rng.integers(1, 9))]
        attributes = {"axis": axis, "indices": indices}
        if axis == 0 and rng.random() < 0.5:
            del attributes["axis"]
        case(
            "gather",
            [shape],
            lambda o, x, axis=axis, indices=indices: o(
                "Gather", x, o.constant(np.array(indices)), axis=axis
            ),
            attributes,
        )
    for _ in range(CASES):
        shape = shape_of(high=5)
        rows, length = (int(n) for n in rng.integers(1, 9, 2))
        case(
            "embedding",
            [shape],
            lambda o, x, table: o(
                "Gather", o.constant(table), o("Cast", x, to=TensorProto.INT64), axis=0
            ),
            weights={"table": [rows, length]},
            domain=f"below {rows}",
        )
        shape = shape_of()
        case(
            "constant",
            [],
            lambda o, value: o("Identity", o.constant(value)),
            weights={"value": shape},
        )


def resizing():
    for i in range(8 * CASES):
        mode = ("nearest", "linear")[i % 2]
        align, onnx_align = {
            0: ("half-pixel", "half_pixel"),
            1: ("corners", "align_corners"),
            2: ("asymmetric", "asymmetric"),
        }[i // 2 % 3]
        shape = image()
        if i % 4 < 2:
            # Only where no element lies half-way between two, which rounding decides.
            size = [int(n) for n in rng.integers(1, 12, 2)]
            attributes = {"size": size}
            sizes, scales = [1, shape[2], *size], None
        else:
            scales = [float(rng.choice([0.5, 0.75, 1, 1.25, 1.5, 2, 3])) for _ in range(2)]
            if any(int(n * s) < 1 for n, s in zip(shape, scales, strict=False)):
                continue
            attributes = {"factor": scales}
            sizes, scales = None, np.array([1, 1, *scales], np.float32)
        if mode != "nearest" or i % 8 < 4:
            attributes["mode"] = mode
        if align != "half-pixel" or i % 8 < 4:
            attributes["align"] = align

        def build(o, x, sizes=sizes, scales=scales, align=onnx_align, mode=mode):
            return from_nchw(
                o,
                o(
                    "Resize",
                    as_nchw(o, x),
                    "",
                    "" if scales is None else o.constant(scales),
                    *([] if sizes is None else [o.constant(np.array(sizes))]),
                    mode=mode,
                    coordinate_transformation_mode=align,
                    nearest_mode="floor" if align == "asymmetric" else "round_prefer_floor",
                ),
            )

        case("resize", [shape], build, attributes)


def pooling():
    for op, onnx_op in {"max_pool": "MaxPool", "avg_pool": "AveragePool"}.items():
        for i in range(2 * CASES):
            shape = image(12)
            size = [int(rng.integers(1, n + 1)) for n in shape[:2]]
            stride = [int(rng.integers(1, n + 1 + (op == "avg_pool"))) for n in size]
            top, bottom, left, right = (int(rng.integers(size[side // 2])) for side in range(4))
            attributes = {"size": size, "stride": stride, "padding": [top, bottom, left, right]}
            if i % 3 == 0:
                top = bottom = left = right = 0
                del attributes["padding"]
            if i % 4 == 0:
                stride = size
                del attributes["stride"]

            def build(o, x, op=onnx_op, size=size, stride=stride, pads=(top, left, bottom, right)):
                y = o(op, as_nchw(o, x), kernel_shape=size, strides=stride, pads=pads)
                return from_nchw(o, y)

            case(op, [shape], build, attributes)


elementwise()
normalisations()
reductions()
layouts()
resizing()
pooling()
FOLDER.mkdir(exist_ok=True)
lines = ",\n".join(json.dumps(entry, separators=(",", ":")) for entry in cases)
index = f'{{"onnxruntime":"{onnxruntime.__version__}","cases":[\n{lines}\n]}}\n'
(FOLDER / "cases.json").write_text(index)
np.concatenate([result.ravel() for result in results]).tofile(FOLDER / "results.f32")
print(len(cases), "cases,", sum(result.size for result in results), "results")
