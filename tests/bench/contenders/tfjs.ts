/** TensorFlow.js with its Wasm backend. */

import * as wasm from "@tensorflow/tfjs-backend-wasm";
import { loadGraphModel } from "@tensorflow/tfjs-converter";
import * as tf from "@tensorflow/tfjs-core";
import type { Contender, LoadContender } from "./contender.js";

export const load: LoadContender = async (job, input): Promise<Contender> => {
  // It takes half of what the browser says the machine has, however many are asked for.
  Object.defineProperty(navigator, "hardwareConcurrency", { value: 2 * job.threads });
  wasm.setWasmPaths("/runtimes/tfjs/");
  wasm.setThreadsCount(job.threads);
  if (!(await tf.setBackend("wasm"))) throw new Error("TensorFlow.js has no Wasm backend here");
  await tf.ready();
  if (wasm.getThreadsCount() !== job.threads) {
    throw new Error(`TensorFlow.js runs ${wasm.getThreadsCount()} threads, not ${job.threads}`);
  }
  const model = await loadGraphModel(job.model);
  const shape = [1, ...job.inputShape];
  let last: Record<string, Float32Array> = {};
  return {
    async run() {
      const tensor = tf.tensor(input, shape);
      const results = model.execute({ [job.inputName]: tensor }, job.outputs);
      const values = await Promise.all(results.map((result) => result.data()));
      last = Object.fromEntries(job.outputs.map((name, i) => [name, values[i] as Float32Array]));
      for (const result of results) result.dispose();
      tensor.dispose();
    },
    async outputs() {
      return last;
    },
  };
};
