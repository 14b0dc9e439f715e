/** What a model file says of itself (models/FORMAT.md). Whether it is right, the engine says. */

import { DivisiError } from "divisi";
import { type Card, cardOf, objectOf, textsOf } from "./card.js";

export interface ModelFile {
  readonly card: Card;
  /** What it is for, in its own words: "separation", "tagging". */
  readonly task: string;
  readonly stems: readonly string[];
  readonly sampleRate: number;
  /** What its networks hear anew each time that they run, in frames at `sampleRate`. */
  readonly hopFrames: number;
}

/** Reads the beginning of the file only. Rejects with a DivisiError. */
export async function readModelFile(file: Blob, name: string): Promise<ModelFile> {
  const fail = (what: string) => new DivisiError("bad-model", `${name}: is no model file: ${what}`);
  if (file.size < 8) throw fail(`it has ${file.size} bytes`);
  const length = new DataView(await file.slice(0, 8).arrayBuffer()).getBigUint64(0, true);
  if (length > BigInt(file.size - 8)) throw fail("it does not begin as safetensors files do");
  const header = parse(await file.slice(8, 8 + Number(length)).text());
  const metadata = objectOf(header?.__metadata__);
  const document = (key: string) => {
    const text = metadata[key];
    const parsed = typeof text === "string" ? parse(text) : undefined;
    if (!parsed) throw fail(`its metadata has no "${key}"`);
    return parsed;
  };
  const task = document("divisi.task");
  return {
    card: cardOf(document("divisi.card"), name),
    task: String(task.task),
    stems: textsOf(task.stems),
    sampleRate: numberOf(task.sampleRate),
    hopFrames: hopFramesOf(task),
  };
}

function hopFramesOf({ segments, chunking, frontEnd }: Readonly<Record<string, unknown>>): number {
  if (segments) return numberOf(objectOf(segments).hopFrames);
  return numberOf(objectOf(chunking).frames) * numberOf(objectOf(frontEnd).hop);
}

function parse(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return objectOf(JSON.parse(text));
  } catch {
    return undefined;
  }
}

const numberOf = (value: unknown): number => (Number.isFinite(value) ? Number(value) : 0);
