"""The operators of models/FORMAT.md in plain numpy, in float64, as its words say them.

For reading beside the table there, and for tests; written for shortness, not for speed. Shares no
code with the core or with the importers.
"""

import math

import numpy as np


def _conv2d(
    x, kernel, bias, stride=(1, 1), dilation=(1, 1), padding=(0, 0, 0, 0), groups=1, activation=None
):
    top, bottom, left, right = padding
    x = np.pad(x, ((top, bottom), (left, right), (0, 0)))
    (sh, sw), (dh, dw), (_, kh, kw, _) = stride, dilation, kernel.shape
    height = (x.shape[0] - ((kh - 1) * dh + 1)) // sh + 1
    width = (x.shape[1] - ((kw - 1) * dw + 1)) // sw + 1
    y = np.zeros((height, width, len(bias))) + bias
    for i in range(kh):
        for j in range(kw):
            taps = x[i * dh : i * dh + height * sh : sh, j * dw : j * dw + width * sw : sw]
            y += _grouped_product(taps[:height, :width], kernel[:, i, j], groups)
    return _activate(y, activation)


def _grouped_product(x, matrix, groups):
    """x [..., C] times matrix [O, C / groups]: each group of outputs sees its group of inputs."""
    inputs, outputs = matrix.shape[1], len(matrix) // groups
    parts = [
        x[..., g * inputs : (g + 1) * inputs] @ matrix[g * outputs : (g + 1) * outputs].T
        for g in range(groups)
    ]
    return parts[0] if groups == 1 else np.concatenate(parts, -1)


def _transposed_conv2d(
    x, kernel, bias, stride, crop=(0, 0, 0, 0), dilation=(1, 1), groups=1, activation=None
):
    (height, width, _), (outputs, kh, kw, _) = x.shape, kernel.shape
    (sh, sw), (dh, dw) = stride, dilation
    shape = ((height - 1) * sh + (kh - 1) * dh + 1, (width - 1) * sw + (kw - 1) * dw + 1, outputs)
    full = np.zeros(shape)
    for i in range(kh):
        for j in range(kw):
            rows = slice(i * dh, i * dh + (height - 1) * sh + 1, sh)
            columns = slice(j * dw, j * dw + (width - 1) * sw + 1, sw)
            full[rows, columns] += _grouped_product(x, kernel[:, i, j], groups)
    top, bottom, left, right = crop
    y = full[top : full.shape[0] - bottom, left : full.shape[1] - right] + bias
    return _activate(y, activation)


def _activate(y, activation):
    assert activation in (None, "none", "relu")
    return np.maximum(y, 0) if activation == "relu" else y


def _sigmoid(x):
    return 1 / (1 + np.exp(-x))


def _hard_sigmoid(x, slope=0.2, offset=0.5):
    return np.clip(slope * x + offset, 0, 1)


def _gelu(x, approximate="none"):
    if approximate == "tanh":
        return x / 2 * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)))
    return x / 2 * (1 + np.vectorize(math.erf)(x / np.sqrt(2)))


def _glu(x, axis=-1):
    first, second = np.split(x, 2, axis)
    return first * _sigmoid(second)


def _softmax(x, axis=-1):
    powers = np.exp(x - x.max(axis, keepdims=True))
    return powers / powers.sum(axis, keepdims=True)


def _layer_norm(x, scale, offset, axis=-1, epsilon=1e-5):
    axes = tuple(range(axis % x.ndim, x.ndim))
    centred = x - x.mean(axes, keepdims=True)
    return centred / np.sqrt(centred.var(axes, keepdims=True) + epsilon) * scale + offset


def _group_norm(x, scale, offset, groups=1, axis=0, epsilon=1e-5):
    apart = x.reshape(*x.shape[:-1], groups, x.shape[-1] // groups)
    axes = (*range(axis % x.ndim, x.ndim - 1), x.ndim)
    centred = apart - apart.mean(axes, keepdims=True)
    normal = centred / np.sqrt(np.square(centred).mean(axes, keepdims=True) + epsilon)
    return normal.reshape(x.shape) * scale + offset


def _reduction(function):
    return lambda x, axis: function(x, tuple(axis) if isinstance(axis, list) else axis)


def _matmul(a, b, transposeB=False):  # noqa: N803 (the attribute's name)
    return a @ (b.swapaxes(-1, -2) if transposeB else b)


def _attention(query, key, value, heads=1, scale=None):
    scale = 1 / np.sqrt(query.shape[-1] / heads) if scale is None else scale
    parts = zip(*(np.split(x, heads, -1) for x in (query, key, value)), strict=True)
    return np.concatenate([_softmax(scale * (q @ k.swapaxes(-1, -2))) @ v for q, k, v in parts], -1)


def _recurrent(x, kernel, recurrent, direction, step, states, *biases):
    """@param step (weights of one direction, gates' inputs at one time, states) to new states."""
    if x.ndim == 3:
        rows = [_recurrent(r, kernel, recurrent, direction, step, states, *biases) for r in x]
        return np.stack(rows)
    hidden = recurrent.shape[1]
    directions = {"forward": [1], "backward": [-1], "both": [1, -1]}[direction]
    results = []
    for number, order in enumerate(directions):
        part = slice(
            number * len(kernel) // len(directions), (number + 1) * len(kernel) // len(directions)
        )
        inputs = x @ kernel[part].T + biases[0][part]
        state, outputs = [np.zeros(hidden)] * states, []
        for row in inputs[::order]:
            state = step(row, recurrent[part], state, *(bias[part] for bias in biases[1:]))
            outputs.append(state[0])
        results.append(np.array(outputs[::order]))
    return np.concatenate(results, -1)


def _lstm_step(row, recurrent, state, *_):
    i, f, g, o = np.split(row + recurrent @ state[0], 4)
    cell = _sigmoid(f) * state[1] + _sigmoid(i) * np.tanh(g)
    return [_sigmoid(o) * np.tanh(cell), cell]


def _lstm(x, kernel, recurrent, bias, direction="forward", carriesState=False):  # noqa: N803
    return _recurrent(x, kernel, recurrent, direction, _lstm_step, 2, bias)


def _gru(
    x,
    kernel,
    recurrent,
    bias,
    recurrentBias,  # noqa: N803
    direction="forward",
    carriesState=False,  # noqa: N803
    resetAfter=True,  # noqa: N803
    gate="sigmoid",
):
    gate = {"sigmoid": _sigmoid, "hard_sigmoid": _hard_sigmoid}[gate]

    def step(row, recurrent, state, recurrent_bias):
        (h,) = state
        (xz, xr, xn), (uz, ur, un) = np.split(row, 3), np.split(recurrent, 3)
        bz, br, bn = np.split(recurrent_bias, 3)
        z, r = gate(xz + uz @ h + bz), gate(xr + ur @ h + br)
        n = np.tanh(xn + (r * (un @ h + bn) if resetAfter else un @ (r * h) + bn))
        return [(1 - z) * n + z * h]

    return _recurrent(x, kernel, recurrent, direction, step, 1, bias, recurrentBias)


def _pad(x, padding, mode="zeros"):
    top, bottom, left, right = padding
    names = {"zeros": "constant", "reflect": "reflect", "replicate": "edge"}
    return np.pad(x, ((top, bottom), (left, right), (0, 0)), names[mode])


def _slice(x, axis, start=None, end=None, step=1):
    where = [slice(None)] * x.ndim
    where[axis] = slice(start, end, step)
    return x[tuple(where)]


def _embedding(x, table):
    assert (x == np.round(x)).all() and (x >= 0).all() and (x < len(table)).all()
    return table[x.astype(int)]


def _resize(x, size=None, factor=None, mode="nearest", align="half-pixel"):
    for axis in (0, 1):
        old = x.shape[axis]
        new = size[axis] if size else int(old * factor[axis])
        ratio = old / new if size else 1 / factor[axis]
        at = {
            "half-pixel": (np.arange(new) + 0.5) * ratio - 0.5,
            "asymmetric": np.arange(new) * ratio,
            "corners": np.arange(new) * ((old - 1) / max(new - 1, 1)),
        }[align]
        if mode == "nearest":
            # Halves go down, except where the position is rounded down anyway.
            index = np.floor(at) if align == "asymmetric" else np.ceil(at - 0.5)
            x = x.take(np.clip(index.astype(int), 0, old - 1), axis)
            continue
        at = np.clip(at, 0, old - 1)
        low = np.floor(at).astype(int)
        share = (at - low).reshape(-1, *[1] * (x.ndim - axis - 1))
        x = x.take(low, axis) * (1 - share) + x.take(np.minimum(low + 1, old - 1), axis) * share
    return x


def _pool(function, outside):
    def pool(x, size, stride=None, padding=(0, 0, 0, 0)):
        (kh, kw), (sh, sw) = size, stride or size
        top, bottom, left, right = padding
        edges = ((top, bottom), (left, right), (0, 0))
        x = np.pad(x, edges, constant_values=outside)
        height, width = (x.shape[0] - kh) // sh + 1, (x.shape[1] - kw) // sw + 1
        windows = [
            [function(x[i * sh : i * sh + kh, j * sw : j * sw + kw], (0, 1)) for j in range(width)]
            for i in range(height)
        ]
        return np.array(windows)

    return pool


OPERATORS = {
    "conv2d": _conv2d,
    "transposed_conv2d": _transposed_conv2d,
    "constant": lambda value: value,
    "affine": lambda x, scale, offset: x * scale + offset,
    "leaky_relu": lambda x, slope: np.where(x > 0, x, slope * x),
    "elu": lambda x, alpha=1: np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0))),
    "prelu": lambda x, slope: np.where(x > 0, x, slope * x),
    "relu": lambda x: np.maximum(x, 0),
    "sigmoid": _sigmoid,
    "hard_sigmoid": _hard_sigmoid,
    "tanh": np.tanh,
    "silu": lambda x: x * _sigmoid(x),
    "gelu": _gelu,
    "glu": _glu,
    "exp": np.exp,
    "log": np.log,
    "sqrt": np.sqrt,
    "abs": np.abs,
    "negate": np.negative,
    "sin": np.sin,
    "cos": np.cos,
    "square": np.square,
    "clip": lambda x, min=-np.inf, max=np.inf: np.clip(x, min, max),
    "softmax": _softmax,
    "layer_norm": _layer_norm,
    "group_norm": _group_norm,
    "add": np.add,
    "subtract": np.subtract,
    "multiply": np.multiply,
    "divide": np.divide,
    "minimum": np.minimum,
    "maximum": np.maximum,
    "power": np.power,
    "concat": lambda *parts, axis=-1: np.concatenate(parts, axis),
    "reduce_max": _reduction(np.max),
    "reduce_min": _reduction(np.min),
    "reduce_mean": _reduction(np.mean),
    "reduce_sum": _reduction(np.sum),
    "dense": lambda x, kernel, bias, activation=None: _activate(x @ kernel.T + bias, activation),
    "matmul": _matmul,
    "attention": _attention,
    "lstm": _lstm,
    "gru": _gru,
    "pad": _pad,
    "slice": _slice,
    "gather": lambda x, indices, axis=0: x.take(np.array(indices), axis),
    "embedding": _embedding,
    "resize": _resize,
    "max_pool": _pool(np.max, -np.inf),
    "avg_pool": _pool(np.nanmean, np.nan),
    "reshape": lambda x, shape: x.reshape(shape),
    "transpose": lambda x, permutation: x.transpose(permutation),
}
