/** TensorFlow.js with its Wasm backend. */

import * as wasm from "@tensorflow/tfjs-backend-wasm";
import { loadGraphModel } from "@tensorflow/tfjs-converter";
import * as tf from "@tensorflow/tfjs-core";
import { type Contender, type LoadContender, onlyInput } from "./contender.js";

export const load: LoadContender = async (job, inputs): Promise<Contender> => {
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
  const { name: inputName, shape } = onlyInput(job.inputs);
  const input = onlyInput(inputs);
  const names = job.outputs.map(({ name }) => name);
  let last: Record<string, Float32Array> = {};
  return {
    async run() {
      const tensor = tf.tensor(input, [1, ...shape]);
      const results = model.execute({ [inputName]: tensor }, names);
      const values = await Promise.all(results.map((result) => result.data()));
      last = Object.fromEntries(names.map((name, i) => [name, values[i] as Float32Array]));
      for (const result of results) result.dispose();
      tensor.dispose();
    },
    async outputs() {
      return last;
    },
  };
};
