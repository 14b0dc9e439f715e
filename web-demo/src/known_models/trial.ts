/**
 * Tries a model file: the engine checks it, and separates as much noise as the networks hear in one
 * run. So what a song will take on this device is measured before any song is begun.
 */

import { DivisiError, Separator } from "divisi";
import type { AddedModel } from "./added_models.js";
import { isTooMuch, measured } from "./costs.js";
import { readModelFile } from "./model_file.js";
import { hashOf } from "./model_store.js";

/** A model file that is none for this page or this device, for the page to say so in its own words. */
export class ModelRefused extends Error {
  constructor(
    readonly reason: "other-task" | "too-large",
    /** The task that it is for, or what the engine says of its memory. */
    readonly detail = "",
  ) {
    super(`the model is refused: ${reason}: ${detail}`);
  }
}

/** The file comes into the engine's memory beside the weights that are made of it. */
const leastMemoryPerByte = 2;
/** Longer ones do not get more exact. */
const longestSeconds = 30;

/** Rejects with a ModelRefused or a DivisiError, or with the reason of `signal`. */
export async function tryModel(file: File, signal: AbortSignal): Promise<AddedModel> {
  const content = await readModelFile(file, file.name);
  const { task, sampleRate, hopFrames } = content;
  if (task !== "separation") throw new ModelRefused("other-task", task);
  if (isTooMuch(leastMemoryPerByte * file.size)) throw new ModelRefused("too-large");
  const id = await hashOf(file);
  signal.throwIfAborted();
  try {
    await measure(file, { id, sampleRate, hopFrames }, signal);
  } catch (error) {
    const isRefused = error instanceof DivisiError && error.code === "out-of-memory";
    throw isRefused ? new ModelRefused("too-large", error.message) : error;
  }
  return { ...content, id, fileName: file.name, file };
}

async function measure(
  file: File,
  { id, sampleRate, hopFrames }: Pick<AddedModel, "id" | "sampleRate" | "hopFrames">,
  signal: AbortSignal,
): Promise<void> {
  const separator = await Separator.create({ model: file, workers: 1, signal });
  try {
    const frames = Math.min(hopFrames, longestSeconds * sampleRate);
    const noise = { sampleRate, channels: [noiseOf(frames), noiseOf(frames)] };
    const begun = performance.now();
    for await (const _ of separator.stream(noise, { signal })) {
      // Only how long it takes is of interest.
    }
    const seconds = (performance.now() - begun) / 1000;
    const { wasmMemoryBytes } = await separator.inspect();
    measured(id, { speed: frames / sampleRate / seconds, memoryBytes: wasmMemoryBytes });
  } finally {
    separator.close();
  }
}

/** Silence would be no trial: networks are not run for it. */
function noiseOf(frames: number): Float32Array {
  return Float32Array.from({ length: frames }, () => 0.2 * (Math.random() - 0.5));
}
