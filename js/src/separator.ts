/// <reference lib="esnext.disposable" preserve="true" />
/**
 * Separator: splits songs into stems, in a Worker of its own.
 *
 *   const separator = await Separator.create({ model: "spleeter-2stems", modelBase: "/models/" });
 *   const { stems } = await separator.separate(audioBuffer);
 *   for await (const block of separator.stream(audioBuffer)) play(block.stems.vocals);
 *   separator.close();
 */

import { type AudioSource, openAudio } from "./audio.js";
import type { Engine } from "./engine.js";
import { DivisiError } from "./errors.js";
import { checkSeparateOptions } from "./options.js";
import type { SeparationRequest } from "./protocol.js";
import type { Outlet } from "./pump.js";
import { Runner, readTask, type Task } from "./runner.js";
import type {
  AudioInput,
  AudioStream,
  EngineInfo,
  OnProgress,
  SeparateOptions,
  SeparationResult,
  SeparatorOptions,
  StemBlock,
} from "./types.js";

/** A block has at most this many samples in all, so that copying one takes a few milliseconds. */
const maxBlockSamples = 2 ** 20;

const task: Task<readonly string[]> = {
  name: "separator",
  read: (documents) =>
    readTask<{ task: "separation"; stems: string[] }>(documents.task, "separation").stems,
};

export class Separator {
  readonly #runner: Runner<readonly string[]>;

  /** Starts a Worker and loads the model into it. */
  static async create(options: SeparatorOptions): Promise<Separator> {
    return new Separator(await Runner.create(task, options));
  }

  private constructor(runner: Runner<readonly string[]>) {
    this.#runner = runner;
  }

  /** The names of the model's stems. */
  get stems(): readonly string[] {
    return this.#runner.facts;
  }

  /**
   * Separates a whole song. Several calls at once take turns.
   *
   * Rejects with a DivisiError, or with the signal's reason as soon as it is aborted.
   */
  async separate(audio: AudioInput, options: SeparateOptions = {}): Promise<SeparationResult> {
    const source = openAudio(audio);
    const total = source.frameCount ?? 0;
    const stems: Record<string, Float32Array[]> = {};
    for await (const block of this.#stream(source, options)) {
      for (const [name, channels] of Object.entries(block.stems)) {
        stems[name] ??= channels.map(() => allocate(total));
        channels.forEach((samples, i) => {
          stems[name]?.[i]?.set(samples, block.startFrame);
        });
      }
    }
    return { sampleRate: source.sampleRate, stems };
  }

  /**
   * Yields the stems block by block, each as soon as it is computed; blocks follow one another
   * without gaps and end where the audio ends. The song is read as fast as blocks are taken, and
   * memory does not grow with its length. Several streams at once take turns: end one (by `break` or
   * its signal) before waiting for another.
   */
  async *stream(
    audio: AudioInput | AudioStream,
    options: SeparateOptions = {},
  ): AsyncGenerator<StemBlock, void, void> {
    yield* this.#stream(openAudio(audio), options);
  }

  /** What the engine runs on and how much memory it takes. */
  async inspect(): Promise<EngineInfo> {
    return this.#runner.inspect();
  }

  /** Ends the Worker and frees its memory. What is under way rejects with `closed`. */
  close(): void {
    this.#runner.close();
  }

  /** For `using separator = …`. (Where there is no Symbol.dispose this is just never called.) */
  [Symbol.dispose](): void {
    this.close();
  }

  async *#stream(
    source: AudioSource,
    options: SeparateOptions,
  ): AsyncGenerator<StemBlock, void, void> {
    const { signal, onProgress } = options;
    this.#runner.checkOpen();
    signal?.throwIfAborted();
    const request: SeparationRequest = {
      sampleRate: source.sampleRate,
      channelCount: source.channelCount,
      ...checkSeparateOptions(options, this.stems),
    };
    yield* this.#runner.stream(source, signal, async (engine) => {
      const { stems } = await engine.call("openSeparation", request);
      return stemOutlet(engine, source, stems, onProgress);
    });
  }
}

/** Takes blocks of every stem, and reports how much of the song has come out. */
function stemOutlet(
  engine: Engine,
  source: AudioSource,
  names: readonly string[],
  onProgress: OnProgress | undefined,
): Outlet<StemBlock> {
  const maxFrames = Math.floor(maxBlockSamples / (source.channelCount * names.length));
  let startFrame = 0;
  return {
    async take() {
      const { frameCount, stems } = await engine.call("pull", { maxFrames });
      const result = {
        startFrame,
        frameCount,
        stems: Object.fromEntries(names.map((name, i) => [name, stems[i] ?? []])),
      };
      startFrame += frameCount;
      onProgress?.({ done: startFrame, total: source.frameCount, unit: "frames" });
      return { taken: frameCount, result };
    },
  };
}

function allocate(frameCount: number): Float32Array {
  try {
    return new Float32Array(frameCount);
  } catch (cause) {
    throw new DivisiError(
      "out-of-memory",
      `no room for a stem of ${frameCount} frames; stream() needs no more room for longer songs`,
      { cause },
    );
  }
}
