/** Hands what it hears to a Worker, and passes it on unchanged. */

import { closeEnd, openWriter } from "../ring/ring.js";
import type { FrameWriter } from "../ring/types.js";
import type { TapMessage, TapReport } from "./messages.js";
import { type Buses, quantumFrames, scope } from "./scope.js";

export class TapProcessor extends scope.AudioWorkletProcessor {
  #writer: FrameWriter | undefined;
  #silence: readonly Float32Array[] = [];
  /** Frame of the context that has the stamp 0. */
  #firstFrame: number | undefined;
  #told = false;
  #closed = false;

  constructor() {
    super();
    this.port.onmessage = ({ data }: MessageEvent<TapMessage>) => {
      if (data.type === "close") {
        this.#close();
        return;
      }
      const { output } = data;
      this.#silence = Array.from(
        { length: output.channelCount },
        () => new Float32Array(quantumFrames),
      );
      this.#writer = openWriter(output);
      this.port.onmessage = () => {
        this.#close();
        closeEnd(output);
      };
    };
  }

  #close(): void {
    this.#closed = true;
    this.#writer = undefined;
    this.port.close();
  }

  process(inputs: Buses, outputs: Buses): boolean {
    const input = inputs[0] as readonly Float32Array[];
    const output = outputs[0] as readonly Float32Array[];
    for (let c = 0; c < output.length; c++) {
      const from = input[c];
      if (from) output[c]?.set(from);
    }
    const frames = output[0]?.length ?? quantumFrames;
    const heard = input.length >= this.#silence.length ? input : this.#silence;
    // By the context's time: where a browser leaves frames unrendered, they are missing in the stamps.
    this.#firstFrame ??= scope.currentFrame;
    this.#writer?.write(heard, 0, frames, (scope.currentFrame - this.#firstFrame) | 0);
    if (this.#writer && !this.#told) {
      this.#told = true;
      const report: TapReport = { firstFrame: this.#firstFrame };
      this.port.postMessage(report);
    }
    return !this.#closed;
  }
}
