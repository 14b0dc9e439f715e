#!/usr/bin/env python3
"""Makes loudness/song.json: how loud make_song() is, by two other implementations (see README.md).

python tests/golden/make_loudness.py    # wants ffmpeg on the path
"""

import json
import platform
import re
import subprocess
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pyloudnorm
from golden_input import make_song

HERE = Path(__file__).resolve().parent
RATE = 44100
METADATA = "lavfi.r128."
PEAKS = ("true", "sample")


def main() -> None:
    clip = np.fromfile(HERE / "clip" / "clip.i16", "<i2").reshape(-1, 2) / 32768
    song = make_song(clip)
    result = {
        "madeWith": {
            "ffmpeg": ffmpeg_version(),
            "pyloudnorm": version("pyloudnorm"),
            "numpy": np.__version__,
            "python": platform.python_version(),
        },
        "ffmpeg": ffmpeg(song),
        # DeMan: the filter of BS.1770 recomputed for the rate; the other is an approximation.
        "pyloudnorm": {
            "integrated": pyloudnorm.Meter(RATE, filter_class="DeMan").integrated_loudness(song)
        },
    }
    folder = HERE / "loudness"
    folder.mkdir(exist_ok=True)
    (folder / "song.json").write_text(json.dumps(result, indent=2) + "\n")


def ffmpeg(song: np.ndarray) -> dict[str, float]:
    """What the filter ebur128 says at the end, and the highest of what it says every 100 ms."""
    source = ["-f", "f32le", "-ar", str(RATE), "-ac", "2", "-i", "-"]
    filters = "ebur128=peak=true+sample:metadata=1,ametadata=print:file=-"
    command = ["ffmpeg", "-v", "error", *source, "-af", filters, "-f", "null", "-"]
    pcm = song.astype("<f4").tobytes()
    text = subprocess.run(command, input=pcm, capture_output=True, check=True).stdout.decode()
    said: dict[str, list[float]] = {}
    for key, value in re.findall(rf"^{re.escape(METADATA)}(\w+)=(\S+)$", text, re.MULTILINE):
        said.setdefault(key, []).append(float(value))
    peaks = {name: max(said[f"{name}_peaks_ch0"] + said[f"{name}_peaks_ch1"]) for name in PEAKS}
    return {
        "integrated": said["I"][-1],
        "range": said["LRA"][-1],
        "maxMomentary": max(said["M"]),
        "maxShortTerm": max(said["S"]),
        # Amplitudes, in this filter's metadata.
        "truePeak": float(20 * np.log10(peaks["true"])),
        "samplePeak": float(20 * np.log10(peaks["sample"])),
    }


def ffmpeg_version() -> str:
    text = subprocess.run(["ffmpeg", "-version"], capture_output=True, check=True).stdout.decode()
    return text.split()[2]


if __name__ == "__main__":
    main()
