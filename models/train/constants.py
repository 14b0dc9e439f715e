"""What data, training and checks have in common."""

import os
from pathlib import Path

HERE = Path(__file__).resolve().parent
# Data and checkpoints are gigabytes: they live outside the repository.
DATA = Path(os.environ.get("DIVISI_TRAIN_DATA", HERE.parents[1] / "build" / "train"))

RATE = 44100
SONG_SECONDS = 30
SONG_FRAMES = SONG_SECONDS * RATE
STEMS = ("drums", "bass", "other", "vocals")
