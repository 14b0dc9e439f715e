/** Separates a song with the core's Separator and tells how long the networks took of that. */

import { fetchBytes } from "../contenders/contender.js";
import {
  type BenchModule,
  type CompiledTask,
  check,
  openModule,
  type TaskStream,
  withBytes,
} from "../contenders/divisi_module.js";

export interface ProfileRequest {
  readonly variant: string;
  readonly model: string;
  readonly sampleRate: number;
  readonly song: readonly Float32Array[];
  readonly stemCount: number;
}

export type ProfileReply =
  | {
      /** From the compiled networks to the last sample pulled. */
      milliseconds: number;
      networkMilliseconds: number;
      chunks: number;
    }
  | { error: string };

let opened: { module: BenchModule; task: CompiledTask } | undefined;

async function open({ variant, model }: ProfileRequest) {
  const { module } = await openModule(variant);
  const bytes = await fetchBytes(model);
  const task = withBytes(module, bytes, (staged) => new module.CompiledTask(staged, false));
  check(task.status());
  return { module, task };
}

async function profile(request: ProfileRequest): Promise<ProfileReply> {
  opened ??= await open(request);
  const { module, task } = opened;
  const { song, sampleRate, stemCount } = request;
  module.takeNetworkClock();
  const start = performance.now();
  const stream = task.open(sampleRate, song.length, "{}");
  try {
    check(stream.status());
    const frames = song[0]?.length ?? 0;
    const stage = stream.stageFrames();
    const stems = Array.from({ length: stemCount }, () => song.map(() => new Float32Array(frames)));
    let done = 0;
    for (let at = 0; at < frames; at += stage) {
      const count = Math.min(stage, frames - at);
      song.forEach((samples, channel) => {
        stream.inputView(channel).set(samples.subarray(at, at + count));
      });
      check(stream.push(count));
      done = drain(stream, stems, done);
    }
    check(stream.finish());
    done = drain(stream, stems, done);
    if (done !== frames) throw new Error(`${done} frames came out of ${frames}`);
    const milliseconds = performance.now() - start;
    const clock = module.takeNetworkClock();
    if (clock.runs === 0) throw new Error("the clock around the networks never ran");
    return { milliseconds, networkMilliseconds: clock.milliseconds, chunks: clock.runs };
  } finally {
    stream.delete();
  }
}

/** Takes what is ready; @returns the frames taken so far. */
function drain(stream: TaskStream, stems: Float32Array[][], from: number): number {
  for (let done = from; ; ) {
    let count = 0;
    stems.forEach((channels, stem) => {
      count = stream.pull(stem, stream.stageFrames());
      channels.forEach((samples, channel) => {
        samples.set(stream.outputView(stem, channel).subarray(0, count), done);
      });
    });
    if (count === 0) return done;
    done += count;
  }
}

// The part of DedicatedWorkerGlobalScope that is used: the page's types are loaded instead.
const scope = globalThis as unknown as {
  postMessage(message: ProfileReply): void;
  onmessage: ((event: MessageEvent<ProfileRequest>) => void) | null;
};
scope.onmessage = ({ data }) => {
  profile(data).then(
    (reply) => scope.postMessage(reply),
    (error) => scope.postMessage({ error: String(error?.message ?? error) }),
  );
};
