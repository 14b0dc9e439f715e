"""The network that tells drums."""

import torch
from features import BANDS
from kits import INSTRUMENTS
from torch import nn

FIRST, SECOND, THIRD, CHANNELS = 8, 24, 32, 64
DILATIONS = (1, 2, 4, 8, 16, 32)
#: Frames on either side that an output depends on.
CONTEXT = 2 + 1 + 1 + sum(DILATIONS)
POOLED = BANDS // 3 // 3


class DrumConvolutions(nn.Module):
    """[batch][frame][BANDS] to [batch][frame][2][instrument]: log-odds that it is struck there, and
    how hard, log-odds of velocity / 127."""

    def __init__(self):
        super().__init__()
        self.first = nn.Conv2d(1, FIRST, (5, 3), padding=(2, 1))
        self.second = nn.Conv2d(FIRST, SECOND, 3, padding=1)
        self.third = nn.Conv2d(SECOND, THIRD, 3, padding=1)
        self.narrow = nn.Conv1d(THIRD * POOLED, CHANNELS, 1)
        self.layers = nn.ModuleList(
            nn.Conv1d(CHANNELS, CHANNELS, 3, dilation=d, padding=d) for d in DILATIONS
        )
        self.drop = nn.Dropout1d(0.1)
        self.out = nn.Conv1d(CHANNELS, 2 * len(INSTRUMENTS), 1)
        with torch.no_grad():
            self.out.bias[: len(INSTRUMENTS)] = -3.0

    def forward(self, frames: torch.Tensor) -> torch.Tensor:
        x = torch.relu(self.first(frames[:, None]))
        x = nn.functional.max_pool2d(torch.relu(self.second(x)), (1, 3))
        x = nn.functional.max_pool2d(torch.relu(self.third(x)), (1, 3))
        x = x.permute(0, 3, 1, 2).flatten(1, 2)  # a frame's numbers: band by band, channels last
        x = self.drop(torch.relu(self.narrow(x)))
        for layer in self.layers:
            x = x + torch.relu(layer(x))
        x = self.out(x).transpose(1, 2)
        return x.unflatten(2, (2, len(INSTRUMENTS)))
