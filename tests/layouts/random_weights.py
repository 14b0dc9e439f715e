"""Random weights with which a network computes numbers of the size that trained ones give."""

from __future__ import annotations

import zlib

import torch
from torch import nn


def seed(name: str) -> None:
    torch.manual_seed(zlib.crc32(name.encode()))


def settle_batch_norms(module: nn.Module, inputs: tuple[torch.Tensor, ...]) -> None:
    """Gives batch norms the mean and variance of what they see for these inputs, and scales and
    offsets that differ from channel to channel, as after training: with torch's own 0 and 1 the
    numbers would grow or vanish from layer to layer, and a swapped channel would not show."""
    norms = [m for m in module.modules() if isinstance(m, nn.modules.batchnorm._BatchNorm)]
    if not norms:
        return
    for norm in norms:
        nn.init.uniform_(norm.weight, 0.6, 1.4)
        nn.init.uniform_(norm.bias, -0.2, 0.2)
        norm.momentum = 1.0  # the running values become those of this one run
        norm.train()
    module(*inputs)
    for norm in norms:
        norm.eval()
