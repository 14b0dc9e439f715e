"""HTDemucs with six stems, with the sizes of the published htdemucs_6s: the network between its
transform and its inverse. The code is Demucs' own package."""

from __future__ import annotations

from fractions import Fraction

import torch
from demucs.htdemucs import HTDemucs
from demucs.transformer import LayerScale
from torch import nn

STEMS = ["drums", "bass", "other", "vocals", "guitar", "piano"]


class BetweenTransforms(nn.Module):
    """Runs HTDemucs.forward() with a spectrum that is given, and keeps it from its inverse."""

    def __init__(self, net: HTDemucs):
        super().__init__()
        self.net = net
        net._spec = lambda mix: self._given
        net._magnitude = lambda spectrum: spectrum
        net._mask = self._keep
        net._ispec = lambda spectrum, length: 0

    def _keep(self, _, spectra: torch.Tensor) -> torch.Tensor:
        self._spectra = spectra
        return spectra

    def forward(self, waveform: torch.Tensor, spectrum: torch.Tensor) -> tuple[torch.Tensor, ...]:
        self._given = spectrum
        waveforms = self.net(waveform)
        return self._spectra, waveforms


def make() -> nn.Module:
    # Else torch runs an attention of its own in one operator, which it cannot export.
    torch.backends.mha.set_fastpath_enabled(False)
    # bottom_channels is 0 here and 512 in the model of four stems: hence 55 MB of published
    # weights instead of 84.
    net = HTDemucs(STEMS, segment=Fraction(39, 5), dconv_mode=3, t_layers=5, bottom_channels=0)
    # They start at 1e-4, so that what they scale would not be seen in any output.
    for module in net.modules():
        if isinstance(module, LayerScale):
            nn.init.uniform_(module.scale, 0.1, 0.3)
    return BetweenTransforms(net)
