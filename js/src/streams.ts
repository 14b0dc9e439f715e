/**
 * Songs on their way through the engine: copies samples in and out of the staging areas that C++
 * owns. No pointer leaves this file. Views of the heap are made anew for every copy, because growth
 * detaches them.
 */

import type { SeparatorStream, Status, TaggerStream } from "#wasm/simd";
import { check, type EngineModule, text } from "./module.js";
import type {
  PulledBlock,
  PulledRows,
  SeparationRequest,
  TaggingRequest,
  TaggingTimes,
} from "./protocol.js";

/** What the streams of all tasks have in C++. */
interface RawStream {
  status(): Status;
  stageFrames(): number;
  inputView(channel: number): Float32Array;
  push(frameCount: number): Status;
  available(): number;
  finish(): Status;
  delete(): void;
}

export abstract class EngineStream<Raw extends RawStream = RawStream> {
  protected readonly engine: EngineModule;
  protected readonly raw: Raw;
  protected readonly stageFrames: number;

  constructor(engine: EngineModule, raw: Raw) {
    this.engine = engine;
    this.raw = raw;
    const status = raw.status();
    if (status.code !== "ok") raw.delete();
    check(status);
    this.stageFrames = raw.stageFrames();
  }

  /** @returns how much is ready to be pulled. */
  push(channels: readonly Float32Array[]): number {
    const frameCount = channels[0]?.length ?? 0;
    return this.engine.run(() => {
      for (let start = 0; start < frameCount; start += this.stageFrames) {
        const end = Math.min(start + this.stageFrames, frameCount);
        channels.forEach((samples, channel) => {
          this.raw.inputView(channel).set(samples.subarray(start, end));
        });
        check(this.raw.push(end - start));
      }
      return this.raw.available();
    });
  }

  /** @returns how much is ready to be pulled: all the rest. */
  finish(): number {
    return this.engine.run(() => {
      check(this.raw.finish());
      return this.raw.available();
    });
  }

  close(): void {
    this.engine.run(() => this.raw.delete());
  }
}

export class SeparationStream extends EngineStream<SeparatorStream> {
  readonly stems: readonly string[];
  readonly #channelCount: number;

  constructor(engine: EngineModule, model: Uint8Array, request: SeparationRequest) {
    const { sampleRate, channelCount, mode, quality, stems } = request;
    const raw = engine.withModel(
      model,
      (module, staged) =>
        new module.SeparatorStream(staged, {
          sampleRate,
          channelCount,
          reference: mode === "reference",
          highQuality: quality === "high",
          stems: [...stems],
        }),
    );
    super(engine, raw);
    this.#channelCount = channelCount;
    this.stems = Array.from({ length: raw.stemCount() }, (_, i) => text(raw.stemName(i)));
  }

  pull(maxFrames: number): PulledBlock {
    return this.engine.run(() => {
      const frameCount = Math.min(maxFrames, this.raw.available());
      const stems = this.stems.map(() =>
        Array.from({ length: this.#channelCount }, () => new Float32Array(frameCount)),
      );
      for (let start = 0; start < frameCount; ) {
        const pulled = this.raw.pull(Math.min(this.stageFrames, frameCount - start));
        stems.forEach((channels, stem) => {
          channels.forEach((samples, channel) => {
            samples.set(this.raw.outputView(stem, channel).subarray(0, pulled), start);
          });
        });
        start += pulled;
      }
      return { frameCount, stems };
    });
  }
}

export class TaggingStream extends EngineStream<TaggerStream> {
  readonly times: TaggingTimes;

  constructor(engine: EngineModule, model: Uint8Array, request: TaggingRequest) {
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
