"""What the mixes are: who sings what, how, over which music."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from backing import Clip
from dressing import compressed, driven, echoes, hall
from singers import Guise, sing_english, sing_japanese, speak
from songmaker.dsp import pan

_NIGHT = (
    "Hold on to the morning, the river is wide, oh tell me the reason you never came home, "
    "I was walking alone with the moon at my side, and the road is a story we wrote on our own"
)
_FIRE = (
    "Burning the bridges, the walls are on fire, run from the shadow that follows you down, "
    "never surrender, we are climbing higher, breaking the silence of this broken town"
)
_RAP = (
    "Listen up, I got a pocket full of rhymes and a minute on the clock, "
    "every letter that I throw is like a rocket from the block, "
    "never stop, never drop, put the needle to the track, "
    "I was gone for a second but the rhythm brought me back, "
    "people talk about the money and they talk about the fame, "
    "I was only here to shake it, you can never take my name"
)
_MINOR = (57, 60, 62, 64, 67, 69, 72)
_MAJOR = (55, 57, 59, 62, 64, 67, 69, 71)


@dataclass(frozen=True)
class Recipe:
    """`vocals` gives [frames, 2], or there are none: then the mix is for false vocals."""

    name: str
    kind: str
    seconds: float
    clip: Clip
    vocals: Callable[[int], np.ndarray] | None = None
    balance_db: float = 0
    voices: tuple[str, ...] = ()


def _lead(take: np.ndarray, seed: int, share: float = 0.2) -> np.ndarray:
    return hall(pan(compressed(take), 0), 1.4, share, seed)


def _low_ballad(frames: int) -> np.ndarray:
    take = sing_japanese(Guise(semitones=-12, formants=0.84, tempo=0.85, seed=11), frames)
    return hall(pan(compressed(take), 0), 2.6, 0.45, 11)


def _metal(frames: int) -> np.ndarray:
    guise = Guise(semitones=2, tempo=0.8, seed=12)
    take = driven(compressed(sing_english(_FIRE, "rms", guise, _MINOR, frames)), 5)
    return hall(pan(take, 0), 1.0, 0.15, 12)


def _rap(frames: int) -> np.ndarray:
    lead = speak(_RAP, "rms", Guise(semitones=-1, tempo=1.2, seed=13), frames)
    double = speak(_RAP, "rms", Guise(semitones=-1.3, tempo=1.2, formants=0.97), frames)
    late = np.pad(compressed(double), (700, 0))[:frames]
    return pan(compressed(lead), 0) + 0.3 * pan(late, -0.7)


def _choir(frames: int) -> np.ndarray:
    total = np.zeros((frames, 2))
    rng = np.random.default_rng(14)
    parts = ((0, 1.0, False), (0, 1.03, True), (-12, 0.86, False), (-12, 0.82, True))
    for index in range(12):
        semitones, formants, harmony = parts[index % 4]
        guise = Guise(
            semitones=semitones + 0.12 * rng.standard_normal(),
            formants=formants * (1 + 0.02 * rng.standard_normal()),
            seed=140 + index,
        )
        take = compressed(sing_japanese(guise, frames, harmony=harmony))
        late = np.pad(take, (int(rng.integers(0, 1800)), 0))[:frames]
        total += pan(late, rng.uniform(-0.9, 0.9))
    return hall(total, 3.2, 0.8, 14)


def _quiet_dance(frames: int) -> np.ndarray:
    guise = Guise(semitones=7, tempo=0.75, seed=15)
    return echoes(_lead(sing_english(_NIGHT, "slt", guise, _MAJOR, frames), 15), 0.33, 0.35)


def _robotic(frames: int) -> np.ndarray:
    guise = Guise(semitones=-3, formants=1.05, tempo=1.1, seed=16)
    return echoes(_lead(driven(sing_japanese(guise, frames), 2), 16), 0.25, 0.5)


def _duet(frames: int) -> np.ndarray:
    high = sing_japanese(Guise(seed=17), frames)
    low = sing_japanese(Guise(semitones=-12, formants=0.84, seed=18), frames, harmony=True)
    placed = pan(compressed(high), 0.15) + 0.8 * pan(compressed(low), -0.15)
    return hall(placed, 1.6, 0.2, 17)


def _close(frames: int) -> np.ndarray:
    guise = Guise(semitones=2, formants=1.05, tempo=0.7, seed=19)
    return pan(compressed(sing_english(_NIGHT, "slt", guise, _MAJOR, frames)), 0)


_SINSY, _FLITE = "pysinsy (nitech_jp_song070_f001)", "Flite"

RECIPES = (
    Recipe(
        "low-ballad",
        "a low voice in a large hall, slow, over calm music",
        20,
        Clip("zaz-data", ("mus2.ogg",), 40),
        _low_ballad,
        1,
        (_SINSY,),
    ),
    Recipe(
        "metal",
        "a distorted man over a real metal band",
        16,
        Clip(
            "fretsonfire-songs-sectoid",
            ("War of freedom/song.ogg", "War of freedom/guitar.ogg"),
            90,
        ),
        _metal,
        0,
        (_FLITE,),
    ),
    Recipe(
        "rap",
        "fast dry speech, doubled, loud over electronic music",
        16,
        Clip("titanion-data", ("ttn2.ogg",), 30),
        _rap,
        4,
        (_FLITE,),
    ),
    Recipe(
        "choir",
        "twelve voices, four parts, in a church, over an orchestra",
        20,
        Clip("ardentryst", ("Story.ogg",), 10),
        _choir,
        2,
        (_SINSY,),
    ),
    Recipe(
        "quiet-dance",
        "a woman far back in fast dance music, with echoes",
        16,
        Clip("tumiki-fighters-data", ("panic_on_meadow.ogg",), 20),
        _quiet_dance,
        -6,
        (_FLITE,),
    ),
    Recipe(
        "robotic",
        "a distorted voice with many echoes",
        18,
        Clip("caveexpress-data", ("music-2.ogg",), 30),
        _robotic,
        0,
        (_SINSY,),
    ),
    Recipe(
        "duet",
        "a high voice on one side, a low one on the other, over game music",
        20,
        Clip("caveexpress-data", ("music-2.ogg",), 25),
        _duet,
        0,
        (_SINSY,),
    ),
    Recipe(
        "close",
        "a dry voice close by, far above the music",
        18,
        Clip("raincat-data", ("project_raincat.ogg",), 20),
        _close,
        10,
        (_FLITE,),
    ),
    Recipe(
        "instrumental-metal",
        "real guitars, bass and drums",
        16,
        Clip(
            "fretsonfire-songs-sectoid", ("Metal madness/song.ogg", "Metal madness/guitar.ogg"), 40
        ),
    ),
    Recipe(
        "instrumental-orchestra",
        "orchestral game music",
        16,
        Clip("ardentryst", ("battle2.ogg",), 20),
    ),
    Recipe(
        "instrumental-electronic",
        "fast electronic music",
        16,
        Clip("tumiki-fighters-data", ("return_to_home.ogg",), 4),
    ),
    Recipe(
        "instrumental-calm",
        "calm game music",
        16,
        Clip("zaz-data", ("mus1.ogg",), 60),
    ),
)
