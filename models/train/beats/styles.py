"""The styles of styles.toml."""

import tomllib
from dataclasses import dataclass, fields
from pathlib import Path

CHANCES = {"x": 0.96, "X": 1.0, "o": 0.5, "-": 0.18, ".": 0.0}


@dataclass(frozen=True)
class Style:
    """A way of playing; styles.toml says what the fields are."""

    name: str
    beats: int
    steps: int
    tempo: tuple[float, float]
    drums: tuple[dict[str, str], ...] = ()
    bass: tuple[str, ...] = ()
    comp: tuple[str, ...] = ()
    swing: tuple[float, float] = (0.5, 0.5)
    swing16: tuple[float, float] = (0.5, 0.5)
    arpeggio: float = 0.3
    melody: float = 0.6
    walking: bool = False
    weight: float = 1.0
    families: tuple[str, ...] = ()


def clean(pattern: str) -> str:
    return pattern.replace(" ", "")


def read_styles(path: Path) -> tuple[Style, ...]:
    known = {field.name for field in fields(Style)}
    styles = []
    for table in tomllib.loads(path.read_text())["style"]:
        if unknown := table.keys() - known:
            raise SystemExit(f"{path.name}: {table['name']} has unknown fields {unknown}")
        lists = {key: tuple(value) for key, value in table.items() if isinstance(value, list)}
        style = Style(**table | lists)
        size = style.beats * style.steps
        patterns = [*style.bass, *style.comp, *(p for kit in style.drums for p in kit.values())]
        if wrong := [pattern for pattern in patterns if len(clean(pattern)) != size]:
            raise SystemExit(f"{path.name}: {style.name} has bars of {size} steps, not as {wrong}")
        styles.append(style)
    return tuple(styles)


STYLES = read_styles(Path(__file__).with_name("styles.toml"))
