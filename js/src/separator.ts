/// <reference lib="esnext.disposable" preserve="true" />
/**
 * Separator: splits songs into stems, in a Worker of its own.
 *
 *   const separator = await Separator.create({ model: "spleeter-2stems", modelBase: "/models/" });
 *   const { stems } = await separator.separate(audioBuffer);
 *   for await (const block of separator.stream(audioBuffer)) play(block.stems.vocals);
 *   separator.close();
 */

import { abortable } from "./abort.js";
import { type AudioSource, openAudio } from "./audio.js";
import { Engine } from "./engine.js";
import { DivisiError } from "./errors.js";
import { modelRequest } from "./models.js";
import { checkSeparateOptions } from "./options.js";
import type { OpenRequest } from "./protocol.js";
import { Pump } from "./pump.js";
import { Queue } from "./queue.js";
import type {
  AudioInput,
  AudioStream,
  EngineInfo,
  SeparateOptions,
  SeparationResult,
  SeparatorOptions,
  StemBlock,
  Variant,
} from "./types.js";

interface Loaded {
  readonly engine: Engine;
  readonly variant: Variant;
  readonly stems: readonly string[];
}

export class Separator {
  readonly #options: SeparatorOptions;
  readonly #queue = new Queue();
  #loaded: Loaded;
  #closed = false;

  /** Starts a Worker and loads the model into it. */
  static async create(options: SeparatorOptions): Promise<Separator> {
    const { signal } = options;
    signal?.throwIfAborted();
    const opening = openEngine(options);
    try {
      return new Separator(options, await abortable(opening, signal));
    } catch (error) {
      opening.then(({ engine }) => engine.close()).catch(() => undefined);
      throw error;
    }
  }

  private constructor(options: SeparatorOptions, loaded: Loaded) {
    this.#options = options;
    this.#loaded = loaded;
  }

  /** The names of the model's stems. */
  get stems(): readonly string[] {
    return this.#loaded.stems;
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
    const { engine, variant } = await this.#ready();
    return { variant, ...(await engine.call("inspect", null)) };
  }

  /** Ends the Worker and frees its memory. What is under way rejects with `closed`. */
  close(): void {
    this.#closed = true;
    this.#loaded.engine.close();
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
    this.#checkOpen();
    signal?.throwIfAborted();
    const request: OpenRequest = {
      sampleRate: source.sampleRate,
      channelCount: source.channelCount,
      ...checkSeparateOptions(options, this.stems),
    };
    const turn = new Turn(this.#queue, signal);
    try {
      const engine = await turn.take(async () => (await this.#ready()).engine);
      const { stems } = await abortable(engine.call("open", request), signal);
      const pump = new Pump(engine, source, stems, onProgress);
      turn.pump = pump;
      let next = pump.next();
      for (;;) {
        const block = await abortable(next, signal);
        if (!block) return;
        // The next block is computed while the consumer is busy with this one.
        next = pump.next();
        next.catch(() => undefined);
        yield block;
      }
    } finally {
      turn.end();
    }
  }

  #checkOpen(): void {
    if (this.#closed) throw new DivisiError("closed", "the separator was closed");
  }

  /** The engine; a fresh one if the Worker has died. */
  async #ready(): Promise<Loaded> {
    this.#checkOpen();
    if (this.#loaded.engine.alive) return this.#loaded;
    const { signal: _signal, onProgress: _onProgress, ...options } = this.#options;
    const loaded = await openEngine(options);
    if (this.#closed) loaded.engine.close();
    this.#checkOpen();
    this.#loaded = loaded;
    return loaded;
  }
}

/** One stream's turn at the engine. Ends once, at the latest when the signal is aborted. */
class Turn {
  pump: Pump | undefined;
  readonly #entered: Promise<() => void>;
  readonly #signal: AbortSignal | undefined;
  readonly #onAbort = () => this.end();
  #engine: Engine | undefined;
  #ended = false;

  constructor(queue: Queue, signal: AbortSignal | undefined) {
    this.#entered = queue.enter();
    this.#signal = signal;
    signal?.addEventListener("abort", this.#onAbort);
  }

  async take(engine: () => Promise<Engine>): Promise<Engine> {
    await abortable(this.#entered, this.#signal);
    this.#engine = await abortable(engine(), this.#signal);
    return this.#engine;
  }

  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#signal?.removeEventListener("abort", this.#onAbort);
    this.pump?.stop();
    // The next turn begins when the Worker has dropped this stream; the caller need not wait for
    // that. A Worker that died meanwhile has nothing to drop.
    const dropped = this.#engine?.call("end", null).catch(() => undefined);
    void Promise.all([this.#entered, dropped]).then(([leave]) => leave());
  }
}

async function openEngine(options: SeparatorOptions): Promise<Loaded> {
  const request = modelRequest(options);
  const engine = new Engine(options);
  try {
    // The Wasm comes first: where it does not run, nothing large need be fetched.
    const variant = await engine.start(options);
    const { onProgress } = options;
    const { task } = await engine.call("load", request, { onProgress });
    return { engine, variant, stems: stemsOf(task) };
  } catch (error) {
    engine.close();
    throw error;
  }
}

/** @param taskJson a model's `divisi.task`, which the engine has checked. */
function stemsOf(taskJson: string): string[] {
  const task = JSON.parse(taskJson) as { task: string; stems: string[] };
  if (task.task !== "separation") {
    throw new DivisiError("bad-model", `expected a separation model, got one for ${task.task}`);
  }
  return task.stems;
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
