/** onnxruntime-web, its CPU ("wasm") provider. */

import * as ort from "onnxruntime-web/wasm";
import { type Contender, fetchBytes, type LoadContender, transposeChannels } from "./contender.js";

export const load: LoadContender = async (job, input): Promise<Contender> => {
  ort.env.wasm.numThreads = job.threads;
  ort.env.wasm.wasmPaths = "/runtimes/onnxruntime-web/";
  const session = await ort.InferenceSession.create(await fetchBytes(job.model), {
    executionProviders: ["wasm"],
    graphOptimizationLevel: "all",
  });
  // ONNX is channels first. The rearrangement is not timed: an app would compute its input so.
  const channels = job.inputShape.at(-1) as number;
  const data = transposeChannels(input, channels, "first");
  const dims = [1, channels, ...job.inputShape.slice(0, -1)];
  let last: Record<string, ort.Tensor> = {};
  return {
    async run() {
      last = await session.run({ [job.inputName]: new ort.Tensor("float32", data, dims) });
    },
    async outputs() {
      const isImage = (values: Float32Array) => values.length === input.length;
      return Object.fromEntries(
        job.outputs.map((name) => {
          const values = (last[name] as ort.Tensor).data;
          return [name, isImage(values) ? transposeChannels(values, channels, "last") : values];
        }),
      );
    },
  };
};
