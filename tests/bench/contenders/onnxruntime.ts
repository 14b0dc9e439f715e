/** onnxruntime-web, its CPU ("wasm") provider. */

import * as ort from "onnxruntime-web/wasm";
import { type Contender, fetchBytes, type LoadContender, transposeChannels } from "./contender.js";

export const load: LoadContender = async (job, inputs): Promise<Contender> => {
  ort.env.wasm.numThreads = job.threads;
  ort.env.wasm.wasmPaths = "/runtimes/onnxruntime-web/";
  const session = await ort.InferenceSession.create(await fetchBytes(job.model), {
    executionProviders: ["wasm"],
    graphOptimizationLevel: "all",
  });
  // ONNX is channels first. The rearrangement is not timed: an app would compute its input so.
  const given = job.inputs.map(({ name, onnxName = name, channels, shape }, i) => ({
    name: onnxName,
    data: transposeChannels(inputs[i] as Float32Array, channels, "first"),
    dims: [1, channels, ...shape.slice(0, -1)],
  }));
  let last: Record<string, ort.Tensor> = {};
  return {
    async run() {
      last = await session.run(
        Object.fromEntries(
          given.map(({ name, data, dims }) => [name, new ort.Tensor("float32", data, dims)]),
        ),
      );
    },
    async outputs() {
      return Object.fromEntries(
        job.outputs.map(({ name, onnxName = name, channels }) => [
          name,
          transposeChannels((last[onnxName] as ort.Tensor).data, channels, "last"),
        ]),
      );
    },
  };
};
