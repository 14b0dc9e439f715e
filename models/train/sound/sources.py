"""Fetches the packages that sources.json names, and finds sounds in them."""

import json
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path

import numpy as np
import soundfile
from scipy import signal

from ..constants import DATA, HERE, RATE

# Longer one-shots are loops or ambiences, which belong to no single class.
_LONGEST_SHOT_SECONDS = 2.5
_KINDS = {
    "kick": r"kick|^bd_|bassdrum",
    "snare": r"snare|^sn_|sabmute|^sd",
    "ohat": r"hat.*open|open.*hat|cymbal_open|hhat-paiste.*open|hho|hh_o",
    "hat": r"hat|cymbal_closed|cymbal_pedal|crunchtime|hhc|hh_",
    "tom": r"tom",
    "crash": r"crash|cymbal|splash",
    "ride": r"ride",
    "clap": r"clap|snap",
    "perc": r"cowbell|conga|clave|shak|tabla|elec_|glitch_perc|tambo|bongo|perc_",
}
# Not CC0 in Debian's copyright file, or no one-shot.
_LEFT_OUT = re.compile(r"^(loop|guit|ambi|vinyl|misc|mehackit|glitch_robot|bass)|elec_chime|perc_s")


@cache
def catalogue() -> dict[str, dict]:
    entries = json.loads((HERE / "sources.json").read_text())["sources"]
    return {entry["name"]: entry for entry in entries}


def fetch() -> None:
    """Downloads and unpacks each Debian package once, with apt-get and dpkg."""
    debs = DATA / "debs"
    debs.mkdir(parents=True, exist_ok=True)
    for package in {e["package"] for e in catalogue().values() if e["registry"] == "Debian"}:
        unpacked = DATA / "src" / package
        if unpacked.exists() or package == "flite":  # flite is a program: it must be installed
            continue
        subprocess.run(["apt-get", "download", package], cwd=debs, check=True)
        deb = next(debs.glob(f"{package}_*.deb"))
        subprocess.run(["dpkg", "-x", str(deb), str(unpacked)], check=True)
    for program in ("fluidsynth", "flite"):
        if shutil.which(program) is None:
            raise RuntimeError(f"{program} is missing; install it: apt-get install {program}")


def path(name: str) -> Path:
    entry = catalogue()[name]
    return DATA / "src" / entry["package"] / entry["path"]


def read_stereo(file: Path) -> np.ndarray:
    """[frames, 2] float32 at RATE."""
    samples, rate = soundfile.read(file, always_2d=True, dtype="float32")
    if rate != RATE:
        samples = signal.resample_poly(samples, RATE, rate, axis=0)
    if samples.shape[1] == 1:
        samples = np.repeat(samples, 2, axis=1)
    return samples[:, :2].astype(np.float32)


@cache
def shot(file: Path) -> np.ndarray:
    """A one-shot with a peak of 1."""
    samples = read_stereo(file)[: int(_LONGEST_SHOT_SECONDS * RATE)]
    return samples / (np.abs(samples).max() + 1e-6)


@cache
def drum_shots() -> dict[str, dict[str, list[Path]]]:
    """kit name -> drum kind -> files (several are a round robin)."""
    kits = {"rumpf-kit": _rumpf_kit()}
    for name in ("sonic-pi", "audiophob"):
        kinds: dict[str, list[Path]] = {}
        for file in sorted(path(name).glob("*")):
            if file.suffix not in (".flac", ".wav") or _LEFT_OUT.search(file.name.lower()):
                continue
            for kind, pattern in _KINDS.items():
                if re.search(pattern, file.name.lower()):
                    kinds.setdefault(kind, []).append(file)
                    break
        kits[name] = kinds
    return kits


def _rumpf_kit() -> dict[str, list[Path]]:
    """Its files have numbers for names; drumkit.xml says what the instruments are."""
    folder, kinds = path("rumpf-kit"), {}
    names = {"bass drum": "kick", "snare": "snare", "stick": "snare", "clap": "clap"}
    names |= {"hi-hat closed": "hat", "hi-hat pedal": "hat", "hi-hat open": "ohat", "tom": "tom"}
    names |= {"crash": "crash", "cymbal": "crash", "ride": "ride", "cowbell": "perc"}
    text = (folder / "drumkit.xml").read_text()
    for instrument in re.findall(r"<instrument>(.*?)</instrument>", text, re.S):
        title = re.search(r"<name>(.*?)</name>", instrument).group(1)
        file = re.search(r"<filename>(.*?)</filename>", instrument).group(1)
        kind = next((kind for name, kind in names.items() if name in title), None)
        if kind:
            kinds.setdefault(kind, []).append(folder / file)
    return kinds
