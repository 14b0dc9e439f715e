/**
 * What stems tell beside the mix: chords are heard without voice and drums, and sections with the voice
 * known. Everything is read in step, a slice at a time.
 */

import { type AudioSource, openAudio, type Slice } from "../audio/audio_source.js";
import type { AudioInput, AudioStream } from "../audio/types.js";
import { DivisiError } from "../base/errors.js";
import type { TaskOptions } from "../engine/protocol/calls.js";
import { SharedSource } from "./shared_source.js";
import type { AnalysisPart } from "./types.js";

/** What a part hears, and the options that say so. */
export interface HeardSource {
  readonly source: AudioSource;
  readonly options: TaskOptions;
}

/** The stems that a part makes use of. */
const uses: Readonly<Partial<Record<AnalysisPart, readonly string[]>>> = {
  chords: ["vocals", "drums"],
  sections: ["vocals"],
};

/** The stems of one song, for all parts that are wanted. */
export class Stems {
  readonly #shared: readonly SharedSource[];
  readonly #sources: ReadonlyMap<AnalysisPart, readonly AudioSource[]>;

  /** Opens those of the stems that the parts make use of. */
  constructor(
    stems: Readonly<Record<string, AudioInput | AudioStream>>,
    sampleRate: number,
    parts: readonly AnalysisPart[],
  ) {
    const shared: SharedSource[] = [];
    const sources = new Map<AnalysisPart, AudioSource[]>();
    for (const [name, audio] of Object.entries(stems)) {
      const users = parts.filter((part) => uses[part]?.includes(name));
      const source = openStem(name, audio, sampleRate);
      if (users.length === 0) continue;
      const one = new SharedSource(source, users.length);
      shared.push(one);
      for (const [index, part] of users.entries()) {
        const own = one.sources[index] as AudioSource;
        sources.set(part, [...(sources.get(part) ?? []), own]);
      }
    }
    this.#shared = shared;
    this.#sources = sources;
  }

  /** What a part hears instead of the mix alone. @param mix all its own */
  heardBy(part: AnalysisPart, mix: AudioSource): HeardSource {
    const stems = this.#sources.get(part) ?? [];
    if (stems.length === 0) return { source: mix, options: {} };
    const { sampleRate, frameCount } = mix;
    if (part === "sections") {
      const slices = () => inStep(mix, stems);
      return {
        source: { sampleRate, frameCount, channelCount: 2, slices },
        options: { voice: true },
      };
    }
    const slices = () => remainders(mix, stems);
    return { source: { sampleRate, frameCount, channelCount: 1, slices }, options: {} };
  }

  /** Nothing more is read. */
  end(): void {
    for (const one of this.#shared) one.end();
  }
}

function openStem(name: string, audio: AudioInput | AudioStream, sampleRate: number): AudioSource {
  let source: AudioSource;
  try {
    source = openAudio(audio);
  } catch (error) {
    if (!(error instanceof DivisiError)) throw error;
    throw new DivisiError(error.code, `stems.${name}: ${error.message}`, { cause: error });
  }
  if (source.sampleRate === sampleRate) return source;
  throw new DivisiError(
    "bad-audio",
    `stems.${name}: its sample rate is ${source.sampleRate}, that of the song ${sampleRate}`,
  );
}

/** The mix without the stems: what they leave of it, as they add up to it. */
async function* remainders(
  mix: AudioSource,
  stems: readonly AudioSource[],
): AsyncGenerator<Slice, void, void> {
  for await (const [rest, ...others] of inStep(mix, stems)) {
    if (!rest) continue;
    for (const other of others) {
      for (let n = 0; n < rest.length; ++n) rest[n] = (rest[n] ?? 0) - (other[n] ?? 0);
    }
    yield [rest];
  }
}

/** The mono sum of the mix, then that of each stem; a stem that ends early is silent from there on. */
async function* inStep(
  mix: AudioSource,
  stems: readonly AudioSource[],
): AsyncGenerator<Slice, void, void> {
  const readers = stems.map((stem) => new MonoReader(stem));
  try {
    for await (const slice of mix.slices()) {
      const mono = monoOf(slice);
      const others: Slice = [];
      for (const reader of readers) others.push(await reader.read(mono.length));
      yield [mono, ...others];
    }
  } finally {
    for (const reader of readers) reader.end();
  }
}

/** Reads a source in pieces of any length. */
class MonoReader {
  readonly #slices: AsyncGenerator<Slice, void, void>;
  #rest: Float32Array<ArrayBuffer> = new Float32Array(0);
  #hasEnded = false;

  constructor(source: AudioSource) {
    this.#slices = source.slices();
  }

  async read(length: number): Promise<Float32Array<ArrayBuffer>> {
    const piece = new Float32Array(length);
    let filled = 0;
    while (filled < length && (await this.#fill())) {
      const taken = this.#rest.subarray(0, length - filled);
      piece.set(taken, filled);
      filled += taken.length;
      this.#rest = this.#rest.subarray(taken.length);
    }
    return piece;
  }

  end(): void {
    this.#slices.return().catch(() => undefined);
  }

  async #fill(): Promise<boolean> {
    while (this.#rest.length === 0 && !this.#hasEnded) {
      const turn = await this.#slices.next();
      if (turn.done) this.#hasEnded = true;
      else this.#rest = monoOf(turn.value);
    }
    return !this.#hasEnded;
  }
}

/** With equal weights, as the core mixes down. */
function monoOf(slice: Slice): Float32Array<ArrayBuffer> {
  const [first = new Float32Array(0), ...others] = slice;
  if (others.length === 0) return first;
  const weight = 1 / slice.length;
  for (let n = 0; n < first.length; ++n) {
    let sum = first[n] ?? 0;
    for (const other of others) sum += other[n] ?? 0;
    first[n] = weight * sum;
  }
  return first;
}
