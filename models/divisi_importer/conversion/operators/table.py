"""Which ONNX operators are converted, by what, and what to do about the others."""

from __future__ import annotations

from . import convolution, elementwise, matrix, normalisation, pooling, recurrent, reduction, views

CONVERTERS = {
    **dict.fromkeys(elementwise.UNARY, elementwise.unary),
    **dict.fromkeys(["Add", "Sub", "Mul", "Div", "Min", "Max", "Sum", "Pow"], elementwise.binary),
    "Mean": elementwise.mean_of_values,
    "Reciprocal": elementwise.reciprocal,
    "Gelu": elementwise.gelu,
    "LeakyRelu": elementwise.leaky_relu,
    "Elu": elementwise.elu,
    "HardSigmoid": elementwise.hard_sigmoid,
    "HardSwish": elementwise.hard_swish,
    "Softplus": elementwise.softplus,
    "Clip": elementwise.clip,
    "PRelu": elementwise.prelu,
    "Conv": convolution.conv,
    "ConvTranspose": convolution.conv_transpose,
    "MaxPool": pooling.pool,
    "AveragePool": pooling.pool,
    "GlobalMaxPool": pooling.global_pool,
    "GlobalAveragePool": pooling.global_pool,
    "Resize": pooling.resize,
    "Upsample": pooling.resize,
    **dict.fromkeys(
        ["ReduceMax", "ReduceMin", "ReduceMean", "ReduceSum", "ReduceL1", "ReduceL2"],
        reduction.reduce,
    ),
    "ReduceSumSquare": reduction.reduce,
    "Softmax": reduction.softmax,
    "LogSoftmax": reduction.softmax,
    "BatchNormalization": normalisation.batch_norm,
    "LayerNormalization": normalisation.layer_norm,
    "GroupNorm": normalisation.group_norm,
    "GroupNormalization": normalisation.group_norm,
    "InstanceNormalization": normalisation.group_norm,
    "MatMul": matrix.matmul,
    "Gemm": matrix.gemm,
    "ScaledAttention": matrix.attention,
    "LSTM": recurrent.lstm,
    "GRU": recurrent.gru,
    **dict.fromkeys(["Identity", "Dropout", "Cast", "CastLike"], views.same),
    **dict.fromkeys(["Reshape", "Flatten", "Squeeze", "Unsqueeze"], views.reshape),
    "Transpose": views.transpose,
    "DepthToSpace": views.depth_to_space,
    "SpaceToDepth": views.depth_to_space,
    "Slice": views.slice_,
    "Split": views.split,
    "Glu": views.glu,
    "Gather": views.gather,
    "Concat": views.concat,
    "Pad": views.pad,
    "Expand": views.expand,
    "Tile": views.tile,
    "Where": views.where,
}

_OUTSIDE = "compute it outside of the network: start behind it with --inputs or end before it with "
_OUTSIDE += "--outputs"
_TRANSFORM = "the engine computes transforms outside of the network (the task document's front end)"
_TRANSFORM += ": start behind it with --inputs, or end before it with --outputs"

ADVICE = {
    **dict.fromkeys(
        ["STFT", "DFT", "MelWeightMatrix", "HannWindow", "HammingWindow", "BlackmanWindow"],
        _TRANSFORM,
    ),
    **dict.fromkeys(
        ["ArgMax", "ArgMin", "TopK", "NonZero", "Unique", "NonMaxSuppression"], _OUTSIDE
    ),
    **dict.fromkeys(
        ["Equal", "Greater", "Less", "GreaterOrEqual", "LessOrEqual", "And", "Or"], _OUTSIDE
    ),
    **dict.fromkeys(["Not", "Xor", "IsNaN", "IsInf"], _OUTSIDE),
    "Erf": "only as a part of GELU, x / 2 * (1 + erf(x / sqrt(2))), is it known",
    "Einsum": "export it as MatMul and Transpose",
    "RNN": "an LSTM or a GRU",
    "Mish": "x * tanh(softplus(x)), written out",
    "Selu": "an Elu times a constant",
    "Sign": "clip a large multiple",
    "LRN": "a layer norm or group norm, trained anew",
    "Floor": _OUTSIDE,
    "Ceil": _OUTSIDE,
    "Round": _OUTSIDE,
    "Mod": _OUTSIDE,
    "CumSum": "a MatMul with a triangular constant",
    "RandomNormal": "a network that gives the same result each time",
    "RandomNormalLike": "a network that gives the same result each time",
    **dict.fromkeys(
        ["QLinearConv", "DequantizeLinear", "QuantizeLinear", "DynamicQuantizeLinear"],
        "the network before it was quantised; --dtype int8 makes 8-bit weights",
    ),
    "GridSample": _OUTSIDE,
    "ScatterND": _OUTSIDE,
    "ScatterElements": _OUTSIDE,
    "GatherND": _OUTSIDE,
    "GatherElements": _OUTSIDE,
}
DEFAULT_ADVICE = "write it in operators that models/FORMAT.md lists, or " + _OUTSIDE
