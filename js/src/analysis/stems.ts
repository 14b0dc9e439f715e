/** What stems tell beside the mix: of sections, where somebody sings. Both are read in step. */

import { type AudioSource, openAudio, type Slice } from "../audio/audio_source.js";
import { DivisiError } from "../base/errors.js";
import { badOption } from "../base/options.js";
import type { TaskOptions } from "../engine/protocol/calls.js";
import type { AnalysisPart, StemAudio } from "./types.js";

/** What a part hears, and the options that say so. */
export interface HeardSource {
  readonly source: AudioSource;
  readonly options: TaskOptions;
}

/**
 * Opens what is made use of: the voice, by the part "sections". (Chords were not heard better without
 * voice and drums, nor with more bass: docs/analysis.md.)
 *
 * @returns what a part hears instead of the mix alone
 */
export function withStems(
  stems: Readonly<Record<string, StemAudio>>,
  sampleRate: number,
): (part: AnalysisPart, mix: AudioSource) => HeardSource {
  if (typeof stems !== "object" || stems === null) {
    throw badOption("stems", "stems by name", stems);
  }
  const opened = Object.entries(stems).map(
    ([name, audio]) => [name, openStem(name, audio, sampleRate)] as const,
  );
  const voice = new Map(opened).get("vocals");
  return (part, mix) => {
    if (part !== "sections" || !voice) return { source: mix, options: {} };
    const { frameCount } = mix;
    const slices = () => inStep(mix, voice);
    return {
      source: { sampleRate, frameCount, channelCount: 2, slices },
      options: { voice: true },
    };
  };
}

function openStem(name: string, audio: StemAudio, sampleRate: number): AudioSource {
  let source: AudioSource;
  try {
    source = openAudio(isChannels(audio) ? { sampleRate, channels: audio } : audio);
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

function isChannels(audio: StemAudio): audio is readonly Float32Array[] {
  return Array.isArray(audio);
}

/** The mono mix and the mono stem, which is silent from where it ends on. */
async function* inStep(mix: AudioSource, stem: AudioSource): AsyncGenerator<Slice, void, void> {
  const reader = new MonoReader(stem);
  try {
    for await (const slice of mix.slices()) {
      const mono = monoOf(slice);
      yield [mono, await reader.read(mono.length)];
    }
  } finally {
    reader.end();
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
