/**
 * Sends what it hears to a Worker and plays the stems that come back, a constant time later. Where
 * they did not come in time it plays the equally late mix, and crosses over without a click.
 *
 * Output 0 is the stems added up by their gains; output 1 + i is stem i alone.
 */

import { closeEnd, openReader, openWriter } from "../ring/ring.js";
import type { FrameReader, FrameWriter } from "../ring/types.js";
import { DelayLine } from "./delay_line.js";
import type { LiveMessage, LiveReport } from "./messages.js";
import { Mixer, mixerParameters } from "./mixer.js";
import { type Buses, type Parameters, quantumFrames, scope } from "./scope.js";

type Opening = Extract<LiveMessage, { type: "open" }>;

/** Between stems and mix. Stems are seen to end so many frames ahead. */
export const fadeFrames = 256;

interface Setup {
  readonly writer: FrameWriter;
  readonly reader: FrameReader;
  readonly delay: DelayLine;
  readonly mixer: Mixer;
  readonly channelCount: number;
  readonly stemCount: number;
  readonly latencyFrames: number;
  readonly silence: readonly Float32Array[];
  /** [stem * channelCount + channel] */
  readonly stems: readonly Float32Array[];
  readonly mix: readonly Float32Array[];
}

export class LiveProcessor extends scope.AudioWorkletProcessor {
  static readonly parameterDescriptors = mixerParameters;

  #setup: Setup | undefined;
  /** Frames heard since the beginning; wraps. */
  #now = 0;
  /** Whether the first frame has had the time to come back. */
  #due = false;
  /** 1: stems, 0: mix. */
  #blend = 0;
  #closed = false;
  readonly #report: LiveReport = { underruns: 0, missingFrames: 0, overloaded: false };

  constructor() {
    super();
    this.port.onmessage = ({ data }: MessageEvent<LiveMessage>) => {
      if (data.type === "open") this.#open(data);
      else this.#close();
    };
  }

  #open(message: Opening): void {
    const { output, input, channelCount, stemCount, latencyFrames } = message;
    const buffers = (count: number) =>
      Array.from({ length: count }, () => new Float32Array(quantumFrames));
    this.#setup = {
      writer: openWriter(output),
      reader: openReader(input),
      delay: new DelayLine(channelCount, latencyFrames, quantumFrames),
      mixer: new Mixer(stemCount, scope.sampleRate),
      channelCount,
      stemCount,
      latencyFrames,
      silence: buffers(channelCount),
      stems: buffers(channelCount * stemCount),
      mix: buffers(channelCount),
    };
    this.port.onmessage = () => {
      this.#close();
      closeEnd(output);
      closeEnd(input);
    };
  }

  #close(): void {
    this.#closed = true;
    this.#setup = undefined;
    this.port.close();
  }

  process(inputs: Buses, outputs: Buses, parameters: Parameters): boolean {
    const setup = this.#setup;
    if (!setup) return !this.#closed;
    const { writer, delay, silence, mix, channelCount, latencyFrames } = setup;
    const frames = outputs[0]?.[0]?.length ?? quantumFrames;
    const input = inputs[0] as readonly Float32Array[];
    const heard = input.length === channelCount ? input : silence;
    // What finds no room is missing in the stamps, and the Worker sees that.
    writer.write(heard, 0, frames, this.#now);
    delay.move(heard, mix, frames);
    const target = (this.#now - latencyFrames) | 0;
    this.#now = (this.#now + frames) | 0;
    this.#due ||= target >= 0;
    const ahead = this.#takeStems(setup, target, frames);
    if (this.#due) this.#note(frames - Math.min(ahead, frames));
    setup.mixer.aim(parameters);
    this.#render(setup, outputs, ahead, frames);
    return true;
  }

  /** Reads the stems of the frames from `target` on. @returns how many of them are there. */
  #takeStems({ reader, stems }: Setup, target: number, frames: number): number {
    while (reader.readable > 0) {
      const late = (target - reader.stamp) | 0;
      if (late <= 0) break;
      reader.skip(reader.run(late));
    }
    if (reader.readable === 0 || reader.stamp !== target) return 0;
    const ahead = reader.run(frames + fadeFrames);
    reader.read(stems, 0, Math.min(ahead, frames));
    return ahead;
  }

  /** Counts what is missing, and tells the page when that begins and ends. */
  #note(missing: number): void {
    const report = this.#report;
    report.missingFrames += missing;
    const overloaded = missing > 0;
    if (overloaded === report.overloaded) return;
    report.overloaded = overloaded;
    if (overloaded) report.underruns += 1;
    this.port.postMessage(report);
  }

  #render(setup: Setup, outputs: Buses, ahead: number, frames: number): void {
    const { mixer, stems, mix, channelCount, stemCount } = setup;
    const main = outputs[0] as readonly Float32Array[];
    for (let i = 0; i < frames; i++) {
      mixer.advance();
      const rising = ahead - i > fadeFrames;
      const blend = this.#blend + (rising ? 1 : -1) / fadeFrames;
      this.#blend = i < ahead ? Math.max(0, Math.min(1, blend)) : 0;
      const mixGain = (1 - this.#blend) * mixer.mixGain;
      for (let c = 0; c < channelCount; c++) {
        let sum = mixGain * (mix[c]?.[i] as number);
        if (this.#blend > 0) {
          for (let s = 0; s < stemCount; s++) {
            const sample = this.#blend * (stems[s * channelCount + c]?.[i] as number);
            sum += mixer.gain(s) * sample;
            const alone = outputs[1 + s]?.[c];
            if (alone) alone[i] = sample;
          }
        }
        (main[c] as Float32Array)[i] = sum;
      }
    }
  }
}
