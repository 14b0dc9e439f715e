"""What drummers play in training: the styles of `../beats`, changed, and patterns of no style."""

import numpy as np
from kits import CLASS_OF_NOTE

KICKS, SNARES, TOMS = (35, 36), (38, 40), (41, 43, 45, 47, 48, 50)
CRASHES, RIDES = (49, 52, 55, 57), (51, 53, 59)
OTHERS = (39, 54, 56, 60, 61, 62, 63, 64, 65, 66, 67, 68, 69, 70, 73, 75, 76, 77, 80, 81)

#: (seconds, note, velocity)
Hits = list[tuple[float, int, int]]


def grid(song, division: int) -> np.ndarray:
    """Times that divide the beats of a song evenly."""
    beats = np.array([seconds for seconds, _ in song.beats])
    places = np.arange((len(beats) - 1) * division) / division
    return np.interp(places, np.arange(len(beats)), beats)


def styled(song, rng) -> Hits:
    """The song's own drums, some of them exchanged."""
    swap = {}
    if rng.random() < 0.3:
        swap[42] = int(rng.choice([44, 46, *RIDES, *SNARES, 49]))
    if rng.random() < 0.15:
        swap[38] = swap[40] = int(rng.choice([37, 37, 39, 40]))
    opened = rng.choice([0, 0.05, 0.15, 0.4])
    hits = []
    for start, _, channel, note, velocity in song.notes:
        if channel != 9:
            continue
        note = swap.get(note, note)
        if note == 42 and rng.random() < opened:
            note = 46
        hits.append((start, note, velocity))
    return hits


def free(song, rng) -> Hits:
    """Voices that know nothing of each other; bars that repeat, more or less."""
    division = int(rng.choice([2, 3, 4, 4, 4, 6, 8]))
    times = grid(song, division)
    bar = max(1, int(rng.choice([2, 3, 4, 4, 4, 8]))) * division
    voices = [(KICKS, 0.9), (SNARES, 0.9), ((42,), 0.7), ((46,), 0.5), ((44,), 0.25), (TOMS, 0.4)]
    voices += [(CRASHES, 0.5), (RIDES, 0.4), ((37,), 0.15), (OTHERS, 0.3), (OTHERS, 0.2)]
    hits = []
    for notes, chance in voices:
        if rng.random() > chance:
            continue
        dense = rng.choice([0.05, 0.12, 0.25, 0.5, 0.9])
        if notes is CRASHES:
            dense = min(dense, 0.25)
        pattern = rng.random(bar) < dense * rng.choice([0.3, 1.0, 1.6], size=bar)
        loud = np.clip(rng.normal(rng.uniform(50, 105), rng.uniform(3, 25), bar), 15, 127)
        one = int(rng.choice(notes))
        changing = notes in (TOMS, OTHERS) or rng.random() < 0.2
        stray = rng.choice([0, 0.02, 0.1])
        late = rng.normal() * 0.008
        for place, time in enumerate(times):
            if pattern[place % bar] != (rng.random() < stray):
                note = int(rng.choice(notes)) if changing else one
                velocity = loud[place % bar] + rng.normal() * 5
                start = time + late + rng.normal() * 0.004
                hits.append((start, note, int(np.clip(velocity, 8, 127))))
    return hits


def fills(song, rng) -> Hits:
    """Rolls and runs, here and there."""
    hits = []
    beats = [seconds for seconds, _ in song.beats]
    for k in range(len(beats) - 2):
        if rng.random() > 0.06:
            continue
        count = int(rng.choice([3, 4, 4, 6, 8, 12]))
        notes = SNARES if rng.random() < 0.4 else TOMS if rng.random() < 0.6 else SNARES + TOMS
        times = np.linspace(beats[k], beats[k + 1], count, endpoint=False)
        rising = np.linspace(rng.uniform(40, 100), rng.uniform(60, 120), count)
        note = int(rng.choice(notes))
        for time, velocity in zip(times, rising, strict=True):
            if rng.random() < 0.5:
                note = int(rng.choice(notes))
            if rng.random() < 0.9:
                velocity = int(np.clip(velocity + rng.normal() * 6, 8, 127))
                hits.append((time + rng.normal() * 0.003, note, velocity))
        if rng.random() < 0.4:
            hits.append((beats[k + 1], int(rng.choice(CRASHES)), int(rng.integers(70, 127))))
    return hits


def softened(hits: Hits, rng) -> Hits:
    """As a drummer who holds back plays them, or one drum of whom is held back."""
    notes = rng.choice([*KICKS, *SNARES, 42], size=2) if rng.random() < 0.5 else None
    share = rng.uniform(0.3, 0.8)
    return [
        (start, note, max(8, int(velocity * share)) if notes is None or note in notes else velocity)
        for start, note, velocity in hits
    ]


def doubled(hits: Hits, rng) -> Hits:
    """Kicks under snares, or snares over kicks: struck at once, not alike hard."""
    source, other = (SNARES, KICKS) if rng.random() < 0.5 else (KICKS, SNARES)
    share, late = rng.choice([0.2, 0.5, 1.0]), rng.normal() * 0.006
    note = int(rng.choice(other))
    more = [
        (start + late, note, int(np.clip(velocity * rng.uniform(0.35, 1.2), 8, 127)))
        for start, struck, velocity in hits
        if struck in source and rng.random() < share
    ]
    return hits + more


def drummed(song, rng, plain: bool = False, soft: float = 0.4) -> Hits:
    """plain: as bands mostly play, by the song's style; some of them softly."""
    kind = 0 if plain else rng.random()
    hits = styled(song, rng) if kind < 0.6 else []
    if plain and rng.random() < 0.25:
        hits = doubled(hits, rng)
    if plain and rng.random() < soft:
        hits = softened(hits, rng)
    if not hits or rng.random() < (0.0 if plain else 0.1):
        hits += free(song, rng)
    if rng.random() < 0.4:
        hits += fills(song, rng)
    # Nobody strikes the same drum twice within 25 ms; what would be twice is once.
    hits.sort(key=lambda hit: hit[0])
    last: dict[int, float] = {}
    kept = []
    for start, note, velocity in hits:
        if note not in CLASS_OF_NOTE or start - last.get(note, -1) < 0.025 or start < 0:
            continue
        last[note] = start
        kept.append((start, note, velocity))
    return kept
