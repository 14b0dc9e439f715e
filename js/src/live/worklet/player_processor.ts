/**
 * Plays the frames that a playback Worker writes ahead: stems by their gains, and the whole mix where
 * stems are not there yet. It has crossed the two over already; what is left to do here is to start,
 * stop and jump without a click, and to say where the song is.
 *
 * Output 0 is what is to be heard; output 1 + i is stem i alone.
 */

import { initialReport, type PlaybackMark, type PlayerReport } from "../playback/messages.js";
import { closeEnd, openReader } from "../ring/ring.js";
import type { FrameReader } from "../ring/types.js";
import type { PlayerMessage } from "./messages.js";
import { Mixer, mixerParameters, volumeParameter } from "./mixer.js";
import { type Buses, type Parameters, quantumFrames, scope } from "./scope.js";

type Opening = Extract<PlayerMessage, { type: "open" }>;

/** Of every start, stop and jump. */
const fadeFrames = 256;
/** It starts when so much has arrived. */
const startFrames = 4096;
/** The page hears so often where the song is. */
const reportSeconds = 0.25;

interface Setup {
  readonly reader: FrameReader;
  readonly playback: MessagePort;
  readonly mixer: Mixer;
  readonly channelCount: number;
  readonly stemCount: number;
  /** [stem * channelCount + channel], then the mix. */
  readonly channels: readonly Float32Array[];
}

export class PlayerProcessor extends scope.AudioWorkletProcessor {
  static readonly parameterDescriptors = [...mixerParameters, volumeParameter];

  #setup: Setup | undefined;
  #closed = false;
  #wanted = false;
  /** What it is to play comes after this seek: it may not start, or be at the end, before. */
  #firstSeek = 0;
  /** Frame of the context before which it may not start. */
  #startFrame = 0;
  /** Frames before this count are to be dropped, once what is heard has faded out. */
  #skipTo: number | undefined;
  #seek = 0;
  #endAt: number | undefined;
  /** 1: heard, 0: silent. */
  #level = 0;
  #lastReport = 0;
  readonly #report: PlayerReport = { ...initialReport };

  constructor() {
    super();
    this.port.onmessage = ({ data }: MessageEvent<PlayerMessage>) => {
      if (data.type === "open") this.#open(data);
      else this.#close();
    };
  }

  #open(message: Opening): void {
    const { input, port, channelCount, stemCount } = message;
    this.#setup = {
      reader: openReader(input),
      playback: port,
      mixer: new Mixer(stemCount, scope.sampleRate),
      channelCount,
      stemCount,
      channels: Array.from({ length: input.channelCount }, () => new Float32Array(quantumFrames)),
    };
    port.onmessage = ({ data }: MessageEvent<PlaybackMark>) => this.#mark(data);
    this.port.onmessage = ({ data }: MessageEvent<PlayerMessage>) => {
      if (data.type === "play") {
        this.#wanted = true;
        this.#firstSeek = data.seek;
        this.#startFrame = data.startFrame;
      } else if (data.type === "pause") this.#wanted = false;
      else {
        this.#close();
        closeEnd(input);
        port.close();
      }
    };
  }

  #close(): void {
    this.#closed = true;
    this.#setup = undefined;
    this.port.close();
  }

  #mark(mark: PlaybackMark): void {
    if (mark.type === "end") {
      this.#endAt = mark.at;
    } else if (mark.type === "skip") {
      this.#skipTo = mark.at;
      this.#seek = mark.seek;
      this.#endAt = undefined;
    } else if (!this.#wanted && this.#level === 0) {
      this.#report.held = true;
      this.#setup?.playback.postMessage(this.#report);
    }
  }

  process(_inputs: Buses, outputs: Buses, parameters: Parameters): boolean {
    const setup = this.#setup;
    if (!setup) return !this.#closed;
    const { reader, mixer } = setup;
    const frames = outputs[0]?.[0]?.length ?? quantumFrames;
    if (this.#skipTo !== undefined && this.#level === 0) this.#jump(reader);
    mixer.aim(parameters);
    const moving = this.#level > 0 || this.#mayStart(reader);
    const ahead = moving ? reader.readable : 0;
    if (ahead > 0) this.#place(reader.stamp);
    // The song's first frames are heard as they are; anything else fades in.
    if (this.#level === 0 && ahead >= frames && reader.stamp === 0) this.#level = 1;
    const sounding = this.#level > 0;
    reader.read(setup.channels, 0, Math.min(ahead, frames));
    this.#render(setup, outputs, ahead, frames);
    this.#observe(reader, moving, sounding && ahead < frames);
    return true;
  }

  /** Whether it is to play what it reads next. */
  #isSettled(): boolean {
    const { seek } = this.#report;
    return this.#wanted && seek >= this.#firstSeek && this.#skipTo === undefined;
  }

  /** Whether it is to start, and there is enough to go on for a while. */
  #mayStart(reader: FrameReader): boolean {
    if (!this.#isSettled() || this.#report.held) return false;
    if (scope.currentFrame < this.#startFrame) return false;
    return reader.readable >= startFrames || this.#endAt !== undefined;
  }

  /** Drops what a seek has made worthless, as far as it has arrived. */
  #jump(reader: FrameReader): void {
    const rest = ((this.#skipTo as number) - reader.consumed) | 0;
    if (rest > 0) reader.skip(rest);
    const missing = ((this.#skipTo as number) - reader.consumed) | 0;
    if (missing > 0 || reader.readable === 0) return;
    this.#skipTo = undefined;
    this.#report.held = false;
    this.#report.seek = this.#seek;
    this.#report.ended = false;
    this.#place(reader.stamp);
    this.#postReport();
  }

  #place(songFrame: number): void {
    this.#report.songFrame = songFrame;
    this.#report.contextFrame = scope.currentFrame;
  }

  #render(setup: Setup, outputs: Buses, ahead: number, frames: number): void {
    const { mixer, channels, channelCount, stemCount } = setup;
    const main = outputs[0] as readonly Float32Array[];
    const stop = !this.#wanted || this.#skipTo !== undefined;
    const left = this.#endAt === undefined ? ahead - fadeFrames : ahead;
    for (let i = 0; i < frames; i++) {
      mixer.advance();
      const level = this.#level + (stop || i >= left ? -1 : 1) / fadeFrames;
      this.#level = i < ahead ? Math.max(0, Math.min(1, level)) : 0;
      if (this.#level === 0) continue;
      const mixGain = mixer.mixGain;
      for (let c = 0; c < channelCount; c++) {
        let sum = mixGain * (channels[stemCount * channelCount + c]?.[i] as number);
        for (let s = 0; s < stemCount; s++) {
          const sample = channels[s * channelCount + c]?.[i] as number;
          sum += mixer.gain(s) * sample;
          const alone = outputs[1 + s]?.[c];
          if (alone) alone[i] = this.#level * sample;
        }
        (main[c] as Float32Array)[i] = this.#level * mixer.volume * sum;
      }
    }
  }

  /** Notices the end of the song, missing frames, and that it is time to say something. */
  #observe(reader: FrameReader, moving: boolean, dry: boolean): void {
    const report = this.#report;
    const settled = this.#isSettled();
    const ended = settled && this.#endAt !== undefined && reader.consumed === this.#endAt;
    if (ended) {
      this.#wanted = false;
      this.#level = 0;
    } else if (settled && dry) report.underruns += 1;
    const moved = moving && !ended && !dry;
    const changed = ended || report.moving !== moved;
    report.moving = moved;
    report.ended = ended || (report.ended && !moved);
    const late = scope.currentFrame - this.#lastReport > reportSeconds * scope.sampleRate;
    if (changed || (moved && late)) this.#postReport();
  }

  #postReport(): void {
    this.#lastReport = scope.currentFrame;
    this.port.postMessage(this.#report);
    this.#setup?.playback.postMessage(this.#report);
  }
}
