/** Stems of any number and name, and stems that are kept so that none is computed twice. */

import type { StemBlock, StemStore } from "divisi";
import { bandModel, bandNames, fourTones, tone } from "./band_model.js";
import { atLeast, equal, rejectsAsAborted, snrDb } from "./check.js";
import { type Case, stereoNoise, withSeparator } from "./environment.js";
import { tinyModel } from "./tiny_model.js";

const none = new Float32Array();

/** Keeps everything in memory, and counts how often it was given each frame. */
class MemoryStore implements StemStore {
  readonly counts: Uint8Array;
  readonly blocks: StemBlock[] = [];

  constructor(frameCount: number) {
    this.counts = new Uint8Array(frameCount);
  }

  has(begin: number, end: number): boolean {
    return this.counts.subarray(begin, end).every((count) => count > 0);
  }

  read(): Promise<StemBlock> {
    throw new Error("nobody reads here");
  }

  add(block: StemBlock): void {
    this.blocks.push(block);
    const { startFrame, frameCount } = block;
    for (let i = startFrame; i < startFrame + frameCount; i++) this.counts[i] = this.times(i) + 1;
  }

  times(frame: number): number {
    return this.counts[frame] ?? 0;
  }
}

export const stemCases: Record<string, Case> = {
  "a model has as many stems as it likes, with names of its own": async (environment) => {
    const frameCount = 100_000;
    const mix = fourTones(frameCount);
    await withSeparator(environment, { model: bandModel() }, async (separator) => {
      equal(separator.stems, bandNames, "stems");
      const { stems } = await separator.separate({ sampleRate: 44100, channels: [mix, mix] });
      equal(Object.keys(stems), bandNames, "stems of the result");
      // Where the song begins and ends the tones have all frequencies.
      const inside = (samples: Float32Array) => samples.subarray(5000, -5000);
      for (const name of bandNames) {
        const got = inside(stems[name]?.[1] ?? none);
        atLeast(snrDb(inside(tone(name, frameCount)), got), 50, `${name}: SNR in dB`);
      }
    });
  },

  "only what a store lacks is computed, and is as it would be among all": async (environment) => {
    const audio = stereoNoise(400_000);
    await withSeparator(environment, { model: tinyModel() }, async (separator) => {
      const store = new MemoryStore(400_000);
      await separator.separateInto(store, audio);
      equal(store.times(0), 1, "the first frame");
      equal(new Set(store.counts).size, 1, "how often a frame was given");
      const whole = store.blocks;

      const partly = new MemoryStore(400_000);
      // From within a chunk to within another one.
      partly.counts.fill(1, 100_000, 300_000);
      const shares: number[] = [];
      await separator.separateInto(partly, audio, {
        onProgress: ({ done, total }) => shares.push(done / (total ?? 0)),
      });
      equal(partly.has(0, 400_000), true, "all is there");
      equal(partly.times(200_000), 1, "what was there");
      equal(shares.at(-1), 1, "the share that is done");
      for (const { startFrame, frameCount, stems } of partly.blocks) {
        const want = whole.find(
          (block) =>
            block.startFrame <= startFrame && startFrame < block.startFrame + block.frameCount,
        );
        const offset = startFrame - (want?.startFrame ?? 0);
        const known = want?.stems.vocals?.[0]?.subarray(offset, offset + frameCount) ?? none;
        const got = stems.vocals?.[0]?.subarray(0, known.length) ?? none;
        equal(got, known, `from frame ${startFrame}`);
      }
      partly.blocks.length = 0;
      await separator.separateInto(partly, audio);
      equal(partly.blocks.length, 0, "blocks of what is there");
    });
  },

  "filling a store can be aborted": async (environment) => {
    await withSeparator(environment, { model: tinyModel() }, async (separator) => {
      const controller = new AbortController();
      const store = new MemoryStore(400_000);
      store.add = () => controller.abort();
      const { signal } = controller;
      await rejectsAsAborted(separator.separateInto(store, stereoNoise(400_000), { signal }));
    });
  },
};
