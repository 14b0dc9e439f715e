"""The network that hears beats from both sides."""

import torch
from torch import nn

CHANNELS = 32
DILATIONS = (1, 2, 4, 8, 16, 32, 64, 128)
#: Frames on either side that an output depends on.
CONTEXT = 2 * sum(DILATIONS) + 3


class BeatConvolutions(nn.Module):
    """[batch][frame][138] to [batch][frame][beat, downbeat], log-odds."""

    def __init__(self):
        super().__init__()
        self.bands = nn.Conv1d(138, CHANNELS, 5, padding=2)
        self.second = nn.Conv1d(CHANNELS, CHANNELS, 3, padding=1)
        self.layers = nn.ModuleList(
            nn.Conv1d(CHANNELS, CHANNELS, 5, dilation=d, padding=2 * d) for d in DILATIONS
        )
        self.mixes = nn.ModuleList(nn.Conv1d(CHANNELS, CHANNELS, 1) for _ in DILATIONS)
        self.drop = nn.Dropout1d(0.1)
        self.out = nn.Conv1d(CHANNELS, 2, 1)
        nn.init.constant_(self.out.bias, -3.0)

    def forward(self, frames: torch.Tensor) -> torch.Tensor:
        x = torch.relu(self.bands(frames.transpose(1, 2)))
        x = torch.relu(self.second(x))
        total = x
        for layer, mix in zip(self.layers, self.mixes, strict=True):
            x = x + self.drop(mix(torch.relu(layer(x))))
            total = total + x
        return self.out(torch.relu(total)).transpose(1, 2)
