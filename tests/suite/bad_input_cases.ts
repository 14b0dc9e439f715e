/** Bad input: each gets its DivisiError, and the message names the value. */

import type { AudioInput, SeparateOptions, Separator } from "divisi";
import { rejects } from "./check.js";
import { type Case, type Environment, noise, stereoNoise, withSeparator } from "./environment.js";
import { type Documents, tinyModel } from "./tiny_model.js";

const model = tinyModel();

/** [name of the case, audio, words of the message] */
export const badAudio: readonly (readonly [string, unknown, string])[] = [
  ["9 channels", { sampleRate: 44100, channels: Array(9).fill(noise(10)) }, "9"],
  ["no channels", { sampleRate: 44100, channels: [] }, "0"],
  ["3 kHz", { sampleRate: 3000, channels: [noise(10)] }, "3000"],
  ["1 MHz", { sampleRate: 1_000_000, channels: [noise(10)] }, "1000000"],
  ["a rate with a fraction", { sampleRate: 44100.5, channels: [noise(10)] }, "44100.5"],
  ["a rate beyond 32 bits", { sampleRate: 2 ** 32 + 44100, channels: [noise(10)] }, "4295011396"],
  ["a rate of NaN", { sampleRate: Number.NaN, channels: [noise(10)] }, "NaN"],
  ["no frames", { sampleRate: 44100, channels: [noise(0), noise(0)] }, "got 0"],
  ["unequal lengths", { sampleRate: 44100, channels: [noise(10), noise(11)] }, "11 frames"],
  ["a plain array", { sampleRate: 44100, channels: [[0, 1, 2]] }, "channel 0"],
  ["null", null, "AudioBuffer"],
  ["a string", "song.mp3", "AudioBuffer"],
  ["an empty object", {}, "AudioBuffer"],
];

const badOptions: readonly (readonly [string, unknown, readonly string[]])[] = [
  ["an unknown stem", { stems: ["vocals", "drums"] }, ["drums", "vocals, accompaniment"]],
  ["no stems", { stems: [] }, ["[]", "vocals, accompaniment"]],
  ["a stem twice", { stems: ["vocals", "vocals"] }, ['["vocals","vocals"]']],
  ["stems as a string", { stems: "vocals" }, ['"vocals"']],
  ["an unknown mode", { mode: "fast" }, ["fast", "best, reference"]],
  ["an unknown quality", { quality: "ultra" }, ["ultra", "normal, high"]],
];

/** [name of the case, the place to spoil, what to put there, code, word of the message] */
const badDocuments: readonly (readonly [
  string,
  (documents: Documents) => object,
  object,
  string,
  string,
])[] = [
  [
    "an unknown operator",
    ({ graph }) => graph.nodes[0],
    { op: "sorcery" },
    "unsupported",
    "sorcery",
  ],
  ["a later version", ({ task }) => task, { version: 99 }, "unsupported", "99"],
  [
    "a cycle",
    ({ graph }) => graph.nodes[0],
    { inputs: ["vocals/estimate"] },
    "bad-model",
    "vocals",
  ],
  [
    "a missing tensor",
    ({ graph }) => graph.nodes[0].weights,
    { scale: "gone" },
    "bad-model",
    "gone",
  ],
  ["another task", ({ task }) => task, { task: "tagging" }, "bad-model", "tagging"],
  [
    "a negative shape",
    ({ graph }) => graph.inputs[0],
    { shape: [-64, 1024, 2] },
    "bad-model",
    "-64",
  ],
  ["a wrong shape", ({ graph }) => graph.inputs[0], { shape: [64, 1024, 3] }, "bad-model", "3"],
];

export const badInputCases: Record<string, Case> = {
  "bad audio": (environment) =>
    withSeparator(environment, { model }, async (separator) => {
      for (const [name, audio, words] of badAudio) {
        await named(name, rejects(separator.separate(audio as AudioInput), "bad-audio", words));
      }
      for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
        const { channels } = stereoNoise(100_000);
        channels[1]?.fill(value, 70_000, 70_001);
        await rejects(
          separator.separate({ sampleRate: 44100, channels }),
          "bad-audio",
          /channel 1\b/,
          /frame 70000\b/,
        );
      }
      await works(separator);
    }),

  "bad blocks of a stream": (environment) =>
    withSeparator(environment, { model }, async (separator) => {
      const stream = (blocks: Float32Array[][], channelCount = 2) =>
        separator.stream({ sampleRate: 44100, channelCount, blocks }).next();
      await rejects(stream([[noise(10)]]), "bad-audio", "blocks of 2 channels, got one of 1");
      await rejects(stream([[noise(10), noise(9)]]), "bad-audio", "9 frames");
      await rejects(stream([]), "bad-audio", "got 0");
      await rejects(stream([], 1.5), "bad-audio", "1.5");
      await works(separator);
    }),

  "bad options": (environment) =>
    withSeparator(environment, { model }, async (separator) => {
      for (const [name, options, words] of badOptions) {
        const call = separator.separate(stereoNoise(10), options as SeparateOptions);
        await named(name, rejects(call, "bad-option", ...words));
      }
      await works(separator);
    }),

  "bad engine options": async (environment) => {
    const create = (options: object) => withSeparator(environment, { model, ...options }, works);
    await rejects(create({ maxMemoryBytes: 1000 }), "bad-option", "1000");
    await rejects(create({ maxMemoryBytes: 2 ** 33 }), "bad-option", String(2 ** 33));
    await rejects(create({ variant: "mmx" }), "bad-option", "mmx", "simd");
    await rejects(create({ model: 42 }), "bad-option", "42");
    await rejects(create({ sha256: "abc" }), "bad-option", "abc");
  },

  "models that are not there or not what they should be": async (environment) => {
    const create = (options: object) => withSeparator(environment, { model, ...options }, works);
    await rejects(create({ model: "spleeter-9stems" }), "model-not-found", "spleeter-9stems");
    const zeros = "0".repeat(64);
    await rejects(create({ sha256: zeros }), "integrity", zeros);
    await create({ sha256: await hashOf(model) });
    await create({ model: new Blob([model]) });
    await create({ model: model.buffer });
  },

  "model files cut anywhere": (environment) => refusesCuts(environment),

  "model files with impossible documents": async (environment) => {
    for (const [name, place, change, code, word] of badDocuments) {
      const edit = (documents: Documents) => void Object.assign(place(documents), change);
      const broken = withSeparator(environment, { model: tinyModel({ edit }) }, works);
      await named(name, rejects(broken, code, word));
    }
    const noise = Uint8Array.from({ length: 5000 }, (_, i) => (i * 7919) & 255);
    await rejects(withSeparator(environment, { model: noise }, works), "bad-model");
  },
};

async function refusesCuts(environment: Environment): Promise<void> {
  const cuts = [0, 1, 7, 8, 9, 100, Math.floor(model.length / 2), model.length - 1];
  for (const cut of cuts) {
    const broken = withSeparator(environment, { model: model.slice(0, cut) }, works);
    await named(`${cut} bytes`, rejects(broken, "bad-model"));
  }
}

async function works(separator: Separator): Promise<void> {
  const { stems } = await separator.separate(stereoNoise(1000));
  if (stems.vocals?.[0]?.length !== 1000) throw new Error("the next call does not work");
}

export async function named(name: string, check: Promise<void>): Promise<void> {
  try {
    await check;
  } catch (error) {
    throw new Error(`${name}: ${(error as Error).message}`, { cause: error });
  }
}

async function hashOf(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
