#!/usr/bin/env python3
"""Makes clip/clip.i16, the music of the golden tests, from a Debian package (see clip/NOTICE.md).

    apt-get download fretsonfire-songs-sectoid && dpkg -x fretsonfire-songs-sectoid_*.deb DIR
    python tests/golden/make_clip.py DIR

The committed clip is what counts: another decoder may differ in the last bit.
"""

import sys
from pathlib import Path

import numpy as np
import soundfile

HERE = Path(__file__).resolve().parent
SONG = "usr/share/games/fretsonfire/data/songs/sectoid/Escape from chaosland"
START_SECONDS, FRAMES = 55.0, 110250
GAIN = 0.6  # the game's two tracks add up to a peak of 1.4


def main() -> None:
    folder = Path(sys.argv[1]) / SONG
    tracks = [soundfile.read(folder / name, always_2d=True) for name in ("song.ogg", "guitar.ogg")]
    start = round(START_SECONDS * 44100)
    mix = sum(samples[start : start + FRAMES] for samples, _ in tracks) * GAIN
    assert all(rate == 44100 for _, rate in tracks) and np.abs(mix).max() < 1
    (HERE / "clip").mkdir(exist_ok=True)
    np.round(mix * 32768).astype("<i2").tofile(HERE / "clip" / "clip.i16")


if __name__ == "__main__":
    main()
