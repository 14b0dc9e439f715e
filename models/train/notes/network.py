"""The network that tells notes from basic-pitch's activations."""

import numpy as np
import torch
from torch import nn

PITCHES = 88
#: Semitones from which a pitch is heard for another's sake: what is near, and partials.
SHIFTS = (-24, -19, -12, -7, -5, -2, -1, 1, 2, 5, 7, 12, 19, 24, 28, 31, 36)
FLOOR = 0.02  # what is weaker than this counts as silent
CHANNELS, NARROW = 24, 16
#: Frames on either side that an output depends on.
CONTEXT = 2 + 2 * 3 + 1 + 2 * 8 + 2 * 20
#: What a pitch is, for the network: [pitch][2].
PLACE = np.stack([(np.arange(PITCHES) - 44) / 44, ((np.arange(PITCHES) - 44) / 44) ** 2], 1)


class NoteConvolutions(nn.Module):
    """[batch][frame][88][note, onset, contour at the pitch and one and two thirds of
    a semitone above] to
    [batch][frame][88][onset, sounding, end], log-odds.
    """

    def __init__(self):
        super().__init__()
        self.mix = nn.Conv2d(5 + 2 + 2 * len(SHIFTS), CHANNELS, 1)
        self.around = nn.Linear(5, CHANNELS, bias=False)
        self.place = nn.Linear(2, CHANNELS, bias=False)
        self.near = nn.Conv2d(CHANNELS, NARROW, (5, 1), padding=(2, 0))
        self.wide = nn.Conv2d(NARROW, NARROW, (5, 1), dilation=(3, 1), padding=(6, 0))
        self.across = nn.Conv2d(NARROW, NARROW, 3, padding=1)
        self.widest = nn.Conv2d(NARROW, NARROW, (5, 1), dilation=(8, 1), padding=(16, 0))
        self.farthest = nn.Conv2d(NARROW, NARROW, (5, 1), dilation=(20, 1), padding=(40, 0))
        self.out = nn.Conv2d(NARROW, 3, 1)
        self.register_buffer("places", torch.tensor(PLACE, dtype=torch.float32), persistent=False)
        nn.init.constant_(self.out.bias, -3.0)

    def forward(self, heard: torch.Tensor) -> torch.Tensor:
        # 0 where nothing is heard, which is also what lies beyond the lowest and highest pitch.
        levels = torch.log(heard / FLOOR + 1).permute(0, 3, 1, 2) / 4
        reach = max(map(abs, SHIFTS))
        wide = nn.functional.pad(levels[:, :2], (reach, reach))
        shifted = [wide[..., reach + s : reach + s + PITCHES] for s in SHIFTS]
        x = torch.cat([levels, heard.permute(0, 3, 1, 2)[:, :2], *shifted], 1)
        x = self.mix(x)
        x = x + self.around(levels.mean(3).transpose(1, 2)).transpose(1, 2)[..., None]
        x = torch.relu(x + self.place(self.places).T[None, :, None])
        x = torch.relu(self.near(x))
        x = x + torch.relu(self.wide(x))
        x = x + torch.relu(self.across(x))
        x = x + torch.relu(self.widest(x))
        x = x + torch.relu(self.farthest(x))
        return self.out(x).permute(0, 2, 3, 1)
