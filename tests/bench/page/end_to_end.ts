/** A page that separates a long song through the public API, as an app does. */

import * as divisi from "divisi";
import type { ProfileReply, ProfileRequest } from "./profile_worker.js";

const sampleRate = 44100;
let song: Float32Array[] = [];

interface Setting {
  readonly model: string;
  readonly variant: divisi.Variant;
  readonly workers: number;
}

const separators = new Map<string, divisi.Separator>();
const profilers = new Map<string, Worker>();

const endToEnd = {
  /** Makes the song: the bundled sample over and over. */
  async prepare(seconds: number): Promise<void> {
    const response = await fetch("/sample/song.ogg");
    const context = new OfflineAudioContext(2, 1, sampleRate);
    const sample = await context.decodeAudioData(await response.arrayBuffer());
    song = [0, 1].map((channel) => {
      const piece = sample.getChannelData(channel);
      const whole = new Float32Array(seconds * sampleRate);
      for (let at = 0; at < whole.length; at += piece.length) {
        whole.set(piece.subarray(0, whole.length - at), at);
      }
      return whole;
    });
  },

  async open(id: string, { model, variant, workers }: Setting): Promise<void> {
    const options = { model: new URL(model, location.href), variant, workers, cache: false };
    separators.set(id, await divisi.Separator.create(options));
  },

  /** @returns milliseconds from PCM to stems, the Wasm memory afterwards, and how many have it */
  async separate(id: string): Promise<{ milliseconds: number; memory: number; workers: number }> {
    const separator = separators.get(id);
    if (!separator) throw new Error(`${id} is not open`);
    const start = performance.now();
    const { stems } = await separator.separate({ sampleRate, channels: song });
    const milliseconds = performance.now() - start;
    for (const [name, channels] of Object.entries(stems)) {
      if (channels.some((samples) => !samples.some((value) => value !== 0))) {
        throw new Error(`${name} is silent`);
      }
    }
    const { wasmMemoryBytes, workers } = await separator.inspect();
    return { milliseconds, memory: wasmMemoryBytes, workers };
  },

  /** Gives the memory of one back: large models leave little for the next. */
  close(id: string): void {
    separators.get(id)?.close();
    separators.delete(id);
  },

  /** The same song in one Worker, with a clock around the networks. */
  async profile(id: string, request: Omit<ProfileRequest, "song" | "sampleRate">) {
    let worker = profilers.get(id);
    if (!worker) {
      worker = new Worker("/page/profile_worker.js", { type: "module" });
      profilers.set(id, worker);
    }
    const caller = worker;
    const reply = await new Promise<ProfileReply>((resolve, reject) => {
      caller.onerror = (event) => reject(new Error(event.message));
      caller.onmessage = ({ data }: MessageEvent<ProfileReply>) => resolve(data);
      caller.postMessage({ ...request, sampleRate, song } satisfies ProfileRequest);
    });
    if ("error" in reply) throw new Error(reply.error);
    return reply;
  },
};

export type EndToEnd = typeof endToEnd;

Object.assign(globalThis, { endToEnd });
