/**
 * A collection as one JSON document, version 2:
 *
 *   {
 *     "format": "divisi-collection", "version": 2,
 *     "model": "musicnn-mtt",           // what heard all of this; null when there is nothing
 *     "embeddingSize": 200,             // 0 when there is nothing
 *     "tagNames": ["guitar", ...],
 *     "tracks": [{ "id": "a.mp3", "title": "A", "scores": "...", "embedding": "...",
 *                  "tempo": 120.5, "loudness": -9.8,
 *                  "key": { "tonic": "A", "mode": "minor", "confidence": 0.8 } }],
 *     "personalTags": [{ "name": "rainy drive",
 *                        "examples": [{ "id": "a.mp3", "fits": true, "embedding": "..." }] }]
 *   }
 *
 * "title", "tempo", "key", its "confidence" and "loudness" may be missing. Version 1 has none of the
 * last four; where no track has a tempo, key or loudness it is still what is written, so that an older
 * divisi reads it. "scores" and "embedding" are base64 of little-endian float32 numbers:
 * scores in the order of tagNames, from 0 to 1, or -1 where the track has no such tag. A track of
 * musicnn takes 1.4 kB.
 */

import { DivisiError } from "../../base/errors.js";
import { show } from "../../base/show.js";
import { decodeFloats, encodeFloats } from "../tracks/base64.js";
import type { Contents } from "../tracks/database.js";
import { checkedTrack } from "../tracks/track.js";
import type { Descriptors, Example, Track, TrackKey } from "../tracks/types.js";

const format = "divisi-collection";
const plainVersion = 1;
/** With tempo, key and loudness. */
const version = 2;
const missing = -1;
const plainFields = ["id", "title", "scores", "embedding"] as const;
const allFields = [...plainFields, "tempo", "key", "loudness"] as const;

export function writeDocument({ tracks, examples }: Contents): string {
  const first = tracks[0] ?? examples[0];
  const names = new Set<string>();
  for (const { tags } of tracks) for (const name of Object.keys(tags)) names.add(name);
  const tagNames = [...names];
  const personal = new Map<string, Example[]>();
  for (const example of examples) {
    personal.set(example.tag, [...(personal.get(example.tag) ?? []), example]);
  }
  return JSON.stringify({
    format,
    version: tracks.some(hasDescriptors) ? version : plainVersion,
    model: first?.model ?? null,
    embeddingSize: first?.embedding.length ?? 0,
    tagNames,
    tracks: tracks.map(({ id, title, tags, embedding, tempo, key, loudness }) => ({
      id,
      title,
      scores: encodeFloats(
        Float32Array.from(tagNames, (name) =>
          Object.hasOwn(tags, name) ? (tags[name] as number) : missing,
        ),
      ),
      embedding: encodeFloats(embedding),
      tempo,
      key,
      loudness,
    })),
    personalTags: [...personal].map(([name, marked]) => ({
      name,
      examples: marked.map(({ id, fits, embedding }) => ({
        id,
        fits,
        embedding: encodeFloats(embedding),
      })),
    })),
  });
}

function hasDescriptors({ tempo, key, loudness }: Descriptors): boolean {
  return tempo !== undefined || key !== undefined || loudness !== undefined;
}

/** Rejects anything that is not such a document with `bad-collection`; the message names the path. */
export function readDocument(text: string): Contents {
  const document = fields(parse(text), "the document", [
    "format",
    "version",
    "model",
    "embeddingSize",
    "tagNames",
    "tracks",
    "personalTags",
  ]);
  expect(document.format === format, "format", `expected "${format}"`, document.format);
  expect(
    document.version === version || document.version === plainVersion,
    "version",
    `expected ${plainVersion} or ${version}, which this divisi reads`,
    document.version,
  );
  const tracks = list(document.tracks, "tracks");
  const personalTags = list(document.personalTags, "personalTags");
  if (tracks.length === 0 && personalTags.length === 0) return { tracks: [], examples: [] };

  const model = textOf(document.model, "model");
  const size = document.embeddingSize;
  expect(Number.isInteger(size) && Number(size) > 0, "embeddingSize", "expected a count", size);
  const names = list(document.tagNames, "tagNames").map((name, i) =>
    textOf(name, `tagNames[${i}]`),
  );
  unique(names, (i) => `tagNames[${i}]`);
  const trackFields = document.version === plainVersion ? plainFields : allFields;
  const reader = { model, size: Number(size), names, trackFields };

  const readTracks = tracks.map((value, i) => readTrack(value, `tracks[${i}]`, reader));
  unique(
    readTracks.map(({ id }) => id),
    (i) => `tracks[${i}].id`,
  );
  const tagNames: string[] = [];
  const examples = personalTags.flatMap((value, i) => {
    const where = `personalTags[${i}]`;
    const personal = fields(value, where, ["name", "examples"]);
    const tag = textOf(personal.name, `${where}.name`);
    tagNames.push(tag);
    const read = list(personal.examples, `${where}.examples`).map((example, k) =>
      readExample(example, `${where}.examples[${k}]`, tag, reader),
    );
    unique(
      read.map(({ id }) => id),
      (k) => `${where}.examples[${k}].id`,
    );
    return read;
  });
  unique(tagNames, (i) => `personalTags[${i}].name`);
  return { tracks: readTracks, examples };
}

interface Reader {
  readonly model: string;
  readonly size: number;
  readonly names: readonly string[];
  readonly trackFields: readonly TrackField[];
}

type TrackField = (typeof allFields)[number];

function readTrack(value: unknown, where: string, reader: Reader): Track {
  const { model, size, names, trackFields } = reader;
  const track = fields(value, where, trackFields);
  const id = textOf(track.id, `${where}.id`);
  const scores = decodeFloats(track.scores, names.length, `${where}.scores`);
  const bad = scores.findIndex((score) => score !== missing && !(score >= 0 && score <= 1));
  if (bad >= 0) {
    const score = scores[bad];
    expect(false, `${where}.scores`, `expected ${show(names[bad])} from 0 to 1, or -1`, score);
  }
  const tags = names
    .map((name, i) => ({ name, score: scores[i] as number }))
    .filter(({ score }) => score !== missing);
  const embedding = decodeFloats(track.embedding, size, `${where}.embedding`);
  const title = track.title === undefined ? undefined : textOf(track.title, `${where}.title`, true);
  const { tempo, loudness } = track as Descriptors;
  const key =
    track.key === undefined
      ? undefined
      : (fields(track.key, `${where}.key`, ["tonic", "mode", "confidence"]) as TrackKey);
  // checkedTrack looks at what these are.
  const input = { id, title, model, tags, embedding, tempo, key, loudness };
  return checkedTrack(input, where, "bad-collection");
}

function readExample(value: unknown, where: string, tag: string, reader: Reader): Example {
  const example = fields(value, where, ["id", "fits", "embedding"]);
  const id = textOf(example.id, `${where}.id`);
  const { fits } = example;
  if (typeof fits !== "boolean")
    return expect(false, `${where}.fits`, "expected true or false", fits);
  const embedding = decodeFloats(example.embedding, reader.size, `${where}.embedding`);
  return { tag, id, model: reader.model, fits, embedding };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new DivisiError("bad-collection", `this is not JSON: ${reason}`, { cause: error });
  }
}

function expect(ok: boolean, where: string, what: string, value: unknown): asserts ok;
function expect(ok: false, where: string, what: string, value: unknown): never;
function expect(ok: boolean, where: string, what: string, value: unknown): void {
  if (!ok) throw new DivisiError("bad-collection", `${where}: ${what}, got ${show(value)}`);
}

/** An object that has no fields but these: what is misspelt should not be lost silently. */
function fields<Name extends string>(
  value: unknown,
  where: string,
  names: readonly Name[],
): Partial<Record<Name, unknown>> {
  expect(
    typeof value === "object" && value !== null && !Array.isArray(value),
    where,
    "expected an object",
    value,
  );
  const unknownName = Object.keys(value as object).find((key) => !names.includes(key as Name));
  if (unknownName !== undefined) {
    throw new DivisiError("bad-collection", `${where} has the unknown field ${show(unknownName)}`);
  }
  return value as Partial<Record<Name, unknown>>;
}

function list(value: unknown, where: string): readonly unknown[] {
  expect(Array.isArray(value), where, "expected a list", value);
  return value as unknown[];
}

function textOf(value: unknown, where: string, mayBeEmpty = false): string {
  expect(
    typeof value === "string" && (mayBeEmpty || value !== ""),
    where,
    "expected a text",
    value,
  );
  return value as string;
}

function unique(values: readonly string[], where: (i: number) => string): void {
  const seen = new Set<string>();
  values.forEach((value, i) => {
    if (seen.has(value)) {
      throw new DivisiError("bad-collection", `${where(i)}: ${show(value)} is there twice`);
    }
    seen.add(value);
  });
}
