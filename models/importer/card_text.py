"""The model card in words: a card document and its catalogue entry as Markdown."""

# What models give whose entries list neither stems nor labels.
_GIVES = {
    "beats": "beats and downbeats",
    "chords": "chords, with their bass",
    "notes": "notes",
    "melody": "the pitch of one voice, and its notes",
    "drums": "hits of drums, with velocities",
}


def render(card: dict, entry: dict) -> str:
    licence, data, source = card["licence"], card["trainingData"], entry["source"]
    rate, size_mb = entry["sampleRate"], entry["size"] / 1e6
    variants = [variant for variant in entry.get("variants", []) if "name" in variant]
    lines = [
        f"# {card['title']}",
        "",
        f"<!-- Made by models/import.py --update-manifest from {entry['card']}. -->",
        "",
        card["summary"],
        "",
        f"- Name in divisi: `{card['name']}`, version {card['modelVersion']}",
        f"- Authors: {', '.join(card['authors'])}",
        f"- Works on {rate} Hz audio, channels: {entry['channels']}; the engine converts others",
        *_gives(entry),
        f"- File: `{entry['file']}`, {size_mb:.1f} MB, weights in {entry['dtype']}",
        f"- SHA-256: `{entry['sha256']}`",
        *(line for variant in variants for line in _variant(variant)),
        "",
        "## Licence of the weights",
        "",
        f"{licence['weights']}, as stated by {licence['statedBy']}",
        f"<{licence['url']}> The text is in [`{entry['licenceFile']}`](../{entry['licenceFile']}).",
        "",
        "## Training data",
        "",
        data["description"],
        "",
        f"**Known.** {data['known']}",
        "",
        f"**Not known.** {data['unknown']}",
        "",
        f"**Consent.** {data['consent']}",
        "",
        "## Where the weights come from",
        "",
        _source(source),
    ]
    quality = [_quality(item) for item in card["quality"]]
    for variant in variants:
        quality += [f"`{variant['name']}`: {_quality(item)}" for item in variant["quality"]]
    lines += ["", *_section("Quality", quality)]
    lines += ["", *_section("Limits", card["limits"])]
    references = [f"{item['what']}: <{item['url']}>" for item in card.get("references", [])]
    if references:
        lines += ["", *_section("References", references)]
    return "\n".join(lines) + "\n"


def _source(source: dict) -> str:
    if source["registry"] == "divisi":
        return f"`models/{source['checkpoint']}` of divisi (SHA-256 `{source['sha256']}`)."
    return (
        f"`{source['file']}` of the {source['registry']} package {source['package']} "
        f"{source['version']} (SHA-256 `{source['sha256']}`), checkpoint `{source['checkpoint']}`."
    )


def _gives(entry: dict) -> list[str]:
    if "stems" in entry:
        return [f"- Gives: {', '.join(entry['stems'])}"]
    if entry["task"] in _GIVES:
        return [f"- Gives: {_GIVES[entry['task']]}"]
    kinds: dict[str, list[str]] = {}
    for label in entry["labels"]:
        kinds.setdefault(label["kind"], []).append(label["name"])
    return [f"- Tags of kind {kind}: {', '.join(names)}" for kind, names in kinds.items()]


def _variant(variant: dict) -> list[str]:
    return [
        f"- As `{variant['name']}`: `{variant['file']}`, {variant['size'] / 1e6:.1f} MB, "
        f"weights in {variant['dtype']}, SHA-256 `{variant['sha256']}`"
    ]


def _section(title: str, items: list[str]) -> list[str]:
    return [f"## {title}", "", *(f"- {item}" for item in items)]


def _quality(item: dict) -> str:
    return f"{item['what']}: {item['value']} {item['unit']}"
