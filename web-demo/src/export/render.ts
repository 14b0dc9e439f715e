/** The audio of a file to be exported, stretch by stretch from the stored stems. */

import type { BlobStemStore } from "../songs/stem_store.js";
import { LevelFinder, type Stems, StereoField } from "./stereo.js";
import type { FileContent } from "./types.js";

/** 3 s: a few megabytes at once. */
const stretchFrames = 2 ** 17;

type Channels = readonly Float32Array[];

/** Audio of one file. */
export interface Rendering {
  readonly channelCount: number;
  /** What everything is multiplied by, so that it fits; 1 for most. */
  readonly level: number;
  readonly stretches: AsyncGenerator<Channels, void, void>;
}

export async function render(content: FileContent, store: BlobStemStore): Promise<Rendering> {
  if (content.kind === "stems") {
    const { channelCount } = store;
    return { channelCount, level: 1, stretches: renderSum(store, content.stems) };
  }
  const { width, central } = content;
  const spread = store.stems.filter((name) => !central.includes(name));
  const level = await findLevel(store, spread, width);
  return { channelCount: 2, level, stretches: renderStereo(store, spread, width, level) };
}

/**
 * The song without some stems is the sum of the others: stems add up to the song sample by sample.
 */
async function* renderSum(
  store: BlobStemStore,
  names: readonly string[],
): AsyncGenerator<Channels, void, void> {
  for (const [begin, end] of stretches(store)) {
    const [first, ...others] = await Promise.all(
      names.map((name) => store.readStem(name, begin, end)),
    );
    const sum = first ?? [];
    for (const channels of others) {
      for (const [channel, samples] of channels.entries()) {
        const target = sum[channel] as Float32Array;
        for (let i = 0; i < target.length; i++) {
          target[i] = (target[i] as number) + (samples[i] as number);
        }
      }
    }
    yield sum;
  }
}

async function* renderStereo(
  store: BlobStemStore,
  spread: readonly string[],
  width: number,
  level: number,
): AsyncGenerator<Channels, void, void> {
  const field = new StereoField(store.sampleRate, spread, width, level);
  // What comes first is what was before the song.
  let early = field.delay;
  const cut = (channels: Channels): Channels => {
    const start = Math.min(early, channels[0]?.length ?? 0);
    early -= start;
    return channels.map((samples) => samples.subarray(start));
  };
  for await (const stems of allStems(store)) yield cut(field.process(stems));
  const rest = store.stems.map((name) => [name, [new Float32Array(field.delay)]] as const);
  yield cut(field.process(new Map(rest)));
}

async function findLevel(
  store: BlobStemStore,
  spread: readonly string[],
  width: number,
): Promise<number> {
  const finder = new LevelFinder(store.sampleRate, spread, width);
  for await (const stems of allStems(store)) finder.process(stems);
  return finder.level;
}

async function* allStems(store: BlobStemStore): AsyncGenerator<Stems, void, void> {
  for (const [begin, end] of stretches(store)) {
    const stems = await Promise.all(
      store.stems.map(async (name) => [name, await store.readStem(name, begin, end)] as const),
    );
    yield new Map(stems);
  }
}

function* stretches({ frameCount }: BlobStemStore): Generator<readonly [number, number]> {
  for (let begin = 0; begin < frameCount; begin += stretchFrames) {
    yield [begin, Math.min(begin + stretchFrames, frameCount)];
  }
}
