/**
 * The Worker's side of LiveSeparator: what the worklet heard goes through the engine and comes back as
 * stems, with the stamps it had. Where the engine cannot keep up, stretches are left out, and the
 * worklet plays the mix there.
 */

import { closeEnd, openReader, openWriter } from "../../live/ring/ring.js";
import { RingPoller } from "../../live/ring/ring_poller.js";
import type { FrameWriter, RingEnd } from "../../live/ring/types.js";
import { toFailure } from "../protocol/failure.js";
import type { SeparatorRelayMessage } from "../protocol/relay.js";
import type { LiveStream } from "./engine_stream.js";

export interface SeparatorRelayOptions {
  readonly input: RingEnd;
  /** [stem][channel] one after the other. */
  readonly output: RingEnd;
  /** The page hears `SeparatorRelayMessage` here. */
  readonly port: MessagePort;
  readonly sampleRate: number;
  /** Frames for which the engine may be behind the worklet without being heard. */
  readonly headroomFrames: number;
}

const sliceFrames = 1024;
/** A run's masks reach so far beyond the frames that they are for: a window of the STFT. */
const reachFrames = 8192;
/** The load is measured over so many seconds of sound. */
const loadSeconds = 4;

/** @param run runs what may throw, and forgets an engine that broke */
export function startSeparatorRelay(
  options: SeparatorRelayOptions,
  stream: LiveStream,
  run: <T>(work: () => T) => T,
): void {
  const { input, output, port } = options;
  const reader = openReader(input);
  const relay = new SeparatorRelay(stream, openWriter(output), options);
  new RingPoller(reader, input.channelCount, sliceFrames, (channels, count, stamp) => {
    try {
      run(() => relay.take(channels, count, stamp, reader.readable));
      return true;
    } catch (error) {
      const message: SeparatorRelayMessage = { type: "failure", failure: toFailure(error) };
      port.postMessage(message);
      closeEnd(input);
      closeEnd(output);
      return false;
    }
  });
}

class SeparatorRelay {
  readonly #stream: LiveStream;
  readonly #writer: FrameWriter;
  readonly #options: SeparatorRelayOptions;
  readonly #silence: readonly Float32Array[];
  /** Stamp of the next frame that goes in. */
  #next = 0;
  /** Frames to come out yet that are not separated, or not wholly. */
  #tainted = 0;
  #catchingUp = false;
  /** Seconds that runs took since `#measured` frames. */
  #busy = 0;
  #measured = 0;

  constructor(stream: LiveStream, writer: FrameWriter, options: SeparatorRelayOptions) {
    this.#stream = stream;
    this.#writer = writer;
    this.#options = options;
    const { channelCount } = options.input;
    this.#silence = Array.from({ length: channelCount }, () => new Float32Array(sliceFrames));
  }

  /** @param waiting frames that have come after these */
  take(channels: readonly Float32Array[], count: number, stamp: number, waiting: number): void {
    // Frames that the worklet had no room for: time has passed all the same.
    for (let lost = (stamp - this.#next) | 0; lost > 0; lost = (stamp - this.#next) | 0) {
      this.#put(this.#silence, Math.min(lost, sliceFrames), true);
    }
    // Half a run behind what can be hidden, it gives up all that waits, and so is in time again.
    const { headroomFrames } = this.#options;
    if (waiting > headroomFrames + this.#stream.facts.hopFrames / 2) this.#catchingUp = true;
    if (waiting < 2 * sliceFrames) this.#catchingUp = false;
    this.#put(channels, count, this.#catchingUp);
    this.#measure(count);
  }

  #put(channels: readonly Float32Array[], count: number, skip: boolean): void {
    const part = channels.map((samples) => samples.subarray(0, count));
    const { stream, writer } = { stream: this.#stream, writer: this.#writer };
    if (skip) {
      stream.skip(part);
      this.#tainted = stream.facts.hopFrames + reachFrames;
    } else {
      const start = performance.now();
      stream.push(part);
      this.#busy += (performance.now() - start) / 1000;
    }
    const stems = stream.pull(count).stems.flat();
    // What was not separated is a gap in the stamps, which the worklet fills with the mix.
    if (this.#tainted === 0) writer.write(stems, 0, count, this.#next - stream.facts.latencyFrames);
    else this.#tainted = Math.max(0, this.#tainted - count);
    writer.flush();
    this.#next = (this.#next + count) | 0;
  }

  #measure(count: number): void {
    this.#measured += count;
    const seconds = this.#measured / this.#options.sampleRate;
    if (seconds < loadSeconds) return;
    const message: SeparatorRelayMessage = { type: "load", load: this.#busy / seconds };
    this.#options.port.postMessage(message);
    this.#busy = 0;
    this.#measured = 0;
  }
}
