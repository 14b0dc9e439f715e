"""How values become images [height, width, channels] for operators that slide a window."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import prod

from ...errors import Unsupported
from ..context import Context, drop_ones
from ..layout import Placed


@dataclass
class Image:
    """A value as an image: its rows are those of one ONNX axis or, in a batch, of two."""

    name: str
    height: int
    width: int
    channels: int
    kept: tuple[int, ...]  # sizes of the batch's atoms, which lie before the height or the width
    kept_in_height: bool  # else in the width
    swapped: bool  # the last ONNX axis is the height
    spatial: int  # number of ONNX axes behind the channels
    batch_axis: tuple[int, ...]  # the batch's atoms among `kept`

    def hw(self, pair: tuple, neutral) -> list:
        """What ONNX says for its one or two spatial axes, as [height, width]."""
        first, second = (neutral, *pair) if self.spatial == 1 else pair
        return [second, first] if self.swapped else [first, second]

    def edges(self, pads: list[int]) -> list[int]:
        """ONNX's [begins…, ends…] as [top, bottom, left, right]."""
        begins, ends = pads[: self.spatial], pads[self.spatial :]
        first = self.hw(tuple(begins), 0)
        last = self.hw(tuple(ends), 0)
        return [first[0], last[0], first[1], last[1]]


def as_image(context: Context, placed: Placed, pointwise: tuple[bool, ...], what: str) -> Image:
    """@param pointwise for each spatial axis: the window sees one element of it at a time."""
    placed = placed.merged()
    spatial = len(placed.axes) - 2
    if spatial not in (1, 2):
        raise Unsupported(f"{what} over {spatial} axes; 1 and 2 are possible")
    batch, channels, *rest = (list(axis) for axis in placed.axes)
    # Each arrangement: atoms of the height, atoms of the width, swapped, batch in the height.
    if spatial == 1:
        arrangements = [(batch, rest[0], False, True), (rest[0], batch, True, False)]
    elif not batch:
        arrangements = [(rest[0], rest[1], False, True), (rest[1], rest[0], True, True)]
    else:
        arrangements = []
        if pointwise[0]:
            arrangements += [
                ([*batch, *rest[0]], rest[1], False, True),
                (rest[1], [*batch, *rest[0]], True, False),
            ]
        if pointwise[1]:
            arrangements += [
                ([*batch, *rest[1]], rest[0], True, True),
                (rest[0], [*batch, *rest[1]], False, False),
            ]
        if not arrangements:
            raise Unsupported(
                f"{what} over two axes of a batch of {prod(placed.sizes[a] for a in batch)}; "
                "give the network a batch of 1"
            )
    fitting = [a for a in arrangements if _is_sorted([*a[0], *a[1], *channels])]
    height, width, swapped, in_height = (fitting or arrangements)[0]
    name, _ = context.emitter.grouped(placed, [height, width, channels])
    kept = tuple(placed.sizes[atom] for atom in batch)
    return Image(
        name,
        prod(placed.sizes[atom] for atom in height),
        prod(placed.sizes[atom] for atom in width),
        prod(placed.sizes[atom] for atom in channels),
        kept,
        in_height,
        swapped,
        spatial,
        tuple(range(len(kept))),
    )


def _is_sorted(order: list[int]) -> bool:
    return order == sorted(order)


def from_image(image: Image, name: str, height: int, width: int, channels: int) -> Placed:
    """The ONNX value that an operator has made of the image."""
    batch = prod(image.kept)
    if image.spatial == 1:
        length = height if image.swapped else width
        if image.swapped:
            sizes = (length, *image.kept, channels)
            axes = [tuple(1 + a for a in image.batch_axis), (len(sizes) - 1,), (0,)]
        else:
            sizes = (*image.kept, length, channels)
            axes = [image.batch_axis, (len(sizes) - 1,), (len(sizes) - 2,)]
    else:
        kept = len(image.kept)
        if image.kept_in_height:
            sizes = (*image.kept, height // batch, width, channels)
            batch_axis, rows, columns = image.batch_axis, kept, kept + 1
        else:
            sizes = (height, *image.kept, width // batch, channels)
            batch_axis, rows, columns = tuple(1 + a for a in image.batch_axis), 0, kept + 1
        first, second = (columns, rows) if image.swapped else (rows, columns)
        axes = [batch_axis, (len(sizes) - 1,), (first,), (second,)]
    return drop_ones(Placed(name, (height, width, channels), sizes, tuple(axes)))


def explicit_pads(
    attributes: dict, sizes: tuple[int, ...], window: list[int], strides: list[int]
) -> list[int]:
    """ONNX's pads with auto_pad worked out; `window` counts the dilation."""
    mode = attributes.get("auto_pad", b"NOTSET")
    mode = mode.decode() if isinstance(mode, bytes) else mode
    if mode in ("NOTSET", ""):
        return list(attributes.get("pads", [0] * (2 * len(sizes))))
    if mode == "VALID":
        return [0] * (2 * len(sizes))
    begins, ends = [], []
    for size, span, stride in zip(sizes, window, strides, strict=True):
        total = max(0, (-(-size // stride) - 1) * stride + span - size)
        less, more = total // 2, total - total // 2
        begins.append(more if mode == "SAME_LOWER" else less)
        ends.append(less if mode == "SAME_LOWER" else more)
    return begins + ends


def with_shape(image: Image, name: str, height: int, width: int) -> Image:
    return replace(image, name=name, height=height, width=width)
