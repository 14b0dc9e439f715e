/** What a query asks of tempo, key and loudness. */

import { DivisiError } from "../../base/errors.js";
import { show } from "../../base/show.js";
import { keyNamed, modeOf, relation, tonicOf } from "../tracks/keys.js";
import type { Descriptors, TrackKey } from "../tracks/types.js";
import type { Query } from "./types.js";

/** How far a track meets one condition: 1 as it is, `halfway` through a relation, 0 not at all. */
type Condition = (track: Descriptors) => number;

/** By an octave of tempo, or a neighbouring key. */
const halfway = 0.5;

/**
 * How well tracks meet what is asked: 0 where they don't, else up to 1, the mean of the conditions.
 * @return undefined where nothing is asked
 */
export function conditionsOf(query: Query): Condition | undefined {
  const { tempo, tempoOctaves, key, harmonic, loudness } = query;
  checkWidening("tempoOctaves", tempoOctaves, "tempo", tempo);
  checkWidening("harmonic", harmonic, "key", key);
  const conditions: Condition[] = [];
  if (tempo !== undefined) conditions.push(tempoCondition(tempo, tempoOctaves === true));
  if (key !== undefined) conditions.push(keyCondition(key, harmonic === true));
  if (loudness !== undefined) conditions.push(loudnessCondition(loudness));
  if (conditions.length === 0) return undefined;
  return (track) => {
    let sum = 0;
    for (const condition of conditions) {
      const fit = condition(track);
      if (fit === 0) return 0;
      sum += fit;
    }
    return sum / conditions.length;
  };
}

function tempoCondition(range: unknown, octaves: boolean): Condition {
  const isWithin = rangeTest("tempo", "beats a minute", range);
  return ({ tempo }) => {
    if (tempo === undefined) return 0;
    if (isWithin(tempo)) return 1;
    return octaves && (isWithin(2 * tempo) || isWithin(tempo / 2)) ? halfway : 0;
  };
}

function keyCondition(wanted: unknown, harmonic: boolean): Condition {
  const asked = checkedKey(wanted);
  return ({ key }) => {
    if (key === undefined) return 0;
    const related = relation(asked, key);
    if (related === "same") return 1;
    return harmonic && related === "neighbour" ? halfway : 0;
  };
}

function loudnessCondition(range: unknown): Condition {
  const isWithin = rangeTest("loudness", "LUFS", range);
  return ({ loudness }) => (loudness !== undefined && isWithin(loudness) ? 1 : 0);
}

/** Ends belong to a range, and may be infinite. */
function rangeTest(name: string, unit: string, range: unknown): (value: number) => boolean {
  const [from, to] = Array.isArray(range) && range.length === 2 ? range : [];
  if (typeof from !== "number" || typeof to !== "number" || !(from <= to)) {
    const given = Array.isArray(range) ? `[${range.map(show).join(", ")}]` : show(range);
    throw new DivisiError("bad-option", `${name}: expected [from, to] in ${unit}, got ${given}`);
  }
  return (value) => from <= value && value <= to;
}

function checkedKey(wanted: unknown): TrackKey {
  const refuse = (given: string) => {
    const expected = 'expected one like "A minor" or "Bb major"';
    return new DivisiError("bad-option", `key: ${expected}, got ${given}`);
  };
  if (typeof wanted === "object" && wanted !== null) {
    const { tonic: tonicName, mode: modeName } = wanted as Record<string, unknown>;
    const [tonic, mode] = [tonicOf(tonicName), modeOf(modeName)];
    if (tonic && mode) return { tonic, mode };
    throw refuse(`tonic ${show(tonicName)}, mode ${show(modeName)}`);
  }
  const key = typeof wanted === "string" ? keyNamed(wanted) : undefined;
  if (!key) throw refuse(show(wanted));
  return key;
}

/** What widens a condition that isn't there is a slip of the caller's. */
function checkWidening(name: string, value: unknown, of: string, condition: unknown): void {
  if (value === undefined) return;
  if (typeof value !== "boolean") {
    throw new DivisiError("bad-option", `${name}: expected true or false, got ${show(value)}`);
  }
  if (value && condition === undefined) {
    throw new DivisiError("bad-option", `${name}: expected ${of} beside it, got none`);
  }
}
