/**
 * The Worker that keeps a song and its stems for a player, and writes ahead what it is to hear. The
 * page only tells it what to do: however long the page's main thread is busy, the music goes on.
 */

import { openWriter } from "../ring/ring.js";
import type { FrameWriter } from "../ring/types.js";
import type {
  PlaybackMark,
  PlaybackMessage,
  PlaybackOptions,
  PlaybackStems,
  PlayerReport,
} from "./messages.js";
import { PlaybackMix } from "./playback_mix.js";

const pauseMilliseconds = 10;
const sliceFrames = 1024;
/** Of the change between mix and stems. */
const fadeSeconds = 0.05;

export class PlaybackWorker {
  readonly #options: PlaybackOptions;
  readonly #writer: FrameWriter;
  readonly #slice: readonly Float32Array[];
  #mix: PlaybackMix | undefined;
  #seek = 0;
  #endTold = false;
  #moving = false;
  /** Frames that were written since the last jump. */
  #unbroken = 0;
  #heard = 0;
  /** Where the song goes on in the ring if nothing jumps. */
  #next = 0;
  readonly #capacity: number;

  constructor(options: PlaybackOptions) {
    this.#options = options;
    this.#writer = openWriter(options.output);
    this.#capacity = this.#writer.writable;
    this.#slice = Array.from(
      { length: options.output.channelCount },
      () => new Float32Array(sliceFrames),
    );
    options.port.onmessage = ({ data }: MessageEvent<PlaybackMessage>) => this.#onMessage(data);
    options.marks.onmessage = ({ data }: MessageEvent<PlayerReport>) => this.#onReport(data);
    setInterval(() => this.#write(), pauseMilliseconds);
  }

  #onMessage(message: PlaybackMessage): void {
    if (message.type === "song") this.#open(message);
    else if (message.type === "read") this.#answer(message);
    else if (message.type === "unload") this.#mix = undefined;
    else if (this.#mix) this.#change(this.#mix, message);
    this.#write();
  }

  #open({ frameCount, chunkEnds, seek }: Extract<PlaybackMessage, { type: "song" }>): void {
    const { channelCount, stemCount, sampleRate } = this.#options;
    const fadeFrames = Math.round(fadeSeconds * sampleRate);
    this.#mix = new PlaybackMix({ channelCount, stemCount, frameCount, chunkEnds, fadeFrames });
    this.#goTo(this.#mix, 0, seek);
  }

  /** An answer there is, even where there is no song. */
  #answer({ begin, end, port }: Extract<PlaybackMessage, { type: "read" }>): void {
    const stems: PlaybackStems = this.#mix?.read(begin, end);
    port.postMessage(
      stems,
      (stems ?? []).map(({ buffer }) => buffer),
    );
    port.close();
  }

  #change(mix: PlaybackMix, message: PlaybackMessage): void {
    if (message.type === "mix") mix.addMix(message.start, message.channels);
    else if (message.type === "drop") mix.drop(message.chunk);
    else if (message.type === "chunks") mix.chunkEnds = message.chunkEnds;
    else if (message.type === "seek") this.#goTo(mix, message.frame, message.seek);
    else if (message.type === "stems") {
      mix.addStems(message.start, message.stems);
      // While it stands still, what waits in the ring can become the stems that are there now.
      const stale = !this.#moving && mix.mixed && mix.isReady(mix.chunkAt(this.#heard));
      if (stale) this.#mark({ type: "hold" });
    } else if (message.type === "loop") {
      mix.loop = message.loop;
      const heard = this.#heardNow(mix);
      const end = message.loop?.end ?? mix.position;
      // What was written ahead may lead past the new loop's end already.
      if (heard < end && end < mix.position) this.#goTo(mix, heard, this.#seek);
    }
  }

  /** What the processor says. */
  #onReport(report: PlayerReport): void {
    this.#moving = report.moving;
    if (report.seek !== this.#seek) return;
    this.#heard = report.songFrame;
    if (report.held && this.#mix) this.#goTo(this.#mix, this.#heard, this.#seek);
  }

  /** The frame that is read next. */
  #heardNow(mix: PlaybackMix): number {
    const waiting = this.#capacity - this.#writer.writable;
    return waiting <= this.#unbroken ? mix.position - waiting : this.#heard;
  }

  #goTo(mix: PlaybackMix, frame: number, seek: number): void {
    mix.seek(frame);
    this.#seek = seek;
    this.#heard = frame;
    this.#endTold = false;
    this.#unbroken = 0;
    this.#writer.flush();
    this.#mark({ type: "skip", at: this.#writer.written, seek });
  }

  #write(): void {
    const mix = this.#mix;
    if (!mix) return;
    const writer = this.#writer;
    for (let room = writer.writable; room > 0; room = writer.writable) {
      // (Its place after a jump is known only when it has filled something.)
      const count = mix.fill(this.#slice, Math.min(room, sliceFrames));
      if (count === 0) break;
      const start = mix.position - count;
      if (start !== this.#next) this.#unbroken = 0;
      this.#next = mix.position;
      this.#unbroken += count;
      writer.write(this.#slice, 0, count, start);
    }
    if (!mix.ended || this.#endTold) return;
    this.#endTold = true;
    writer.flush();
    this.#mark({ type: "end", at: writer.written });
  }

  #mark(mark: PlaybackMark): void {
    this.#options.marks.postMessage(mark);
  }
}
