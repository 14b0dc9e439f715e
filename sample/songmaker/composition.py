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
SONG_SECONDS = 29.0

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


# One line a bar: (syllable or "" for a rest, length in eighths, pitch). The phrases start after
# the downbeat and lean on the beat's second half, as pop melodies do.
_MELODY = (
    (("", 1, 0), ("ひ", 1, 64), ("と", 1, 67), ("つ", 1, 69), ("の", 2, 71), ("お", 1, 74), ("と", 1, 71)),
    (("が", 2, 69), ("わ", 1, 66), ("か", 1, 67), ("れ", 1, 69), ("て", 3, 69)),
    (("", 1, 0), ("そ", 1, 66), ("ら", 1, 69), ("え", 2, 71), ("と", 1, 69), ("な", 1, 71), ("が", 1, 74)),
    (("れ", 2, 71), ("た", 4, 67), ("", 2, 0)),
    (("", 1, 0), ("き", 1, 64), ("み", 1, 67), ("の", 1, 69), ("こ", 2, 71), ("え", 1, 74), ("だ", 1, 76)),
    (("け", 2, 74), ("の", 1, 71), ("こ", 1, 69), ("し", 1, 71), ("て", 3, 69)),
    (("", 1, 0), ("あ", 1, 67), ("さ", 1, 69), ("が", 1, 71), ("く", 1, 72), ("る", 1, 71), ("ま", 2, 69)),
    (("で", 6, 67), ("", 2, 0)),
)

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


def melody() -> list[Note]:
    """The sung notes in order; rests are left out."""
    notes = []
    for bar, line in enumerate(_MELODY):
        position = (VERSE_FIRST_BAR + bar) * EIGHTHS_PER_BAR
        for syllable, length, midi in line:
            if syllable:
                notes.append(Note(position, length, midi, syllable))
            position += length
        assert position % EIGHTHS_PER_BAR == 0, f"bar {bar} of the melody has the wrong length"
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
    assert position == BAR_COUNT * EIGHTHS_PER_BAR, "the chords do not fill the song"
    return result


def music_xml() -> str:
    """The melody as MusicXML for the singing synthesiser, from bar 0 (a rest) on."""
    steps = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
    bars = ["<note><rest/><duration>8</duration></note>"]
    for line in _MELODY:
        notes = []
        for syllable, length, midi in line:
            if not syllable:
                notes.append(f"<note><rest/><duration>{length}</duration></note>")
                continue
            step = steps[midi % 12]
            alter = "<alter>1</alter>" if step.endswith("#") else ""
            notes.append(
                f"<note><pitch><step>{step[0]}</step>{alter}<octave>{midi // 12 - 1}</octave>"
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
