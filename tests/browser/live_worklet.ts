/** Records what arrives at a node, frame by frame, so that tests can hear what a listener would. */

import { type Buses, scope } from "../../js/src/live/worklet/scope.js";

const blockFrames = 4096;

class Recorder extends scope.AudioWorkletProcessor {
  #block: Float32Array[] = [];
  #filled = 0;

  process(inputs: Buses): boolean {
    const input = inputs[0] ?? [];
    const frames = input[0]?.length ?? 0;
    if (frames === 0) return true;
    if (this.#block.length === 0) this.#block = input.map(() => new Float32Array(blockFrames));
    input.forEach((samples, channel) => {
      this.#block[channel]?.set(samples, this.#filled);
    });
    this.#filled += frames;
    if (this.#filled === blockFrames) {
      const startFrame = scope.currentFrame + frames - blockFrames;
      this.port.postMessage({ startFrame, channels: this.#block });
      this.#block = [];
      this.#filled = 0;
    }
    return true;
  }
}

/** Collects the garbage of its thread, in a Chromium with --expose-gc, and ends. */
class Collector extends scope.AudioWorkletProcessor {
  process(): boolean {
    (globalThis as unknown as { gc(): void }).gc();
    return false;
  }
}

scope.registerProcessor("test-recorder", Recorder);
scope.registerProcessor("test-collector", Collector);
