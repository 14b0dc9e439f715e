/** Checks tracks that come from outside. */

import { DivisiError, type DivisiErrorCode } from "../../base/errors.js";
import { show } from "../../base/show.js";
import { checkedDescriptors } from "./descriptors.js";
import type { Track, TrackInput } from "./types.js";

/** @param where how the error names the track: its path in a document, or what the caller gave */
export function checkedTrack(
  input: TrackInput,
  where = "track",
  code: DivisiErrorCode = "bad-option",
): Track {
  const refuse = (what: string) => new DivisiError(code, `${where}: ${what}`);
  if (typeof input !== "object" || input === null) {
    throw refuse(`expected a track, got ${String(input)}`);
  }
  const { id, title, model } = input;
  if (typeof id !== "string" || id === "") throw refuse(`expected a text as id, got ${show(id)}`);
  const named = `${where} ${show(id)}`;
  if (typeof model !== "string" || model === "") {
    throw new DivisiError(code, `${named}: expected a model's name, got ${show(model)}`);
  }
  if (title !== undefined && typeof title !== "string") {
    throw new DivisiError(code, `${named}: expected a text as title, got ${show(title)}`);
  }
  return {
    id,
    ...(title === undefined ? {} : { title }),
    model,
    tags: checkedTags(input.tags, named, code),
    embedding: checkedEmbedding(input.embedding, named, code),
    ...checkedDescriptors(input, named, code),
  };
}

export function checkedEmbedding(
  input: ArrayLike<number>,
  where: string,
  code: DivisiErrorCode = "bad-option",
): Float32Array {
  const length = (input as { length?: unknown } | null | undefined)?.length;
  if (typeof input !== "object" || typeof length !== "number" || length === 0) {
    throw new DivisiError(code, `${where}: expected an embedding, got ${show(input)}`);
  }
  // A copy: what the caller does to theirs later must not change the collection.
  const embedding = Float32Array.from(input);
  const bad = embedding.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    throw new DivisiError(
      code,
      `${where}: expected finite numbers, number ${bad} of the embedding is ${embedding[bad]}`,
    );
  }
  return embedding;
}

function checkedTags(
  input: TrackInput["tags"],
  where: string,
  code: DivisiErrorCode,
): Readonly<Record<string, number>> {
  if (typeof input !== "object" || input === null) {
    throw new DivisiError(code, `${where}: expected tags, got ${show(input)}`);
  }
  const entries = Array.isArray(input)
    ? input.map((tag) => [tag?.name, tag?.score] as const)
    : Object.entries(input);
  for (const [name, score] of entries) {
    if (typeof name !== "string" || name === "") {
      throw new DivisiError(code, `${where}: expected a text as a tag's name, got ${show(name)}`);
    }
    if (typeof score !== "number" || !(score >= 0 && score <= 1)) {
      throw new DivisiError(
        code,
        `${where}: expected a score from 0 to 1 for the tag ${show(name)}, got ${show(score)}`,
      );
    }
  }
  // float32, as documents keep them: so what is exported and imported is the same.
  return Object.fromEntries(entries.map(([name, score]) => [name, Math.fround(score)]));
}
