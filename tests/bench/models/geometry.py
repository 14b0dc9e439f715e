"""Sizes of values, and TensorFlow's names for padding."""

from networks import Network


def shapes(network: Network) -> dict[str, list[int]]:
    """The shape of every value of a graph, without the batch axis."""
    known = {entry["name"]: list(entry["shape"]) for entry in network.graph["inputs"]}
    for node in network.graph["nodes"]:
        inputs = [known[name] for name in node["inputs"]]
        known[node["output"]] = _shape(node, inputs, network.weights(node))
    return known


def _shape(node: dict, inputs: list[list[int]], weights: dict) -> list[int]:
    attributes, first = node.get("attributes", {}), inputs[0]
    match node["op"]:
        case "conv2d":
            top, bottom, left, right = attributes.get("padding", [0, 0, 0, 0])
            padded = [first[0] + top + bottom, first[1] + left + right]
            stride, dilation = attributes.get("stride", [1, 1]), attributes.get("dilation", [1, 1])
            count, *kernel = weights["kernel"].shape[:3]
            span = [(k - 1) * d + 1 for k, d in zip(kernel, dilation, strict=True)]
            size = [(p - k) // s + 1 for p, k, s in zip(padded, span, stride, strict=True)]
            return [*size, count]
        case "transposed_conv2d":
            top, bottom, left, right = attributes["crop"]
            count, height, width = weights["kernel"].shape[:3]
            stride = attributes["stride"]
            return [
                (first[0] - 1) * stride[0] + height - top - bottom,
                (first[1] - 1) * stride[1] + width - left - right,
                count,
            ]
        case "concat":
            axis = attributes.get("axis", -1) % len(first)
            return [*first[:axis], sum(shape[axis] for shape in inputs), *first[axis + 1 :]]
        case "reduce_max" | "reduce_mean":
            return [size for i, size in enumerate(first) if i != attributes["axis"]]
        case "reshape":
            return attributes["shape"]
        case "dense":
            return [len(weights["bias"])]
        case "affine" | "leaky_relu" | "relu" | "sigmoid" | "add" | "multiply":
            return first
    raise ValueError(f"{node['output']}: this bench does not know the operator {node['op']}")


def tensorflow_padding(
    size: list[int], kernel: tuple[int, int], stride: list[int], dilation: list[int], padding: list
) -> str | None:
    """SAME, VALID, or None where TensorFlow needs a Pad of its own."""
    if not any(padding):
        return "VALID"
    same = []
    for length, taps, step, gap in zip(size, kernel, stride, dilation, strict=True):
        outputs = -(-length // step)
        total = max((outputs - 1) * step + (taps - 1) * gap + 1 - length, 0)
        same += [total // 2, total - total // 2]
    return "SAME" if same == list(padding) else None
