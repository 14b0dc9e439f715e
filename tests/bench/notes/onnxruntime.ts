/**
 * The original network in onnxruntime-web, one thread, over the windows that its authors' package
 * cuts: activations, of which nobody makes notes here.
 */

import * as ort from "onnxruntime-web/wasm";
import { fetchBytes } from "../contenders/contender.js";
import type { LoadTranscriber } from "./transcriber.js";

const windowFrames = 43844;
/** 30 frames of 256 samples overlap. */
const hopFrames = windowFrames - 30 * 256;

export const load: LoadTranscriber = async (model) => {
  ort.env.wasm.numThreads = 1;
  ort.env.wasm.wasmPaths = "/runtimes/onnxruntime-web/";
  const session = await ort.InferenceSession.create(await fetchBytes(model), {
    executionProviders: ["wasm"],
    graphOptimizationLevel: "all",
  });
  const [input = ""] = session.inputNames;
  return {
    async transcribe({ samples }) {
      for (let start = 0; start < samples.length; start += hopFrames) {
        const window = new Float32Array(windowFrames);
        window.set(samples.subarray(start, start + windowFrames));
        await session.run({ [input]: new ort.Tensor("float32", window, [1, windowFrames, 1]) });
      }
      return undefined;
    },
  };
};
