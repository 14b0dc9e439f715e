/** Puts the rows of the core's output "pitch" together (core/include/divisi/melody.h). */

import type { Batch } from "../engine/pool/worker_pool.js";
import type { PitchCurve } from "./types.js";

/** From frame to frame of a curve, as the field's tools and files have it. */
const curveSeconds = 0.01;

/** From here on a frame has a voice. */
const voiced = 0.5;

export class PitchCollector {
  /** Rows of hertz and confidence, as they came. */
  readonly #chunks: Float32Array[] = [];

  add({ items }: Batch): void {
    if (items.pitch?.kind === "rows" && items.pitch.count > 0) {
      this.#chunks.push(items.pitch.values);
    }
  }

  /** @param rowSeconds from row to row of the core. */
  curve(rowSeconds: number): PitchCurve {
    const rows = new Float32Array(this.#chunks.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const chunk of this.#chunks) {
      rows.set(chunk, at);
      at += chunk.length;
    }
    return resampled(rows, rowSeconds);
  }
}

/**
 * Between two rows that both have a voice of about one pitch, the pitch is a line in semitones; elsewhere
 * it is the nearer row's, since halfway between two notes, or from a note to noise, nothing sounds.
 */
function resampled(rows: Float32Array, rowSeconds: number): PitchCurve {
  const last = rows.length / 2 - 1;
  // A little more than the quotient, which rounding may have put below a whole number.
  const frames = last < 0 ? 0 : Math.floor((last * rowSeconds) / curveSeconds + 1e-6) + 1;
  const hz = new Float32Array(frames);
  const confidence = new Float32Array(frames);
  for (let frame = 0; frame < frames; frame++) {
    const position = Math.min((frame * curveSeconds) / rowSeconds, last);
    const row = Math.min(Math.floor(position), Math.max(0, last - 1));
    const share = position - row;
    const [hz0 = 0, confidence0 = 0, hz1 = hz0, confidence1 = confidence0] = rows.subarray(
      2 * row,
      2 * row + 4,
    );
    confidence[frame] = confidence0 + share * (confidence1 - confidence0);
    const isLine = Math.min(confidence0, confidence1) >= voiced && areNear(hz0, hz1);
    hz[frame] = isLine ? hz0 * (hz1 / hz0) ** share : share < 0.5 ? hz0 : hz1;
  }
  return { frameSeconds: curveSeconds, hz, confidence };
}

/** Within a semitone and a half, which the widest vibrato doesn't cross from row to row. */
function areNear(a: number, b: number): boolean {
  return a > 0 && b > 0 && Math.abs(Math.log2(a / b)) <= 0.125;
}
