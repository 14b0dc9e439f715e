/** The part "key": the outputs of the core's task of that name (core/include/divisi/key.h). */

import type { Batch } from "../engine/pool/worker_pool.js";
import { rowsOf } from "../engine/protocol/items.js";
import type { Collector, PartDefinition } from "./part.js";
import type { Key, KeyPart, KeyResult } from "./types.js";

export const keyPart: PartDefinition<KeyResult> = {
  task: { name: "analyser", withoutModel: "key", read: () => null },
  model: undefined,
  options: {},
  maxItems: 4096,
  collect: () => new KeyCollector(),
};

const keyCount = 24;
const pitchClasses = keyCount / 2;

class KeyCollector implements Collector<KeyResult> {
  readonly #parts: KeyPart[] = [];
  #song: Key | undefined;
  #tuning = { tuningCents: 0, tuningConfidence: 0 };

  add({ outputs, items }: Batch): void {
    const labels = outputs.find(({ name }) => name === "keys")?.labels ?? [];
    if (items.keys?.kind === "events") {
      for (const { start, end, label, value, confidence } of items.keys.events) {
        const key = keyOf(labels, label, confidence, value);
        this.#parts.push({ startSeconds: start, endSeconds: end, ...key });
      }
    }
    for (const row of rowsOf(items.summary)) {
      const [index = -1, confidence = 0, share = 0, tuningCents = 0, tuningConfidence = 0] = row;
      if (index >= 0) this.#song = keyOf(labels, index, confidence, share);
      this.#tuning = { tuningCents, tuningConfidence };
    }
  }

  result(): KeyResult {
    return { key: this.#song, parts: this.#parts, ...this.#tuning };
  }
}

/** A label of the core's is "A minor"; the relative key has the same notes. */
function keyOf(
  labels: readonly string[],
  index: number,
  confidence: number,
  relativeShare: number,
): Key {
  const [tonic = "", mode] = (labels[index] ?? "").split(" ");
  const isMinor = mode === "minor";
  const relative = isMinor
    ? (index + 3) % pitchClasses
    : pitchClasses + ((index + 9) % pitchClasses);
  return {
    tonic,
    mode: isMinor ? "minor" : "major",
    confidence,
    relative: labels[relative] ?? "",
    relativeShare,
  };
}
