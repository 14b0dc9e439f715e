/** The script of a contender's page: loads one runtime with one model, and runs it when told. */

import {
  type Contender,
  computedInRun,
  fetchBytes,
  type Job,
  type LoadContender,
} from "../contenders/contender.js";
import { memorySizes, watchMemories } from "./memory.js";

watchMemories();

let contender: Contender | undefined;
let computed = 1;

function loaded(): Contender {
  if (!contender) throw new Error("nothing is loaded");
  return contender;
}

const bench = {
  /** @returns milliseconds until the runtime and the model were ready */
  async load(job: Job): Promise<number> {
    const inputs = await Promise.all(
      job.inputs.map(
        async ({ file }) => new Float32Array((await fetchBytes(file)).buffer as ArrayBuffer),
      ),
    );
    computed = computedInRun(job);
    const start = performance.now();
    const { load }: { load: LoadContender } = await import(`/contenders/${job.kind}.js`);
    contender = await load(job, inputs);
    return performance.now() - start;
  },

  /**
   * Runs until `milliseconds` have gone by, `maxRuns` times at most; @returns what each took for one
   * computation of the outputs.
   */
  async run(maxRuns = 1, milliseconds = 0): Promise<number[]> {
    const times: number[] = [];
    for (let spent = 0; times.length === 0 || (times.length < maxRuns && spent < milliseconds); ) {
      const start = performance.now();
      await loaded().run();
      const time = performance.now() - start;
      times.push(time / computed);
      spent += time;
    }
    return times;
  },

  /** Sends the last run's outputs to the bench; @returns their names. */
  async sendOutputs(id: string): Promise<string[]> {
    const outputs = await loaded().outputs();
    for (const [name, values] of Object.entries(outputs)) {
      // Copied: what a threaded runtime gives may lie in shared memory.
      const body = new Uint8Array(values.slice().buffer);
      await fetch(`/outputs/${id}/${name}`, { method: "POST", body });
    }
    return Object.keys(outputs);
  },

  /** Bytes of the largest Wasm memory of each instance. */
  async memory(): Promise<number[]> {
    return (await loaded().memory?.()) ?? [Math.max(0, ...memorySizes())];
  },
};

export type Bench = typeof bench;

Object.assign(globalThis, { bench });
