"""Open-Unmix with the sizes of its published model umxl: one network a target, 28 M parameters
each. The code is the authors' own package."""

from __future__ import annotations

import sys
from types import ModuleType

import torch
from torch import nn

# The package imports it for reading files, which is not needed here; PyPI's newest torch and
# torchaudio often refuse each other.
sys.modules.setdefault("torchaudio", ModuleType("torchaudio"))
from openunmix.model import OpenUnmix  # noqa: E402

TARGETS = ("vocals", "drums", "bass", "other")
BINS = 2049  # of a transform of 4096
BINS_HEARD = 1487  # up to 16 kHz
HIDDEN = 1024


class Targets(nn.Module):
    def __init__(self, names: tuple[str, ...]):
        super().__init__()
        self.targets = nn.ModuleList(_target() for _ in names)

    def forward(self, magnitude: torch.Tensor) -> tuple[torch.Tensor, ...]:
        return tuple(target(magnitude) for target in self.targets)


def _target() -> OpenUnmix:
    network = OpenUnmix(nb_bins=BINS, hidden_size=HIDDEN, max_bin=BINS_HEARD)
    # As trained on music: magnitudes of some 10 at low and 0.1 at high frequencies become 1.
    typical = torch.logspace(1, -1, BINS)
    with torch.no_grad():
        network.input_mean.copy_(-typical[:BINS_HEARD])
        network.input_scale.copy_(1 / typical[:BINS_HEARD])
        network.output_scale.uniform_(0.2, 0.4)
        network.output_mean.uniform_(0.4, 0.6)
    return network


def four_targets() -> nn.Module:
    return Targets(TARGETS)


def vocals() -> nn.Module:
    return Targets(TARGETS[:1])
