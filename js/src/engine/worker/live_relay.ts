/**
 * The Worker's side of the live classes: what a worklet heard goes through a stream of the engine.
 * Its audio goes back through a ring, with the stamps that it had; everything else goes to the page.
 * Where the engine of a live stream cannot keep up, stretches are left out, and the worklet plays the
 * mix there.
 */

import { closeEnd, openReader, openWriter } from "../../live/ring/ring.js";
import { RingPoller } from "../../live/ring/ring_poller.js";
import type { FrameWriter } from "../../live/ring/types.js";
import type { RelayRequest } from "../protocol/calls.js";
import { toFailure } from "../protocol/failure.js";
import { buffersOf } from "../protocol/items.js";
import type { RelayMessage } from "../protocol/relay.js";
import type { EngineStream } from "./engine_stream.js";

const sliceFrames = 1024;
/** The load is measured over so many seconds of sound. */
const loadSeconds = 4;
/** Lost frames go as silence into a stream that cannot skip, up to so many seconds at a time. */
const mostSilence = 3;

/** @param run runs what may throw, and forgets an engine that broke */
export function startLiveRelay(
  request: RelayRequest,
  stream: EngineStream,
  run: <T>(work: () => T) => T,
): void {
  const { input, output, port } = request;
  const reader = openReader(input);
  const relay = new LiveRelay(request, stream);
  new RingPoller(reader, input.channelCount, sliceFrames, (channels, count, stamp) => {
    try {
      run(() => relay.take(channels, count, stamp, reader.readable));
      return true;
    } catch (error) {
      const message: RelayMessage = { type: "failure", failure: toFailure(error) };
      port.postMessage(message);
      closeEnd(input);
      if (output) closeEnd(output);
      return false;
    }
  });
}

class LiveRelay {
  readonly #stream: EngineStream;
  readonly #port: MessagePort;
  readonly #headroomFrames: number;
  /** Where audio goes. */
  readonly #writer: FrameWriter | undefined;
  readonly #silence: readonly Float32Array[];
  /** [output][channel]: what outputs of audio give, at most a slice. */
  readonly #planes: readonly (readonly Float32Array[])[];
  /** The same, as the ring takes them. */
  readonly #allPlanes: readonly Float32Array[];
  /** Outputs of anything else. */
  readonly #others: readonly number[];
  /** Stamp of the next frame that goes in. */
  #next = 0;
  #lostSeconds = 0;
  /** Frames to come out yet that were not computed, or not wholly. */
  #tainted = 0;
  #catchingUp = false;
  #skippedFrames = 0;
  /** Seconds that runs took since `#measured` frames. */
  #busy = 0;
  #measured = 0;

  constructor({ input, output, port, headroomFrames }: RelayRequest, stream: EngineStream) {
    this.#stream = stream;
    this.#port = port;
    this.#headroomFrames = headroomFrames;
    this.#writer = output && openWriter(output);
    this.#silence = newPlanes(input.channelCount);
    const { outputs } = stream;
    this.#planes = outputs.map(({ kind, width }) => newPlanes(kind === "audio" ? width : 0));
    this.#allPlanes = this.#planes.flat();
    this.#others = outputs.flatMap(({ kind }, i) => (kind === "audio" ? [] : [i]));
  }

  /** @param waiting frames that have come after these */
  take(channels: readonly Float32Array[], count: number, stamp: number, waiting: number): void {
    this.#fill((stamp - this.#next) | 0);
    if (this.#skips) {
      // Half a run behind what can be hidden, it gives up all that waits, and so is in time again.
      const { runInterval } = this.#stream.timing;
      if (waiting > this.#headroomFrames + runInterval / 2) this.#catchUp(true);
      if (waiting < 2 * sliceFrames) this.#catchUp(false);
    }
    this.#put(channels, count, this.#catchingUp);
    this.#measureLoad(count);
  }

  /** Whether the stream is live and so can skip. */
  get #skips(): boolean {
    return this.#headroomFrames > 0;
  }

  #catchUp(overloaded: boolean): void {
    if (overloaded === this.#catchingUp) return;
    this.#catchingUp = overloaded;
    const skippedSeconds = this.#skippedFrames / this.#stream.format.sampleRate;
    this.#post({ type: "overload", overloaded, skippedSeconds });
  }

  /** Frames that the worklet had no room for: time has passed all the same. */
  #fill(lost: number): void {
    let rest = lost;
    if (!this.#skips && lost > 0) {
      const { sampleRate } = this.#stream.format;
      rest = Math.min(lost, mostSilence * sampleRate);
      this.#lostSeconds += (lost - rest) / sampleRate;
      this.#next = (this.#next + lost - rest) | 0;
    }
    for (; rest > 0; rest -= sliceFrames) {
      this.#put(this.#silence, Math.min(rest, sliceFrames), this.#skips);
    }
  }

  #put(channels: readonly Float32Array[], count: number, skip: boolean): void {
    const stream = this.#stream;
    if (skip) {
      stream.skip(channels, count);
      this.#skippedFrames += count;
      this.#tainted = stream.timing.runInterval + stream.timing.reach;
    } else {
      const start = performance.now();
      stream.push(channels, count);
      this.#busy += (performance.now() - start) / 1000;
    }
    if (this.#writer) this.#writeAudio(this.#writer, count);
    this.#postItems();
    this.#next = (this.#next + count) | 0;
  }

  /** As many frames come out of a live stream as went in. */
  #writeAudio(writer: FrameWriter, count: number): void {
    this.#planes.forEach((planes, output) => {
      if (planes.length > 0) this.#stream.read(output, planes, count);
    });
    // What was not computed is a gap in the stamps, which the worklet fills with the mix.
    const stamp = this.#next - this.#stream.timing.latency;
    if (this.#tainted === 0) writer.write(this.#allPlanes, 0, count, stamp);
    else this.#tainted = Math.max(0, this.#tainted - count);
    writer.flush();
  }

  #postItems(): void {
    if (this.#others.length === 0) return;
    const available = this.#stream.available();
    if (this.#others.every((output) => available[output] === 0)) return;
    const items = this.#others.map((output) => this.#stream.pull(output, Number.MAX_SAFE_INTEGER));
    this.#post({ type: "items", items, lostSeconds: this.#lostSeconds }, items.flatMap(buffersOf));
  }

  #measureLoad(count: number): void {
    this.#measured += count;
    const seconds = this.#measured / this.#stream.format.sampleRate;
    if (seconds < loadSeconds) return;
    this.#post({ type: "load", load: this.#busy / seconds });
    this.#busy = 0;
    this.#measured = 0;
  }

  #post(message: RelayMessage, transfer: Transferable[] = []): void {
    this.#port.postMessage(message, transfer);
  }
}

function newPlanes(count: number): Float32Array[] {
  return Array.from({ length: count }, () => new Float32Array(sliceFrames));
}
