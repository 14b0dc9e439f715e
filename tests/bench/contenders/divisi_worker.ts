/** A Worker with some of a model's networks. */

import { fetchBytes } from "./contender.js";
import { type BenchNetworks, check, openModule, withBytes } from "./divisi_module.js";

type NamedInput = readonly [name: string, values: Float32Array];

export type WorkerRequest =
  | {
      do: "load";
      variant: string;
      model: string;
      outputs: readonly string[];
      oneEach: boolean;
      inputs: readonly NamedInput[];
    }
  | { do: "run" }
  | { do: "outputs" }
  | { do: "memory" };

export interface WorkerReply {
  error?: string;
  outputs?: Record<string, Float32Array>;
  memory?: number[];
}

let networks: BenchNetworks | undefined;
let inputs: readonly NamedInput[] = [];
let names: readonly string[] = [];
let results: Float32Array[] = [];
let memoryBytes = () => 0;

async function answer(request: WorkerRequest): Promise<WorkerReply> {
  switch (request.do) {
    case "load": {
      const opened = await openModule(request.variant);
      memoryBytes = opened.memoryBytes;
      ({ outputs: names, inputs } = request);
      const bytes = await fetchBytes(request.model);
      networks = withBytes(
        opened.module,
        bytes,
        (staged) => new opened.module.BenchNetworks(staged, names, request.oneEach),
      );
      check(networks.status());
      return {};
    }
    case "run": {
      if (!networks) throw new Error("nothing is loaded");
      // Inputs and results are copied, as the peers' interfaces do.
      for (const [name, values] of inputs) networks.inputView(name).set(values);
      check(networks.run());
      results = names.map((_, i) => (networks as BenchNetworks).outputView(i).slice());
      return {};
    }
    case "outputs":
      return { outputs: Object.fromEntries(names.map((name, i) => [name, results[i]])) as never };
    case "memory":
      return { memory: [memoryBytes()] };
  }
}

// The part of DedicatedWorkerGlobalScope that is used: the page's types are loaded instead.
const scope = globalThis as unknown as {
  postMessage(message: WorkerReply): void;
  onmessage: ((event: MessageEvent<WorkerRequest>) => void) | null;
};
scope.onmessage = ({ data }) => {
  answer(data).then(
    (reply) => scope.postMessage(reply),
    (error) => scope.postMessage({ error: String(error?.message ?? error) }),
  );
};
