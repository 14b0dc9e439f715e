"""MDX-Net's ConvTDFNet with the sizes of Ultimate Vocal Remover's later models (67 MB as ONNX):
convolutions over [columns, bins], dense layers over the bins, skips that multiply.

Written for this test from the network's published description; those files hold weights only.
"""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import nn

CHANNELS = 4  # two, real and imaginary
BINS = 3072
GROWTH = 48  # channels of the first level, and how many each further one has more
LEVELS = 5  # above the bottleneck
CONVOLUTIONS = 3  # of a block
NARROWING = 8  # of the dense layers


class Block(nn.Module):
    """Convolutions in time and frequency, and beside them two dense layers over all bins."""

    def __init__(self, channels: int, bins: int):
        super().__init__()
        self.convolutions = nn.Sequential(
            *[_normed(nn.Conv2d(channels, channels, 3, padding=1)) for _ in range(CONVOLUTIONS)]
        )
        narrow = bins // NARROWING
        self.dense = nn.Sequential(
            nn.Linear(bins, narrow, bias=False),
            nn.BatchNorm2d(channels),
            nn.ReLU(),
            nn.Linear(narrow, bins, bias=False),
            nn.BatchNorm2d(channels),
            nn.ReLU(),
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.convolutions(x)
        return x + self.dense(x)


class ConvTDFNet(nn.Module):
    def __init__(self):
        super().__init__()
        channels = [GROWTH * (level + 1) for level in range(LEVELS + 1)]
        bins = [BINS >> level for level in range(LEVELS + 1)]
        self.first = _normed(nn.Conv2d(CHANNELS, channels[0], 1))
        self.encoders = nn.ModuleList(Block(*sizes) for sizes in zip(channels, bins, strict=True))
        self.decoders = nn.ModuleList(
            Block(*sizes) for sizes in zip(channels[:-1], bins[:-1], strict=True)
        )
        self.down = nn.ModuleList(
            _normed(nn.Conv2d(here, below, 2, stride=2)) for here, below in pairwise(channels)
        )
        self.up = nn.ModuleList(
            _normed(nn.ConvTranspose2d(below, here, 2, stride=2))
            for here, below in pairwise(channels)
        )
        self.last = nn.Conv2d(channels[0], CHANNELS, 1)

    def forward(self, spectrum: torch.Tensor) -> torch.Tensor:
        x = self.first(spectrum).transpose(-1, -2)
        skips = []
        for level in range(LEVELS):
            x = self.encoders[level](x)
            skips.append(x)
            x = self.down[level](x)
        x = self.encoders[LEVELS](x)
        for level in reversed(range(LEVELS)):
            x = self.decoders[level](self.up[level](x) * skips[level])
        return self.last(x.transpose(-1, -2))


def _normed(layer: nn.Module) -> nn.Module:
    return nn.Sequential(layer, nn.BatchNorm2d(layer.out_channels), nn.ReLU())


def make() -> nn.Module:
    return ConvTDFNet()
