/** The writing thread of ring.test.ts: writes a counter in pieces of random sizes. */

import { parentPort, workerData } from "node:worker_threads";
import { openWriter } from "../../../../js/src/live/ring/ring.js";
import type { RingEnd } from "../../../../js/src/live/ring/types.js";
import { randomSizes, sampleAt } from "./ring_signal.ts";

const { end, frameCount, seed } = workerData as { end: RingEnd; frameCount: number; seed: number };
const writer = openWriter(end);
const sizes = randomSizes(seed);
const scratch = Array.from({ length: end.channelCount }, () => new Float32Array(4096));
let next = 0;

function step(): void {
  // A burst, then a turn for messages.
  for (let i = 0; i < 50 && next < frameCount; i++) {
    const count = Math.min(sizes(), frameCount - next);
    const start = sizes() % 64;
    scratch.forEach((samples, channel) => {
      for (let k = 0; k < count; k++) samples[start + k] = sampleAt(next + k, channel);
    });
    next += writer.write(scratch, start, count, next);
  }
  if (next < frameCount) setImmediate(step);
  else {
    writer.flush();
    parentPort?.postMessage(writer.written);
  }
}
step();
