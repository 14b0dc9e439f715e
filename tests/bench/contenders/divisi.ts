/** divisi's networks alone, in one Worker or in several that share out the outputs or have all. */

import type { Contender, LoadContender } from "./contender.js";
import type { WorkerReply, WorkerRequest } from "./divisi_worker.js";

export const load: LoadContender = async (job, inputs): Promise<Contender> => {
  const workers = Array.from({ length: job.threads }, () => new Caller());
  const names = job.outputs.map(({ name }) => name);
  await Promise.all(
    workers.map((worker, i) =>
      worker.call({
        do: "load",
        variant: job.variant as string,
        model: job.model,
        outputs: job.wholeEach ? names : names.filter((_, k) => k % workers.length === i),
        oneEach: job.oneEach === true,
        inputs: job.inputs.map(({ name }, k) => [name, inputs[k] as Float32Array]),
      }),
    ),
  );
  const all = (request: WorkerRequest) =>
    Promise.all(workers.map((worker) => worker.call(request)));
  return {
    async run() {
      await all({ do: "run" });
    },
    async outputs() {
      return Object.assign({}, ...(await all({ do: "outputs" })).map((reply) => reply.outputs));
    },
    async memory() {
      return (await all({ do: "memory" })).flatMap((reply) => reply.memory ?? []);
    },
  };
};

/** A Worker that answers one request at a time. */
class Caller {
  readonly #worker = new Worker("/contenders/divisi_worker.js", { type: "module" });

  call(request: WorkerRequest): Promise<WorkerReply> {
    return new Promise((resolve, reject) => {
      this.#worker.onerror = (event) => reject(new Error(event.message));
      this.#worker.onmessage = ({ data }: MessageEvent<WorkerReply>) => {
        if (data.error === undefined) resolve(data);
        else reject(new Error(data.error));
      };
      this.#worker.postMessage(request);
    });
  }
}
