/**
 * Songs on their way through the engine: copies samples in and out of the staging areas that C++
 * owns. No pointer leaves this file. Views of the heap are made anew for every copy, because growth
 * detaches them.
 */

import type {
  LiveStream as RawLiveStream,
  SeparatorStream,
  SeparatorStreamOptions,
  SongChunksStream,
  Status,
  TaggerStream,
} from "#wasm/simd";
import type {
  ChunkBounds,
  LiveFacts,
  LiveRequest,
  SeparationRequest,
  SongRequest,
  TaggingRequest,
  TaggingTimes,
} from "../protocol/calls.js";
import type { PulledBlock, PulledRows } from "../protocol/items.js";
import { check, text, type WasmEngine } from "./wasm_engine.js";

/** What the streams of all tasks have in C++. */
interface RawStream {
  status(): Status;
  stageFrames(): number;
  inputView(channel: number): Float32Array;
  push(frameCount: number): Status;
  available(): number;
  delete(): void;
}

export abstract class EngineStream<Raw extends RawStream = RawStream> {
  protected readonly engine: WasmEngine;
  protected readonly raw: Raw;
  protected readonly stageFrames: number;

  constructor(engine: WasmEngine, raw: Raw) {
    this.engine = engine;
    this.raw = raw;
    const status = raw.status();
    if (status.code !== "ok") raw.delete();
    check(status);
    this.stageFrames = raw.stageFrames();
  }

  /** @returns how much is ready to be pulled. */
  push(channels: readonly Float32Array[]): number {
    return this.put(channels, (frameCount) => this.raw.push(frameCount));
  }

  /** Copies frames into the stage, stage by stage, and has each of them taken by `take`. */
  protected put(channels: readonly Float32Array[], take: (frameCount: number) => Status): number {
    const frameCount = channels[0]?.length ?? 0;
    return this.engine.run(() => {
      for (let start = 0; start < frameCount; start += this.stageFrames) {
        const end = Math.min(start + this.stageFrames, frameCount);
        channels.forEach((samples, channel) => {
          this.raw.inputView(channel).set(samples.subarray(start, end));
        });
        check(take(end - start));
      }
      return this.raw.available();
    });
  }

  close(): void {
    this.engine.run(() => this.raw.delete());
  }
}

/** A stream whose results go on after the end of the song. */
export abstract class ComputingStream<
  Raw extends RawStream & { finish(): Status } = RawStream & { finish(): Status },
> extends EngineStream<Raw> {
  /** @returns how much is ready to be pulled: all the rest. */
  finish(): number {
    return this.engine.run(() => {
      check(this.raw.finish());
      return this.raw.available();
    });
  }
}

export class SeparationStream extends ComputingStream<SeparatorStream> {
  readonly stems: readonly string[];
  readonly #channelCount: number;

  constructor(engine: WasmEngine, model: Uint8Array, request: SeparationRequest) {
    const networks = engine.separatorNetworks(model);
    const raw = engine.run((module) => new module.SeparatorStream(networks, toRawOptions(request)));
    super(engine, raw);
    this.#channelCount = request.channelCount;
    this.stems = stemNames(raw);
  }

  pull(maxFrames: number): PulledBlock {
    return this.engine.run(() => pullStems(this.raw, maxFrames, this.#channelCount));
  }
}

/** A stream without an end, separated while it is heard. */
export class LiveStream extends EngineStream<RawLiveStream> {
  readonly facts: LiveFacts;
  readonly #channelCount: number;

  constructor(engine: WasmEngine, model: Uint8Array, request: LiveRequest) {
    const { sampleRate, channelCount, latency, stems } = request;
    const options = { sampleRate, channelCount, latency, stems: [...stems] };
    const raw = engine.withModel(model, (module, staged) => new module.LiveStream(staged, options));
    super(engine, raw);
    this.#channelCount = channelCount;
    this.facts = {
      stems: stemNames(raw),
      latencyFrames: raw.latencyFrames(),
      hopFrames: raw.hopFrames(),
    };
  }

  /** As push(), without running the networks. */
  skip(channels: readonly Float32Array[]): number {
    return this.put(channels, (frameCount) => this.raw.skip(frameCount));
  }

  pull(maxFrames: number): PulledBlock {
    return this.engine.run(() => pullStems(this.raw, maxFrames, this.#channelCount));
  }
}

/** What the streams that give stems have in C++. */
interface RawStemStream {
  stageFrames(): number;
  stemCount(): number;
  stemName(stem: number): Status["code"];
  outputView(stem: number, channel: number): Float32Array;
  available(): number;
  pull(maxFrames: number): number;
}

function stemNames(raw: RawStemStream): string[] {
  return Array.from({ length: raw.stemCount() }, (_, i) => text(raw.stemName(i)));
}

function pullStems(raw: RawStemStream, maxFrames: number, channelCount: number): PulledBlock {
  const frameCount = Math.min(maxFrames, raw.available());
  const stems = Array.from({ length: raw.stemCount() }, () =>
    Array.from({ length: channelCount }, () => new Float32Array(frameCount)),
  );
  for (let start = 0; start < frameCount; ) {
    const pulled = raw.pull(Math.min(raw.stageFrames(), frameCount - start));
    stems.forEach((channels, stem) => {
      channels.forEach((samples, channel) => {
        samples.set(raw.outputView(stem, channel).subarray(0, pulled), start);
      });
    });
    start += pulled;
  }
  return { frameCount, stems };
}

/** A song on its way through a meter, which says how loud each chunk hears it. */
export class MeasuringStream extends EngineStream<SongChunksStream> {
  readonly chunks: ChunkBounds[];

  /** @param task the model's document */
  constructor(engine: WasmEngine, task: string, request: SongRequest) {
    const options = toRawOptions(request);
    const raw = engine.run(
      (module) => new module.SongChunksStream(task, options, request.frameCount),
    );
    super(engine, raw);
    this.chunks = Array.from({ length: raw.count() }, (_, chunk) => raw.bounds(chunk));
  }

  pull(): Float64Array<ArrayBuffer> {
    return this.engine.run(() => new Float64Array(this.raw.levelsView()));
  }
}

function toRawOptions(request: SeparationRequest): SeparatorStreamOptions {
  const { sampleRate, channelCount, mode, quality, stems, firstChunk = 0, levels = [] } = request;
  return {
    sampleRate,
    channelCount,
    reference: mode === "reference",
    highQuality: quality === "high",
    stems: [...stems],
    firstChunk,
    levels,
  };
}

export class TaggingStream extends ComputingStream<TaggerStream> {
  readonly times: TaggingTimes;

  constructor(engine: WasmEngine, model: Uint8Array, request: TaggingRequest) {
    const raw = engine.withModel(
      model,
      (module, staged) => new module.TaggerStream(staged, request),
    );
    super(engine, raw);
    this.times = { hopSeconds: raw.hopSeconds(), patchSeconds: raw.patchSeconds() };
  }

  pull(maxRows: number): PulledRows {
    return this.engine.run(() => {
      const rows: PulledRows["rows"] = [];
      while (rows.length < maxRows && this.raw.pull()) {
        rows.push({
          scores: new Float32Array(this.raw.scoresView()),
          embedding: new Float32Array(this.raw.embeddingView()),
        });
      }
      return { rows, padded: this.raw.padded() };
    });
  }
}
