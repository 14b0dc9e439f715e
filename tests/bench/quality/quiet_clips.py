"""Instrumental clips for quiet_music.py: package, file, and the second at which the clip begins.

Loud and quiet masters, orchestras, bands, solo instruments and electronic music. Nobody has
listened for voices in them. The constants of core/src/separation/estimation/stem_presence.cpp were
chosen on INSTRUMENTAL, and checked on HELD_OUT, which was separated only after that.
"""

SECONDS = 16
_BEGIN = 30

INSTRUMENTAL = tuple(
    (package, file, _BEGIN)
    for package, files in {
        "ardentryst": ("Snodom.ogg", "castle.ogg", "theme1.ogg"),
        "caveexpress-data": ("music-2.ogg",),
        "drascula-music": tuple(f"track{n}.ogg" for n in (1, 3, 4, 5, 6, 9, 19, 22, 24, 30)),
        "extremetuxracer-data": ("freezingpoint.ogg",),
        "fillets-ng-data": ("rybky03.ogg",),
        "frozen-bubble-data": ("introzik.ogg",),
        "lincity-ng-data": (
            "02 - Robert van Herk - City Blues.ogg",
            "03 - Robert van Herk - Architectural Contemplations.ogg",
        ),
        "lugaru-data": ("Music1Snow.ogg",),
        "pathological": ("background.ogg",),
        "raincat-data": ("project_raincat.ogg",),
        "scorched3d-data": ("mix3_loop1.ogg", "mix3_loop2.ogg"),
        "singularity-music": (
            "A New Journey.ogg",
            "Advanced Simulacra.ogg",
            "By-Product.ogg",
            "Coherence.ogg",
            "Inevitable.ogg",
            "Nebula.ogg",
            "Orbital Elevator.ogg",
            "Through Space.ogg",
        ),
        "trackballs-data": ("c64revival.ogg", "tb_plinkeplanke.ogg"),
        "zaz-data": ("mus3.ogg", "mus4.ogg"),
    }.items()
    for file in files
)

HELD_OUT = tuple(
    (package, file, _BEGIN)
    for package, files in {
        "ardentryst": ("World_Map2.ogg", "Sempridge.ogg"),
        "drascula-music": tuple(f"track{n}.ogg" for n in (2, 8, 10, 13, 16, 20)),
        "fillets-ng-data": ("rybky05.ogg",),
        "pathological": ("intro.ogg",),
        "singularity-music": ("Aberrations.ogg", "Media Threat.ogg", "Enemy Unknown.ogg"),
        "trackballs-data": ("tb_sorrow.ogg", "crazy.ogg"),
        "zaz-data": ("mus1.ogg",),
    }.items()
    for file in files
)
