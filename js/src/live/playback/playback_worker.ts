/**
 * The Worker that keeps a song and its stems for a player, and writes ahead what it is to hear. The
 * page only tells it what to do: however long the page's main thread is busy, the music goes on.
 */

import { openWriter } from "../ring/ring.js";
import type { FrameWriter } from "../ring/types.js";
import type { FeederMark, FeederMessage, FeederOptions, PlayerReport } from "./messages.js";
import { Feed } from "./playback_mix.js";

const pauseMilliseconds = 10;
const sliceFrames = 1024;
/** Of the change between mix and stems. */
const fadeSeconds = 0.05;

export class Feeder {
  readonly #options: FeederOptions;
  readonly #writer: FrameWriter;
  readonly #slice: readonly Float32Array[];
  #feed: Feed | undefined;
  #seek = 0;
  #endTold = false;
  #moving = false;
  /** Frames that were written since the last jump. */
  #unbroken = 0;
  #heard = 0;
  /** Where the song goes on in the ring if nothing jumps. */
  #next = 0;
  readonly #capacity: number;

  constructor(options: FeederOptions) {
    this.#options = options;
    this.#writer = openWriter(options.output);
    this.#capacity = this.#writer.writable;
    this.#slice = Array.from(
      { length: options.output.channelCount },
      () => new Float32Array(sliceFrames),
    );
    options.port.onmessage = ({ data }: MessageEvent<FeederMessage>) => this.#obey(data);
    options.marks.onmessage = ({ data }: MessageEvent<PlayerReport>) => this.#hear(data);
    setInterval(() => this.#write(), pauseMilliseconds);
  }

  #obey(message: FeederMessage): void {
    if (message.type === "song") this.#open(message);
    else if (message.type === "unload") this.#feed = undefined;
    else if (this.#feed) this.#change(this.#feed, message);
    this.#write();
  }

  #open({ frameCount, chunkEnds, seek }: Extract<FeederMessage, { type: "song" }>): void {
    const { channelCount, stemCount, sampleRate } = this.#options;
    const fadeFrames = Math.round(fadeSeconds * sampleRate);
    this.#feed = new Feed({ channelCount, stemCount, frameCount, chunkEnds, fadeFrames });
    this.#goTo(this.#feed, 0, seek);
  }

  #change(feed: Feed, message: FeederMessage): void {
    if (message.type === "mix") feed.addMix(message.start, message.channels);
    else if (message.type === "drop") feed.drop(message.chunk);
    else if (message.type === "seek") this.#goTo(feed, message.frame, message.seek);
    else if (message.type === "stems") {
      feed.addStems(message.start, message.stems);
      // While it stands still, what waits in the ring can become the stems that are there now.
      const stale = !this.#moving && feed.mixed && feed.isReady(feed.chunkAt(this.#heard));
      if (stale) this.#mark({ type: "hold" });
    } else if (message.type === "loop") {
      feed.loop = message.loop;
      const heard = this.#heardNow(feed);
      const end = message.loop?.end ?? feed.position;
      // What was written ahead may lead past the new loop's end already.
      if (heard < end && end < feed.position) this.#goTo(feed, heard, this.#seek);
    }
  }

  /** What the processor says. */
  #hear(report: PlayerReport): void {
    this.#moving = report.moving;
    if (report.seek !== this.#seek) return;
    this.#heard = report.songFrame;
    if (report.held && this.#feed) this.#goTo(this.#feed, this.#heard, this.#seek);
  }

  /** The frame that is read next. */
  #heardNow(feed: Feed): number {
    const waiting = this.#capacity - this.#writer.writable;
    return waiting <= this.#unbroken ? feed.position - waiting : this.#heard;
  }

  #goTo(feed: Feed, frame: number, seek: number): void {
    feed.seek(frame);
    this.#seek = seek;
    this.#heard = frame;
    this.#endTold = false;
    this.#unbroken = 0;
    this.#writer.flush();
    this.#mark({ type: "skip", at: this.#writer.written, seek });
  }

  #write(): void {
    const feed = this.#feed;
    if (!feed) return;
    const writer = this.#writer;
    for (let room = writer.writable; room > 0; room = writer.writable) {
      // (Its place after a jump is known only when it has filled something.)
      const count = feed.fill(this.#slice, Math.min(room, sliceFrames));
      if (count === 0) break;
      const start = feed.position - count;
      if (start !== this.#next) this.#unbroken = 0;
      this.#next = feed.position;
      this.#unbroken += count;
      writer.write(this.#slice, 0, count, start);
    }
    if (!feed.ended || this.#endTold) return;
    this.#endTold = true;
    writer.flush();
    this.#mark({ type: "end", at: writer.written });
  }

  #mark(mark: FeederMark): void {
    this.#options.marks.postMessage(mark);
  }
}
