"""The network: a U-Net on magnitudes that sees four neighbouring bins as one position.

Everything in it is an operator that divisi's engine has (models/FORMAT.md):
- `compress`: a sum of saturating curves, 1 - exp(-x / s), stands for the logarithm.
- `Place`: a scale and an offset for each frequency and channel. Bass is where bass is: a
  convolution alone could not know.
- `Across`: two dense layers over all frequencies at once, at the lowest resolution.
- A head gives for each stem o_i > 0; the engine's ratio mask o_i / sum(o) is part of the training.
"""

from dataclasses import asdict, dataclass

import torch
from torch import nn
from torch.nn import functional

from .constants import STEMS

BINS = 1024
_SCALES = (0.05, 0.2, 0.8, 3.2, 12.8, 51.2)
EPSILON = 1e-4  # of the ratio mask, in the training as in the task document


@dataclass(frozen=True)
class Shape:
    widths: tuple[int, ...] = (16, 32, 64, 96)
    patch: int = 4
    place: bool = True
    across: int = 256  # hidden size of the dense layers; 0: none

    def document(self) -> dict:
        return asdict(self)


class Place(nn.Module):
    def __init__(self, channels: int, positions: int):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(1, channels, 1, positions))
        self.offset = nn.Parameter(torch.zeros(1, channels, 1, positions))

    def forward(self, x):
        return x * self.scale + self.offset


class Across(nn.Module):
    """x + expand(dense(relu(dense(squeeze(x))))), over [channels * positions] of each time."""

    def __init__(self, channels: int, positions: int, hidden: int, squeezed: int = 16):
        super().__init__()
        size = squeezed * positions
        self.squeeze = nn.Conv2d(channels, squeezed, 1)
        self.first, self.second = nn.Linear(size, hidden), nn.Linear(hidden, size)
        self.expand = nn.Conv2d(squeezed, channels, 1)

    def forward(self, x):
        y = self.squeeze(x)
        batch, channels, times, positions = y.shape
        y = y.permute(0, 2, 3, 1).reshape(batch, times, positions * channels)
        y = self.second(functional.relu(self.first(y)))
        y = y.reshape(batch, times, positions, channels).permute(0, 3, 1, 2)
        return x + self.expand(functional.relu(y))


def _block(inputs, outputs, stride=1):
    convolution = nn.Conv2d(inputs, outputs, 3, stride, padding=1, bias=False)
    return nn.Sequential(convolution, nn.BatchNorm2d(outputs), nn.ReLU(inplace=True))


class Network(nn.Module):
    def __init__(self, shape: Shape = Shape()):
        super().__init__()
        self.shape = shape
        widths, patch = shape.widths, shape.patch
        positions = [BINS // patch >> level for level in range(len(widths))]
        self.curves = nn.Conv2d(2, 2 * len(_SCALES), 1, bias=False)
        self.sum = nn.Conv2d(2 * len(_SCALES), 2, 1)
        self._start_compression()
        self.place_in = Place(2, BINS) if shape.place else nn.Identity()
        size = (3, 2 * patch)
        start = nn.Conv2d(2, widths[0], size, (1, patch), padding=(1, patch // 2), bias=False)
        self.start = nn.Sequential(start, nn.BatchNorm2d(widths[0]), nn.ReLU(inplace=True))
        levels = range(1, len(widths))
        self.down = nn.ModuleList(_block(widths[k - 1], widths[k], 2) for k in levels)
        self.encode = nn.ModuleList(_block(width, width) for width in widths)
        self.decode = nn.ModuleList(_block(width, width) for width in widths)
        self.place = nn.ModuleList(
            Place(w, p) if shape.place else nn.Identity()
            for w, p in zip(widths, positions, strict=True)
        )
        self.up = nn.ModuleList(
            nn.Sequential(
                nn.ConvTranspose2d(widths[k], widths[k - 1], 2, 2, bias=False),
                nn.BatchNorm2d(widths[k - 1]),
            )
            for k in levels
        )
        self.across = (
            Across(widths[-1], positions[-1], shape.across) if shape.across else nn.Identity()
        )
        # Two channels a stem, drums' first.
        outputs = 2 * len(STEMS)
        self.head = nn.ConvTranspose2d(
            widths[0], outputs, size, (1, patch), padding=(1, patch // 2)
        )
        self.place_out = Place(outputs, BINS) if shape.place else nn.Identity()

    def _start_compression(self):
        """Each channel's curves add up to about the logarithm of its magnitude."""
        with torch.no_grad():
            self.curves.weight.zero_()
            self.sum.weight.zero_()
            self.sum.bias.zero_()
            for k, scale in enumerate(_SCALES):
                for channel in (0, 1):
                    self.curves.weight[2 * k + channel, channel] = -1 / scale
                    self.sum.weight[channel, 2 * k + channel] = -0.5
        # Fixed: their gradients would cost more than those of any other layer.
        self.curves.requires_grad_(False)
        self.sum.requires_grad_(False)

    def logits(self, magnitude):
        """magnitude [B, 2, T, BINS], T a multiple of 8 -> [B, stems, 2, T, BINS]."""
        with torch.no_grad():
            x = self.sum(functional.elu(self.curves(magnitude)))
        x = self.place[0](self.start(self.place_in(x)))
        x = x + self.encode[0](x)
        kept = [x]
        for k, down in enumerate(self.down, 1):
            x = self.place[k](down(x))
            x = x + self.encode[k](x)
            kept.append(x)
        x = self.across(x)
        for k in range(len(kept) - 1, -1, -1):
            x = x + self.decode[k](x)
            if k:
                x = functional.relu(self.up[k - 1](x) + kept[k - 1])
        return self.place_out(self.head(x)).unflatten(1, (len(STEMS), 2)).float()

    def estimates(self, magnitude):
        """What the engine gets: for each stem a value between 0 and 1."""
        return torch.sigmoid(self.logits(magnitude))

    def forward(self, magnitude):
        """Masks, whose sum over the stems is 1."""
        return masks(self.estimates(magnitude))


def masks(o):
    """The engine's ratio mask with an exponent of 1."""
    return (o + EPSILON / len(STEMS)) / (o.sum(1, keepdim=True) + EPSILON)


def cost(network: Network, frames: int = 128) -> float:
    """Multiply-adds of a second of music."""
    total, hooks = [0], []

    def count(module, inputs, output):
        if isinstance(module, nn.ConvTranspose2d):
            total[0] += inputs[0].numel() * module.weight[0].numel()
        elif isinstance(module, nn.Linear):
            total[0] += output.numel() * module.in_features
        else:
            total[0] += output.numel() * module.weight[0].numel()

    for module in network.modules():
        if isinstance(module, nn.Conv2d | nn.ConvTranspose2d | nn.Linear):
            hooks.append(module.register_forward_hook(count))
    network.eval()
    with torch.no_grad():
        network(torch.rand(1, 2, frames, BINS))
    for hook in hooks:
        hook.remove()
    return total[0] / frames * 44100 / 1024
