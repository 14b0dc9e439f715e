/** Puts the rows of the core's output "pitch" together (core/include/divisi/melody.h). */

import type { Batch } from "../engine/pool/worker_pool.js";
import type { PitchCurve } from "./types.js";

export class PitchCollector {
  /** Rows of hertz and confidence, as they came. */
  readonly #chunks: Float32Array[] = [];

  add({ items }: Batch): void {
    if (items.pitch?.kind === "rows" && items.pitch.count > 0) {
      this.#chunks.push(items.pitch.values);
    }
  }

  curve(frameSeconds: number): PitchCurve {
    const frames = this.#chunks.reduce((sum, { length }) => sum + length / 2, 0);
    const hz = new Float32Array(frames);
    const confidence = new Float32Array(frames);
    let frame = 0;
    for (const chunk of this.#chunks) {
      for (let i = 0; i < chunk.length; i += 2) {
        hz[frame] = chunk[i] as number;
        confidence[frame] = chunk[i + 1] as number;
        frame++;
      }
    }
    return { frameSeconds, hz, confidence };
  }
}
