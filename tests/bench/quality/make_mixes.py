#!/usr/bin/env python3
"""Makes mixes with known stems for the quality bench: mixture.flac and vocals.flac of each.

  make_mixes.py [--out DIR] [--packages DIR]

Singers are synthetic, the music is real: free game music that apt-get fetches from Debian. Needs
sample/requirements.txt, apt-get, dpkg-deb and ffmpeg with Flite. The same package versions give
the same mixes. Nothing that this writes is committed.
"""

import argparse
import hashlib
import json
import shutil
from pathlib import Path

import soundfile
from backing import RATE, REPOSITORY, Fetcher
from dressing import alone, faded, mix
from recipes import RECIPES, Recipe

_VOICE_LICENCES = {
    "pysinsy (nitech_jp_song070_f001)": "voice CC-BY-3.0, Nagoya Institute of Technology",
    "Flite": "MIT-like, Carnegie Mellon University; voices rms, slt, awb",
}


def make(recipe: Recipe, fetcher: Fetcher, out: Path) -> dict:
    """Writes the mix's folder; @return its entry of the manifest."""
    frames = round(recipe.seconds * RATE)
    backing = faded(fetcher.read(recipe.clip, frames))
    if recipe.vocals is None:
        parts = alone(backing)
    else:
        parts = mix(faded(recipe.vocals(frames)), backing, recipe.balance_db)
    folder = out / recipe.name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, samples in parts.items():
        soundfile.write(folder / f"{name}.flac", samples, RATE, subtype="PCM_16")
    clip = recipe.clip
    sources = [fetcher.source(clip.package)]
    sources += [{"package": name, "licence": _VOICE_LICENCES[name]} for name in recipe.voices]
    return {
        "name": recipe.name,
        "kind": recipe.kind,
        "seconds": recipe.seconds,
        "sample_rate": RATE,
        "channels": 2,
        "stems": [*(["vocals"] if recipe.vocals else []), "accompaniment"],
        "stored": ["vocals"] if recipe.vocals else [],
        "derived": ["accompaniment"],
        "how": f"{' + '.join(clip.files)} from second {clip.begin_seconds:g}",
        "sources": sources,
        "sha256": {
            name: hashlib.sha256(samples.tobytes()).hexdigest() for name, samples in parts.items()
        },
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    default = REPOSITORY / "build" / "quality"
    parser.add_argument("--out", type=Path, default=default / "mixes")
    parser.add_argument("--packages", type=Path, default=default / "packages")
    options = parser.parse_args()
    fetcher = Fetcher(options.packages)
    manifest = []
    for recipe in RECIPES:
        print(f"{recipe.name}: {recipe.kind}", flush=True)
        manifest.append(make(recipe, fetcher, options.out))
    # Last, so that a folder with a manifest is a complete one.
    text = json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"
    (options.out / "manifest.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
