/** What the heat map shows: the tags that stand out most, over time. */

import type { SongTags } from "../songs/types.js";
import { type Chip, chipGroups } from "./chips.js";

export interface HeatRow {
  readonly chip: Chip;
  /** Score of each patch, 0 to 1. */
  readonly scores: Float32Array;
  /** What the scores are shown against: the loudest of this row, but not less than `leastScale`. */
  readonly scale: number;
}

export interface HeatMap {
  readonly hopSeconds: number;
  readonly patchSeconds: number;
  readonly patches: number;
  readonly rows: readonly HeatRow[];
}

const mostRows = 10;
/** Below it a row would be noise, magnified. */
const leastScale = 0.1;

export function heatMap(tags: SongTags): HeatMap | undefined {
  const [first] = tags.results;
  if (!first) return undefined;
  const { hopSeconds, patchSeconds, rows } = first.taggram;
  const chips = chipGroups(tags).flatMap((group) => group.chips);
  const shown = new Set([...chips].sort((a, b) => b.clarity - a.clarity).slice(0, mostRows));
  return {
    hopSeconds,
    patchSeconds,
    patches: rows.length,
    // In the order of the chips above it.
    rows: chips.filter((chip) => shown.has(chip)).map((chip) => heatRow(tags, chip, rows.length)),
  };
}

function heatRow(tags: SongTags, chip: Chip, patches: number): HeatRow {
  const taggram = tags.results.find(({ model }) => model === chip.model)?.taggram;
  const column = taggram?.labels.indexOf(chip.word) ?? -1;
  const scores = Float32Array.from({ length: patches }, (_, i) => taggram?.rows[i]?.[column] ?? 0);
  return { chip, scores, scale: Math.max(leastScale, ...scores) };
}

/** The patch that is heard at this time. */
export function patchAt({ hopSeconds, patches }: HeatMap, seconds: number): number {
  return Math.min(patches - 1, Math.max(0, Math.floor(seconds / hopSeconds)));
}

/** The tags of one patch that are at least half as strong as they get, strongest first. */
export function heardAt(map: HeatMap, patch: number): HeatRow[] {
  const strength = ({ scores, scale }: HeatRow) => (scores[patch] ?? 0) / scale;
  return map.rows.filter((row) => strength(row) >= 0.5).sort((a, b) => strength(b) - strength(a));
}

/** The longest stretch in which a tag is at least half as strong as it gets, in seconds. */
export function strongestStretch(map: HeatMap, { scores, scale }: HeatRow) {
  let best = { from: 0, to: 0 };
  let from = 0;
  for (let i = 0; i <= scores.length; i++) {
    if (i < scores.length && (scores[i] as number) >= scale / 2) continue;
    if (i - from > best.to - best.from) best = { from, to: i };
    from = i + 1;
  }
  if (best.to === best.from) return undefined;
  return {
    start: best.from * map.hopSeconds,
    end: (best.to - 1) * map.hopSeconds + map.patchSeconds,
  };
}
