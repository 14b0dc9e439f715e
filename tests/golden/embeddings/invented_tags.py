"""Tags that musicnn was never taught, and the truth about them.

The truth is what the makers of the games say by names and formats of files and by the kind of game:
it owes nothing to a network.
"""

import re

# As the whole word or a part: "battle_theme", "combat2", "bossattack", "treeboss".
_BATTLE = re.compile(
    r"battle|boss|combat|frantic|siege|war_of|warfare|firefight|infight|attack|seafight|hunting|"
    r"armygeddon|vengeful|raid"
)
_SPACE_GAMES = {
    "colobot-common-sounds",
    "freeorion-data",
    "marsshooter-data",
    "naev-data",
    "scorched3d-data",
    "singularity-music",
    "starfighter-data",
    "ufoai-music",
}
_OLD_TIMES_GAMES = {
    "glob2-data",
    "megaglest-data",
    "planetblupi-music-ogg",
    "unknown-horizons",
    "wesnoth-1.16-music",
    "widelands-data",
}
# Kenta Cho's shooters, with music of his own.
_BULLET_HELL_GAMES = {
    "a7xpg-data",
    "gunroar-data",
    "mu-cade-data",
    "noiz2sa-data",
    "parsec47-data",
    "rrootage-data",
    "titanion-data",
    "torus-trooper-data",
    "tumiki-fighters-data",
    "val-and-rick-data",
}


def invented_tags(tracks: list[tuple[str, str]]) -> list[dict]:
    """@param tracks package and file of each
    @return for each tag the tracks that it fits, and those that it does not; the others are unknown
    """
    names = [file.rsplit("/", 1)[-1].lower() for _, file in tracks]
    fights = [bool(_BATTLE.search(name)) for name in names]
    # A game that names no file after a fight may still have music for fights.
    telling = {package for (package, _), fight in zip(tracks, fights, strict=True) if fight}
    everywhere = {package for package, _ in tracks}
    truths = [
        ("into battle", "named after a fight, among games that do so", fights, telling),
        (
            "demo scene",
            "a tracker module (.xm, .it)",
            [name.endswith((".xm", ".it")) for name in names],
            everywhere,
        ),
        ("lost in space", "from a space game", _of(tracks, _SPACE_GAMES), everywhere),
        (
            "old kingdoms",
            "from a strategy game set in times past",
            _of(tracks, _OLD_TIMES_GAMES),
            everywhere,
        ),
        (
            "bullet hell",
            "from a shooter of Kenta Cho's",
            _of(tracks, _BULLET_HELL_GAMES),
            everywhere,
        ),
    ]
    return [
        {
            "name": name,
            "truth": truth,
            "fits": [i for i, fit in enumerate(fits) if fit],
            "doesNotFit": [i for i, fit in enumerate(fits) if not fit and tracks[i][0] in packages],
        }
        for name, truth, fits, packages in truths
    ]


def _of(tracks: list[tuple[str, str]], packages: set[str]) -> list[bool]:
    return [package in packages for package, _ in tracks]
