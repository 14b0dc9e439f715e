/// <reference lib="esnext.disposable" preserve="true" />
import type { AudioSource } from "../audio/audio_source.js";
import type { AudioInput, AudioStream } from "../audio/types.js";
import { checkCallback, checkOptions } from "../base/options.js";
import type { OnProgress } from "../base/types.js";
import type { EngineInfo } from "../engine/pool/types.js";
import { WorkerPool } from "../engine/pool/worker_pool.js";
import { openInput } from "../input/open_input.js";
import { joinParts } from "./lay_on_beats.js";
import { checkParts, parts } from "./parts.js";
import { SharedSource } from "./shared_source.js";
import { type HeardSource, withStems } from "./stems.js";
import type {
  AnalyseOptions,
  AnalyserOptions,
  AnalysisPart,
  AnalysisParts,
  AnalysisResult,
} from "./types.js";

type Pools = ReadonlyMap<AnalysisPart, WorkerPool<unknown>>;

/**
 * Hears what a song is made of: beats and tempo, key and tuning, chords, sections, loudness. Each part has a Worker of its own, so that
 * parts run side by side and nobody loads what they do not ask for.
 *
 * ```ts
 * const analyser = await Analyser.create({ parts: ["beats"], modelBase: "/models/" });
 * const { beats } = await analyser.analyse(audioBuffer);
 * for (const { seconds, number } of beats?.beats ?? []) click(seconds, number === 1);
 * analyser.close();
 * ```
 */
export class Analyser {
  readonly #pools: Pools;

  /** Starts a Worker for each part and loads its model. */
  static async create(options: AnalyserOptions = {}): Promise<Analyser> {
    checkOptions(options);
    const { parts: wanted, models, onProgress, ...rest } = options;
    const names = checkParts(wanted);
    if (models !== undefined) checkOptions(models, "models");
    const counted = onProgress && sumOf(names.length, onProgress);
    const opening = names.map((name, index) => {
      const model = models?.[name] ?? parts[name].model;
      return WorkerPool.create(parts[name].task, {
        ...rest,
        ...(model !== undefined && { model }),
        ...(counted && { onProgress: counted(index) }),
      });
    });
    const outcomes = await Promise.allSettled(opening);
    const failed = outcomes.find((outcome) => outcome.status === "rejected");
    const pools = outcomes.flatMap((outcome, index): [AnalysisPart, WorkerPool<unknown>][] => {
      const name = names[index];
      return outcome.status === "fulfilled" && name ? [[name, outcome.value]] : [];
    });
    if (failed) {
      for (const [, pool] of pools) pool.close();
      throw failed.reason;
    }
    return new Analyser(new Map(pools));
  }

  private constructor(pools: Pools) {
    this.#pools = pools;
  }

  /** The parts that it can be asked for. */
  get parts(): readonly AnalysisPart[] {
    return [...this.#pools.keys()];
  }

  /**
   * Analyses a whole song, a stream of any length or a file (`docs/files.md`): it is read once, and
   * memory grows by what is found only. Several calls at once take turns.
   *
   * Rejects with a DivisiError, or with the signal's reason as soon as it is aborted.
   */
  async analyse(
    audio: AudioInput | AudioStream | Blob,
    options: AnalyseOptions = {},
  ): Promise<AnalysisResult> {
    checkOptions(options);
    const { signal, onPart } = options;
    checkCallback("onPart", onPart);
    const wasmBase = [...this.#pools.values()][0]?.wasmBase;
    const input = await openInput(audio, { signal, wasmBase });
    try {
      const names = checkParts(options.parts, this.parts);
      for (const pool of this.#pools.values()) pool.checkOpen();
      signal?.throwIfAborted();
      return await this.#analyse(input, names, options);
    } finally {
      await input.close();
    }
  }

  /** What the engines run on and how much memory they take. */
  async inspect(): Promise<EngineInfo> {
    const infos = await Promise.all([...this.#pools.values()].map((pool) => pool.inspect()));
    return infos.reduce((sum, info) => ({
      variant: info.variant,
      workers: sum.workers + info.workers,
      wasmMemoryBytes: sum.wasmMemoryBytes + info.wasmMemoryBytes,
    }));
  }

  /** Ends the Workers and frees their memory. What is under way rejects with `closed`. */
  close(): void {
    for (const pool of this.#pools.values()) pool.close();
  }

  /** For `using analyser = …`. (Where there is no Symbol.dispose this is just never called.) */
  [Symbol.dispose](): void {
    this.close();
  }

  async #analyse(
    source: AudioSource,
    names: readonly AnalysisPart[],
    { signal, onProgress, onPart, stems = {} }: AnalyseOptions,
  ): Promise<AnalysisResult> {
    const heardBy = withStems(stems, source.sampleRate);
    const shared = new SharedSource(source, names.length);
    const counted = onProgress && leastOf(names.length, onProgress);
    // A part that fails ends the others. Each has a signal of its own: Node warns of one to which
    // more than ten listen.
    const endings = names.map(() => new AbortController());
    const end = (reason: unknown) => {
      for (const ending of endings) ending.abort(reason);
    };
    const onAbort = () => end(signal?.reason);
    signal?.addEventListener("abort", onAbort);
    try {
      const found = new Map<AnalysisPart, unknown>();
      const joined = () => {
        const inOrder = names.filter((name) => found.has(name));
        const results = Object.fromEntries(inOrder.map((name) => [name, found.get(name)]));
        return joinParts({ durationSeconds: shared.seconds, ...results });
      };
      await Promise.all(
        names.map(async (name, index) => {
          const own = heardBy(name, shared.sources[index] as AudioSource);
          const { signal } = endings[index] as AbortController;
          found.set(name, await this.#run(name, own, signal, counted?.(index)));
          if (!signal.aborted) onPart?.(joined());
        }),
      );
      return joined();
    } catch (error) {
      end(error);
      throw error;
    } finally {
      signal?.removeEventListener("abort", onAbort);
      shared.end();
    }
  }

  async #run<P extends AnalysisPart>(
    name: P,
    { source, options: heard }: HeardSource,
    signal: AbortSignal,
    onProgress: OnProgress | undefined,
  ): Promise<AnalysisParts[P]> {
    const { maxItems, collect } = parts[name];
    const options = { ...parts[name].options, ...heard };
    const collector = collect();
    const pool = this.#pools.get(name) as WorkerPool<unknown>;
    for await (const batch of pool.stream(source, { options, maxItems, signal, onProgress })) {
      collector.add(batch);
    }
    return collector.result();
  }
}

/** Of several streams of one song, what all of them have done: for the stream of each index. */
function leastOf(count: number, onProgress: OnProgress): (index: number) => OnProgress {
  const done = new Array<number>(count).fill(0);
  let told = 0;
  return (index) => (progress) => {
    done[index] = progress.done;
    const least = Math.min(...done);
    if (least > told) onProgress({ ...progress, done: least });
    told = Math.max(told, least);
  };
}

/** Of several downloads, what all of them have fetched together. */
function sumOf(count: number, onProgress: OnProgress): (index: number) => OnProgress {
  const all = new Array<{ done: number; total: number | undefined }>(count);
  return (index) => (progress) => {
    all[index] = progress;
    const begun = all.filter((each) => each !== undefined);
    const done = begun.reduce((sum, each) => sum + each.done, 0);
    const known = begun.every(({ total }) => total !== undefined);
    const total = known ? begun.reduce((sum, each) => sum + (each.total ?? 0), 0) : undefined;
    onProgress({ ...progress, done, total });
  };
}
