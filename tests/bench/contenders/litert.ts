/** LiteRT.js (the former TensorFlow Lite), on the CPU. */

import { loadAndCompile, loadLiteRt, Tensor } from "@litertjs/core";
import { type Contender, fetchBytes, type LoadContender, onlyInput } from "./contender.js";

export const load: LoadContender = async (job, inputs): Promise<Contender> => {
  await loadLiteRt("/runtimes/litert/", { threads: job.threads > 1 });
  const model = await loadAndCompile(await fetchBytes(job.model), {
    accelerator: "wasm",
    cpuOptions: { numThreads: job.threads },
  });
  const { name, shape } = onlyInput(job.inputs);
  const input = onlyInput(inputs);
  let last: Record<string, Float32Array> = {};
  return {
    async run() {
      const tensor = new Tensor(input, [1, ...shape]);
      const results = await model.run({ [name]: tensor });
      // toTypedArray() gives a copy: the tensors' memory is Wasm's and freed here.
      last = Object.fromEntries(
        Object.entries(results).map(([name, result]) => [name, result.toTypedArray()]),
      );
      for (const result of Object.values(results)) result.delete();
      tensor.delete();
    },
    async outputs() {
      return last;
    },
  };
};
