"""Real music to sing over: free game music from Debian packages, none of it copied here."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
from scipy import signal

REPOSITORY = Path(__file__).resolve().parents[3]
# Before all imports of these folders' modules, here and where this module is imported first.
sys.path[:0] = [str(REPOSITORY / "sample"), str(REPOSITORY / "tests/golden/embeddings")]

from music import MUSIC, unpack  # noqa: E402
from songmaker.dsp import RATE  # noqa: E402


@dataclass(frozen=True)
class Clip:
    """A stretch of a package's music. Files are what is played together, as a game does."""

    package: str
    files: tuple[str, ...]
    begin_seconds: float


class Fetcher:
    """Keeps the packages in a folder, so that each is fetched once."""

    def __init__(self, folder: Path):
        self._folder = folder

    def read(self, clip: Clip, frames: int) -> np.ndarray:
        """[frames, 2] at 44.1 kHz, the clip's peak at 1."""
        samples = self.read_as_is(clip, frames)
        return samples / np.abs(samples).max()

    def read_as_is(self, clip: Clip, frames: int) -> np.ndarray:
        """[frames, 2] at 44.1 kHz, at the level of the files."""
        root = self._root(clip.package)
        parts = [self._read_file(root, name, clip.begin_seconds, frames) for name in clip.files]
        return np.sum(parts, axis=0)

    def source(self, package: str) -> dict:
        """What the manifest says of where the music is from."""
        version = (self._root(package) / "version").read_text().strip()
        return {"package": package, "version": version, "licence": MUSIC[package][0]}

    def _root(self, package: str) -> Path:
        root = self._folder / package
        if not (root / "version").exists():
            print(f"fetching {package} ...", flush=True)
            try:
                unpack(package, root)
            except (OSError, subprocess.CalledProcessError) as error:
                raise SystemExit(
                    f"{package} could not be fetched: {error}. The mixes need Debian's apt-get and "
                    "dpkg-deb, and `apt-get update` to have been run."
                ) from error
        return root

    @staticmethod
    def _read_file(root: Path, name: str, begin_seconds: float, frames: int) -> np.ndarray:
        # A game may have a file under several names.
        found = sorted({path.resolve() for path in root.rglob(name)})
        if len(found) != 1:
            raise SystemExit(f"{root} has {len(found)} files {name}, expected one")
        with soundfile.SoundFile(found[0]) as file:
            rate = file.samplerate
            file.seek(round(begin_seconds * rate))
            samples = file.read(-(-frames * rate // RATE) + 64, always_2d=True)
        samples = samples[:, :2] if samples.shape[1] > 1 else np.repeat(samples, 2, axis=1)
        if rate != RATE:
            samples = signal.resample_poly(samples, RATE, rate, axis=0)
        if len(samples) < frames:
            raise SystemExit(f"{found[0]} ends before {begin_seconds} s + {frames} frames")
        return samples[:frames]
