/** Which tags are shown of a song, and how much they say. */

import type { Tag, TagKind } from "divisi";
import type { SongTags } from "../songs/types.js";
import { kinds, type Term, termOf } from "./vocabulary.js";

export interface Chip extends Term {
  /** The model's own score, 0 to 1: that of the word that stands out most. */
  readonly score: number;
  /** How far that stands out from what is usual for the word, in standard deviations. */
  readonly z: number;
  /** The model and its word. */
  readonly model: string;
  readonly word: string;
}

export interface ChipGroup {
  readonly kind: TagKind;
  /** Highest score first. */
  readonly chips: readonly Chip[];
}

/** A tag that stands out less says nothing about this song, nor does one that is hardly heard. */
const leastZ = 0.4;
const leastScore = 0.02;
const mostChips = 4;

export function chipGroups(tags: SongTags): ChipGroup[] {
  const best = new Map<string, Chip>();
  for (const { model, tags: all } of tags.results) {
    for (const tag of all) {
      const chip = chipOf(tag, model);
      const known = best.get(chip.name);
      if (!known || chip.z > known.z) best.set(chip.name, chip);
    }
  }
  const chips = [...best.values()].filter(({ score, z }) => z >= leastZ && score >= leastScore);
  chips.sort((a, b) => b.score - a.score);
  return kinds.flatMap((kind) => {
    const own = chips.filter((chip) => chip.kind === kind).slice(0, mostChips);
    return own.length > 0 ? [{ kind, chips: own }] : [];
  });
}

function chipOf({ name: word, kind, score, z }: Tag, model: string): Chip {
  return { name: termOf(word), kind, score, z: z ?? 0, model, word };
}

/** 0 to 1: as usual up to three deviations above it, which is about as much as there is. */
export function standingOut(z: number): number {
  return Math.min(1, Math.max(0, z / 3));
}
