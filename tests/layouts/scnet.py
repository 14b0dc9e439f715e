"""SCNet with the sizes of its published small model, 10 M parameters, between the transforms.

The code is that of pymss-core. ONNX has no real transform that the importer takes; over a fixed
number of columns those inside of SCNet are products with constant matrices.
"""

from __future__ import annotations

import numpy as np
import torch
from pymss_core.modules.scnet.scnet import SCNet
from torch import nn

COLUMNS = 476


class Transform(nn.Module):
    """torch.fft.rfft(x, norm="ortho") over the last axis: the real parts as the first half of the
    channels, the imaginary parts as the second."""

    def __init__(self):
        super().__init__()
        self.register_buffer("parts", torch.from_numpy(_transform()).float())

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.cat([x @ self.parts[0].T, x @ self.parts[1].T], dim=1)


class InverseTransform(nn.Module):
    def __init__(self):
        super().__init__()
        # A real signal's other half of bins is the conjugate of this one: each counts twice, but
        # the first and the last.
        twice = np.full(COLUMNS // 2 + 1, 2.0)
        twice[[0, -1]] = 1
        parts = _transform() * twice[:, None]
        self.register_buffer("parts", torch.from_numpy(parts).float())

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        real, imaginary = x.chunk(2, dim=1)
        return real @ self.parts[0] + imaginary @ self.parts[1]


def _transform() -> np.ndarray:
    """[2, bins, columns]: cosines, and sines with their sign."""
    angle = 2 * np.pi * np.outer(np.arange(COLUMNS // 2 + 1), np.arange(COLUMNS)) / COLUMNS
    return np.stack([np.cos(angle), -np.sin(angle)]) / np.sqrt(COLUMNS)


class BetweenTransforms(nn.Module):
    """SCNet.forward() of the authors' code between its STFT and its inverse, which divisi computes.

    The normalisation is in theirs and not in pymss-core's copy.
    """

    def __init__(self):
        super().__init__()
        self.net = SCNet()
        layers = self.net.separation_net.feature_conversion
        for index, layer in enumerate(layers):
            layers[index] = InverseTransform() if layer.inverse else Transform()

    def forward(self, spectrum: torch.Tensor) -> torch.Tensor:
        mean = spectrum.mean(dim=(1, 2, 3), keepdim=True)
        deviation = spectrum.std(dim=(1, 2, 3), keepdim=True)
        x = (spectrum - mean) / (1e-5 + deviation)
        saved = []
        for encoder in self.net.encoder:
            x, *rest = encoder(x)
            saved.append(rest)
        x = self.net.separation_net(x)
        for fusion, up in self.net.decoder:
            skip, lengths, original_lengths = saved.pop()
            x = up(fusion(x, skip), lengths, original_lengths)
        return x * deviation + mean


def make() -> nn.Module:
    return BetweenTransforms()
