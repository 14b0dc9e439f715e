"""The song on paper: tempo, chords, melody and words. All of it is original to this project.

Time is counted in eighth notes from the first bar; a bar has eight. Bar 0 is the band's intro,
bars 1 to 8 are the verse, bars 9 and 10 are the band alone again.
"""

from dataclasses import dataclass

TITLE = "Hitotsu no oto (One sound)"
TEMPO_BPM = 88.0
KEY = "G major"
EIGHTHS_PER_BAR = 8
EIGHTH_SECONDS = 30.0 / TEMPO_BPM
VERSE_FIRST_BAR = 1
FULL_FROM_BAR = 5
HARMONY_FIRST_BAR = 7
BAR_COUNT = 11
SONG_SECONDS = 30.0

LYRICS = "ひとつのおとが わかれて / そらえとながれた / きみのこえだけ のこして / あさがくるまで"
LYRICS_ENGLISH = (
    "One sound came apart / and flowed away to the sky / leaving only your voice / until morning"
)


@dataclass(frozen=True)
class Note:
    """One sung syllable. `syllable` is kana, `midi` the pitch, times are in eighths."""

    start: int
    length: int
    midi: int
    syllable: str


@dataclass(frozen=True)
class Chord:
    """A chord over `length` eighths; `voicing` is for guitar and keys, `bass` for the bass."""

    start: int
    length: int
    name: str
    bass: int
    voicing: tuple[int, ...]


# One line a bar: syllable, pitch and length in eighths of each note; "-" is a rest. The phrases
# start after the downbeat and lean on the beat's second half, as pop melodies do.
_MELODY = (
    "- 1, ひ E4 1, と G4 1, つ A4 1, の B4 2, お D5 1, と B4 1",
    "が A4 2, わ F#4 1, か G4 1, れ A4 1, て A4 3",
    "- 1, そ F#4 1, ら A4 1, え B4 2, と A4 1, な B4 1, が D5 1",
    "れ B4 2, た G4 4, - 2",
    "- 1, き E4 1, み G4 1, の A4 1, こ B4 2, え D5 1, だ E5 1",
    "け D5 2, の B4 1, こ A4 1, し B4 1, て A4 3",
    "- 1, あ G4 1, さ A4 1, が B4 1, く C5 1, る B4 1, ま A4 2",
    "で G4 6, - 2",
)

_STEPS = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")

_VOICINGS = {
    "Cmaj9": (36, (55, 59, 62, 64)),
    "Dadd11": (38, (54, 57, 62, 67)),
    "D": (38, (54, 57, 62, 66)),
    "Bm7": (35, (54, 57, 62, 66)),
    "Em7": (40, (55, 59, 62, 67)),
    "Am7": (33, (55, 60, 64, 67)),
    "D7sus4": (38, (55, 60, 62, 69)),
    "Gadd9": (43, (57, 59, 62, 67)),
    "G": (31, (55, 59, 62, 67)),
}

# (chord, length in eighths), from bar 0 to the end.
_PROGRESSION = (
    ("Em7", 4), ("D", 4),
    ("Cmaj9", 8), ("D", 8), ("Bm7", 8), ("Em7", 8),
    ("Cmaj9", 8), ("D", 8), ("Am7", 4), ("D7sus4", 4), ("G", 8),
    ("Cmaj9", 4), ("D", 4), ("Gadd9", 8),
)  # fmt: skip


def _parse(line: str) -> list[tuple[str, str, int]]:
    """A bar's (syllable, pitch, length); both names are empty in a rest."""
    notes = []
    for item in line.split(", "):
        *sung, length = item.split()
        syllable, pitch = sung if len(sung) == 2 else ("", "")
        notes.append((syllable, pitch, int(length)))
    total = sum(length for _, _, length in notes)
    if total != EIGHTHS_PER_BAR:
        raise ValueError(f"the bar {line!r} has {total} eighths, expected {EIGHTHS_PER_BAR}")
    return notes


def melody() -> list[Note]:
    """The sung notes in order; rests are left out."""
    notes = []
    for bar, line in enumerate(_MELODY):
        position = (VERSE_FIRST_BAR + bar) * EIGHTHS_PER_BAR
        for syllable, pitch, length in _parse(line):
            if syllable:
                midi = 12 * (int(pitch[-1]) + 1) + _STEPS.index(pitch[:-1])
                notes.append(Note(position, length, midi, syllable))
            position += length
    return notes


def harmony() -> list[Note]:
    """A second voice for the last phrase, a third above the melody within the key."""
    scale = [midi for midi in range(36, 96) if (midi - 7) % 12 in (0, 2, 4, 5, 7, 9, 11)]
    notes = []
    for note in melody():
        third = scale[scale.index(note.midi) + 2]
        notes.append(Note(note.start, note.length, third, note.syllable))
    return notes


def chords() -> list[Chord]:
    """The chords in order, from bar 0 to the last."""
    result, position = [], 0
    for name, length in _PROGRESSION:
        bass, voicing = _VOICINGS[name]
        result.append(Chord(position, length, name, bass, voicing))
        position += length
    if position != BAR_COUNT * EIGHTHS_PER_BAR:
        raise ValueError(f"the chords fill {position} eighths, not {BAR_COUNT} bars")
    return result


def music_xml() -> str:
    """The melody as MusicXML for the singing synthesiser, from bar 0 (a rest) on."""
    bars = ["<note><rest/><duration>8</duration></note>"]
    for line in _MELODY:
        notes = []
        for syllable, pitch, length in _parse(line):
            if not syllable:
                notes.append(f"<note><rest/><duration>{length}</duration></note>")
                continue
            alter = "<alter>1</alter>" if "#" in pitch else ""
            notes.append(
                f"<note><pitch><step>{pitch[0]}</step>{alter}<octave>{pitch[-1]}</octave>"
                f"</pitch><duration>{length}</duration>"
                f"<lyric><text>{syllable}</text></lyric></note>"
            )
        bars.append("".join(notes))
    bars.append("<note><rest/><duration>8</duration></note>")
    head = (
        "<attributes><divisions>2</divisions><key><fifths>1</fifths></key>"
        "<time><beats>4</beats><beat-type>4</beat-type></time></attributes>"
        f'<direction><sound tempo="{TEMPO_BPM:g}"/></direction>'
    )
    measures = "".join(
        f'<measure number="{number}">{head if number == 1 else ""}{bar}</measure>'
        for number, bar in enumerate(bars, 1)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><score-partwise version="2.0"><part-list>'
        '<score-part id="P1"><part-name>Voice</part-name></score-part></part-list>'
        f'<part id="P1">{measures}</part></score-partwise>'
    )
