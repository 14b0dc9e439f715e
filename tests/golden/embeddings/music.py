"""The music behind embeddings/: which files of which Debian packages, and their licences.

Only numbers computed from the music are committed. Every package is in Debian's main section, so
all of it is free; MUSIC names the licence of each package's music as its copyright file gives it.
"""

import subprocess
import zipfile
from pathlib import Path

_KENTA_CHO = "BSD-2-Clause"
# package: (licence of its music, patterns of its music files)
MUSIC = {
    "a7xpg-data": (_KENTA_CHO, "sounds/bgm*.ogg"),
    "ardentryst": ("CC-BY-SA-3.0", "Music/*.ogg"),
    "asc-music": ("GPL-2+", "music/*.mp3"),
    "blobwars-data": ("CC-BY-3.0 or CC-BY-SA-3.0", "music/*"),
    "btanks-data": ("Battle-Tanks-License", "tunes/*.ogg"),
    "bumprace-data": ("CC-BY-3.0", "sound/Flying_me_softly.ogg"),
    "caveexpress-data": ("CC-BY-SA-4.0", "sounds/music-*.ogg"),
    "colobot-common-sounds": ("GPL-3+", "music/*.ogg"),
    "criticalmass-data": ("GPL-2+", "*.xm"),
    "drascula-music": ("Drascula-License (BSD-like)", "audio/*.ogg"),
    "enigma-data": ("GPL-2+", "music/*/*.ogg"),
    "extremetuxracer-data": ("GPL-2+", "music/*.ogg"),
    "fillets-ng-data": ("GPL-2+", "music/*.ogg"),
    "flare-game": ("CC-BY-SA-3.0+", "music/*_theme.ogg"),
    "freedink-data": ("CC-BY-3.0 and others, see its copyright file", "Sound/*.ogg"),
    "freedroidrpg-data": ("GPL-2+", "music/*.ogg"),
    "freeorion-data": ("CC-BY-SA-3.0", "sound/artificial_intelligence_v3.ogg"),
    "fretsonfire-songs-muldjord": ("CC-BY-SA-3.0", "song.ogg"),
    "fretsonfire-songs-sectoid": ("MIT", "song.ogg"),
    "frozen-bubble-data": ("GPL-2", "snd/*zik*.ogg"),
    "funnyboat": ("MIT", "data/*.ogg"),
    "glob2-data": ("GPL-3+", "zik/*.ogg"),
    "gunroar-data": (_KENTA_CHO, "musics/*.ogg"),
    "hedgewars-data": ("GPL-2", "Music/*.ogg"),
    "heroes-sound-tracks": ("GPL-2+", "*.xm"),
    "hyperrogue-music": ("CC-BY-SA-3.0", "music/*.ogg"),
    "lincity-ng-data": ("GPL-2+", "default/*.ogg"),
    "lugaru-data": ("GPL-2+", "Sounds/Music*.ogg"),
    "marsshooter-data": ("CC-BY-SA-3.0", "music/*.ogg"),
    "megaglest-data": ("CC-BY-SA-3.0", "music/*.ogg"),
    "mu-cade-data": (_KENTA_CHO, "musics/*.ogg"),
    "naev-data": ("GPL-2+, GPL-3+, CC-BY-3.0 or CC-BY-SA-3.0", "music/*.ogg"),
    "nexuiz-music": ("GPL-2+", "cdtracks/*.ogg"),
    "noiz2sa-data": (_KENTA_CHO, "sounds/stg*.ogg"),
    "parsec47-data": (_KENTA_CHO, "sounds/ptn*.ogg"),
    "pathological": ("GPL-2+", "music/*.ogg"),
    "pekka-kana-2-data": ("BSD-2-Clause", "music/*.xm"),
    "pingus-data": ("GPL-2+", "music/*.it"),
    "planetblupi-music-ogg": ("GPL-3+", "music/*.ogg"),
    "powermanga-data": ("GPL-3+", "handheld_console/*.ogg"),
    "pushover-data": ("GPL-3+", "themes/*.ogg"),
    "raincat-data": ("CC-BY-SA-3.0", "music/*.ogg"),
    "ri-li-data": ("GPL-2 or GPL-3", "*.xm"),
    "rrootage-data": (_KENTA_CHO, "sounds/stg_*.ogg"),
    "scorched3d-data": ("GPL-2+", "music/*.ogg"),
    "singularity-music": ("CC-BY-SA-3.0", "music/*.ogg"),
    "solarwolf": ("LGPL-2.1", "music/*"),
    "starfighter-data": ("GPL-2+", "music/*.ogg"),
    "supertux-data": ("GPL-2+", "music/*/*.ogg"),
    "titanion-data": (_KENTA_CHO, "musics/*.ogg"),
    "torus-trooper-data": (_KENTA_CHO, "musics/*.ogg"),
    "trackballs-data": ("GPL-2+ or Ethymonics Free Music License", "music/*.ogg"),
    "tumiki-fighters-data": (_KENTA_CHO, "sounds/*_*.ogg"),
    "ufoai-music": ("GPL-2, CC-BY-3.0, CC-BY-SA-3.0 or public domain", "music/*.ogg"),
    "unknown-horizons": ("CC-BY-SA-3.0", "music/*.ogg"),
    "val-and-rick-data": (_KENTA_CHO, "musics/*.ogg"),
    "warmux-data": ("GPL-2+", "music/*/*.ogg"),
    "warzone2100-music": ("GPL-2+", "music/albums/*/*.opus"),
    "wesnoth-1.16-music": ("GPL-2+", "music/*.ogg"),
    "widelands-data": ("GPL-2+ or CC-BY-SA-3.0", "music/*.ogg"),
    "wordwarvi-sound": ("CC-BY-SA-3.0", "sounds/*.ogg"),
    "xmoto-data": ("GPL-2+", "Musics/*.ogg"),
    "zaz-data": ("CC-BY-SA-3.0", "zaz/*.ogg"),
}
# So that no game outweighs the others.
MOST_TRACKS_OF_A_PACKAGE = 36


def fetch_music(folder: Path) -> dict[str, tuple[str, list[Path]]]:
    """Downloads and unpacks what is missing; @return version and music files by package."""
    found = {}
    for package, (_, pattern) in MUSIC.items():
        root = folder / package
        if not (root / "version").exists():
            unpack(package, root)
        files = sorted(path for path in root.rglob(pattern) if _is_music(path))
        assert files, f"{package} has no {pattern}"
        step = max(1, -(-len(files) // MOST_TRACKS_OF_A_PACKAGE))
        found[package] = ((root / "version").read_text().strip(), files[::step])
    return found


def _is_music(path: Path) -> bool:
    # The shortest files of the packages are jingles and noises; trackers pack minutes into little.
    smallest = 20_000 if path.suffix in (".xm", ".it") else 250_000
    return path.is_file() and path.suffix != ".tags" and path.stat().st_size > smallest


def unpack(package: str, root: Path) -> None:
    root.mkdir(parents=True, exist_ok=True)
    if not list(root.glob("*.deb")):
        subprocess.run(["apt-get", "download", "-q", package], cwd=root, check=True)
    deb = next(root.glob("*.deb"))
    subprocess.run(["dpkg-deb", "-x", deb, root], check=True)
    for archive in root.rglob("*.pk3"):  # ZIP files, as games keep their data
        zipfile.ZipFile(archive).extractall(archive.parent)
    query = ["dpkg-deb", "-f", deb, "Version"]
    version = subprocess.run(query, check=True, capture_output=True, text=True).stdout
    deb.unlink()
    (root / "version").write_text(version)
