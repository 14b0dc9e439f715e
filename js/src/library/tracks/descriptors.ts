/** Checks tempo, key and loudness that come from outside. */

import { DivisiError, type DivisiErrorCode } from "../../base/errors.js";
import { show } from "../../base/show.js";
import { modeOf, tonicOf } from "./keys.js";
import type { Descriptors, TrackInput, TrackKey } from "./types.js";

type Refuse = (what: string) => DivisiError;
/** What comes from outside may be anything. */
type Unchecked = { readonly [K in keyof Descriptors]: unknown };

/** @param where how the error names the track. @return those that are known, and no others */
export function checkedDescriptors(
  input: TrackInput,
  where: string,
  code: DivisiErrorCode,
): Descriptors {
  const refuse: Refuse = (what) => new DivisiError(code, `${where}: ${what}`);
  const { tempo, key, loudness } = withAnalysis(input, refuse);
  return {
    ...(tempo !== undefined && { tempo: checkedTempo(tempo, refuse) }),
    ...(key !== undefined && { key: checkedKey(key, refuse) }),
    // Silence, as Meter says it: a number that neither JSON nor ranges could hold.
    ...(loudness !== undefined &&
      loudness !== Number.NEGATIVE_INFINITY && { loudness: checkedLoudness(loudness, refuse) }),
  };
}

/**
 * Each part of the analysis instead of what stands beside it, even where it found nothing: so a track
 * that is analysed anew keeps nothing old. JSON makes null of what was not found.
 */
function withAnalysis({ analysis, ...own }: TrackInput, refuse: Refuse): Unchecked {
  if (analysis === undefined) return own;
  const parts = fieldsOf(analysis, "analysis", refuse);
  const either = (part: string, field: string, beside: unknown) =>
    parts[part] === undefined
      ? beside
      : (fieldsOf(parts[part], `analysis.${part}`, refuse)[field] ?? undefined);
  return {
    tempo: either("beats", "tempo", own.tempo),
    key: either("key", "key", own.key),
    loudness: either("loudness", "integrated", own.loudness),
  };
}

function fieldsOf(value: unknown, name: string, refuse: Refuse): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw refuse(`expected an object as ${name}, got ${show(value)}`);
  }
  return value as Record<string, unknown>;
}

function checkedTempo(tempo: unknown, refuse: Refuse): number {
  if (typeof tempo !== "number" || !(tempo > 0 && tempo < Number.POSITIVE_INFINITY)) {
    throw refuse(`expected a tempo above 0, got ${show(tempo)}`);
  }
  return tempo;
}

function checkedLoudness(loudness: unknown, refuse: Refuse): number {
  if (typeof loudness !== "number" || !Number.isFinite(loudness)) {
    throw refuse(`expected a finite number as loudness, got ${show(loudness)}`);
  }
  return loudness;
}

function checkedKey(key: unknown, refuse: Refuse): TrackKey {
  const fields = fieldsOf(key, "key", refuse);
  const [tonic, mode, { confidence }] = [tonicOf(fields.tonic), modeOf(fields.mode), fields];
  if (tonic === undefined) {
    throw refuse(`expected a tonic like "F#" or "Bb" in the key, got ${show(fields.tonic)}`);
  }
  if (mode === undefined) {
    throw refuse(`expected "major" or "minor" as the key's mode, got ${show(fields.mode)}`);
  }
  if (confidence === undefined) return { tonic, mode };
  if (typeof confidence !== "number" || !(confidence >= 0 && confidence <= 1)) {
    throw refuse(`expected the key's confidence from 0 to 1, got ${show(confidence)}`);
  }
  return { tonic, mode, confidence };
}
