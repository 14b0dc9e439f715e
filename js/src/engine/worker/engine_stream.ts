/**
 * Audio on its way through the engine: copies samples in and results out of the staging areas that
 * C++ owns. No pointer leaves this file. Views of the heap are made anew for every copy, because
 * growth detaches them.
 */

import type { Status, TaskStream } from "#wasm/simd";
import type { StreamFormat, StreamTiming } from "../protocol/calls.js";
import type { Items, Output, TaskEvent } from "../protocol/items.js";
import { check, type GuardedModule, text } from "./raw_values.js";

/** Numbers of an event in the view of events: the fields of `TaskEvent` in their order. */
const eventNumbers = 5;

export class EngineStream {
  readonly format: StreamFormat;
  readonly outputs: readonly Output[];
  readonly timing: StreamTiming;
  readonly #engine: GuardedModule;
  readonly #raw: TaskStream;
  readonly #stageFrames: number;

  /** @param raw as CompiledTask.open() made it; taken over */
  constructor(engine: GuardedModule, raw: TaskStream, format: StreamFormat) {
    const status = raw.status();
    if (status.code !== "ok") raw.delete();
    check(status);
    this.format = format;
    this.#engine = engine;
    this.#raw = raw;
    this.#stageFrames = raw.stageFrames();
    this.outputs = raw.outputs().map((output) => ({
      ...output,
      name: text(output.name),
      kind: text(output.kind) as Output["kind"],
    }));
    this.timing = raw.timing();
  }

  /** Takes the first `count` frames of `channels`. */
  push(channels: readonly Float32Array[], count = channels[0]?.length ?? 0): void {
    this.#put(channels, count, (frames) => this.#raw.push(frames));
  }

  /** As push(), without running the networks; for live streams. */
  skip(channels: readonly Float32Array[], count = channels[0]?.length ?? 0): void {
    this.#put(channels, count, (frames) => this.#raw.skip(frames));
  }

  finish(): void {
    this.#engine.run(() => check(this.#raw.finish()));
  }

  /** Items that each output has ready. */
  available(): number[] {
    return this.#engine.run(() => this.outputs.map((_, i) => this.#raw.available(i)));
  }

  /**
   * Moves up to `max` ready items of an output of audio or rows into the caller's arrays: a plane
   * for each channel, or one for the rows. @returns how many there were.
   */
  read(output: number, planes: readonly Float32Array[], max: number): number {
    return this.#engine.run(() => {
      const size = this.#itemSize(output);
      let done = 0;
      while (done < max) {
        const count = this.#raw.pull(output, max - done);
        if (count === 0) break;
        for (let i = 0; i < planes.length; i++) {
          const view = this.#raw.outputView(output, i).subarray(0, count * size);
          planes[i]?.set(view, done * size);
        }
        done += count;
      }
      return done;
    });
  }

  /** Up to `max` ready items of an output, in arrays of their own. */
  pull(output: number, max: number): Items {
    const { kind, width } = this.outputs[output] as Output;
    const count = this.#engine.run(() => Math.min(max, this.#raw.available(output)));
    if (kind === "events") return { kind, count, events: this.#readEvents(output, count) };
    if (kind === "rows") {
      const values = new Float32Array(count * width);
      this.read(output, [values], count);
      return { kind, count, values };
    }
    const channels = Array.from({ length: width }, () => new Float32Array(count));
    this.read(output, channels, count);
    return { kind, count, channels };
  }

  close(): void {
    this.#engine.run(() => this.#raw.delete());
  }

  /** Copies frames into the stage, stage by stage, and has each of them taken by `take`. */
  #put(channels: readonly Float32Array[], count: number, take: (frames: number) => Status): void {
    this.#engine.run(() => {
      for (let start = 0; start < count; start += this.#stageFrames) {
        const end = Math.min(start + this.#stageFrames, count);
        channels.forEach((samples, channel) => {
          this.#raw.inputView(channel).set(samples.subarray(start, end));
        });
        check(take(end - start));
      }
    });
  }

  #readEvents(output: number, count: number): TaskEvent[] {
    return this.#engine.run(() => {
      const events: TaskEvent[] = [];
      while (events.length < count) {
        const pulled = this.#raw.pullEvents(output, count - events.length);
        const numbers = this.#raw.eventsView();
        for (let i = 0; i < pulled * eventNumbers; i += eventNumbers) {
          const [start = 0, end = 0, label = 0, value = 0, confidence = 0] = numbers.subarray(i);
          events.push({ start, end, label, value, confidence });
        }
        if (pulled === 0) break;
      }
      return events;
    });
  }

  /** Numbers of an item in a plane. */
  #itemSize(output: number): number {
    const { kind, width } = this.outputs[output] as Output;
    return kind === "rows" ? width : 1;
  }
}
