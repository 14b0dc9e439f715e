"""BeatNet's activations of many frames, in PyTorch: an input of the network that is trained."""

import io
import zipfile
from pathlib import Path

import numpy as np
import torch
from torch import nn


class BeatNet(nn.Module):
    """The original's layers (github.com/mjhydri/BeatNet), under the original's names."""

    def __init__(self, wheel: Path, checkpoint: str = "BeatNet/models/model_1_weights.pt"):
        super().__init__()
        self.conv1 = nn.Conv1d(1, 2, 10)
        self.linear0 = nn.Linear(262, 150)
        self.lstm = nn.LSTM(150, 150, 2, batch_first=True)
        self.linear = nn.Linear(150, 3)
        with zipfile.ZipFile(wheel) as archive:
            weights = torch.load(io.BytesIO(archive.read(checkpoint)), map_location="cpu")
        self.load_state_dict(weights, strict=False)

    @torch.no_grad()
    def hear(self, bands: np.ndarray) -> np.ndarray:
        """[frame][136] to [frame][beat, downbeat]"""
        rises = np.maximum(np.diff(bands, axis=0, prepend=bands[:1]), 0)
        frames = torch.from_numpy(np.concatenate([bands, rises], axis=1))[:, None]
        x = nn.functional.max_pool1d(torch.relu(self.conv1(frames)), 2).flatten(1)
        x, _ = self.lstm(self.linear0(x)[None])
        return torch.softmax(self.linear(x[0]), 1)[:, :2].numpy()
