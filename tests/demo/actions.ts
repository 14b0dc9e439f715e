/**
 * What a person does with the page, in any browser that can run a function in it: nothing here needs
 * Playwright, only `evaluate`.
 */

import type { DrivenPage } from "../support/driven_page.js";
import { samplePath } from "./site.js";

export type PageLike = Pick<DrivenPage, "evaluate">;

/** Drops a file onto the page. */
export function dropFile(page: PageLike, name: string, bytes: Uint8Array): Promise<void> {
  return page.evaluate(
    ({ name, base64 }) => {
      const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([bytes], name));
      for (const type of ["dragenter", "dragover", "drop"]) {
        document.body.dispatchEvent(
          new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }),
        );
      }
    },
    { name, base64: Buffer.from(bytes).toString("base64") },
  );
}

export interface DroppedSong {
  /** With its ending. */
  readonly name: string;
  /** How often the bundled sample of 30 s is heard in it. Default 1. */
  readonly times?: number;
}

/** Drops a WAV file, made of the bundled sample, onto the page. */
export function dropSong(page: PageLike, song: DroppedSong): Promise<void> {
  return page.evaluate(
    async ({ name, times, sample }) => {
      const context = new OfflineAudioContext(2, 1, 44100);
      const found = await fetch(new URL(sample, document.baseURI));
      const audio = await context.decodeAudioData(await found.arrayBuffer());
      const frames = audio.length * times;
      const bytes = new DataView(new ArrayBuffer(44 + frames * 4));
      const text = (at: number, letters: string) => {
        for (let index = 0; index < letters.length; index++)
          bytes.setUint8(at + index, letters.charCodeAt(index));
      };
      text(0, "RIFF");
      bytes.setUint32(4, 36 + frames * 4, true);
      text(8, "WAVEfmt ");
      bytes.setUint32(16, 16, true);
      bytes.setUint16(20, 1, true);
      bytes.setUint16(22, 2, true);
      bytes.setUint32(24, 44100, true);
      bytes.setUint32(28, 44100 * 4, true);
      bytes.setUint16(32, 4, true);
      bytes.setUint16(34, 16, true);
      text(36, "data");
      bytes.setUint32(40, frames * 4, true);
      const channels = [audio.getChannelData(0), audio.getChannelData(1)] as const;
      for (let frame = 0; frame < frames; frame++) {
        for (const channel of [0, 1] as const) {
          const value = channels[channel][frame % audio.length] as number;
          const level = Math.max(-1, Math.min(1, value)) * 32767;
          bytes.setInt16(44 + frame * 4 + channel * 2, level, true);
        }
      }
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([bytes.buffer], name, { type: "audio/wav" }));
      const target = document.body;
      for (const type of ["dragenter", "dragover", "drop"]) {
        target.dispatchEvent(
          new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }),
        );
      }
    },
    { name: song.name, times: song.times ?? 1, sample: samplePath() },
  );
}

/** Presses the first button of this name, as assistive technology reads it. */
export function press(page: PageLike, name: string): Promise<void> {
  return page.evaluate((wanted) => {
    const buttons = [...document.querySelectorAll("button")];
    const nameOf = (button: Element) =>
      button.getAttribute("aria-label") ?? button.textContent?.trim();
    const button = buttons.find((candidate) => nameOf(candidate) === wanted);
    if (!button) throw new Error(`no button ${wanted} in ${buttons.map(nameOf).join(", ")}`);
    button.click();
  }, name);
}

/** What the page shows of a song in its list: its stage, and how far it is in per cent. */
export interface SongState {
  readonly stage: string;
  readonly percent: number;
  readonly text: string;
}

export function songState(page: PageLike, name: string): Promise<SongState | null> {
  return page.evaluate((wanted) => {
    const items = [...document.querySelectorAll<HTMLElement>(".song-item")];
    const item = items.find((one) => one.querySelector(".song-name")?.textContent === wanted);
    if (!item) return null;
    return {
      stage: item.dataset.stage ?? "",
      percent: 100 * (item.querySelector("progress")?.value ?? 0),
      text: item.textContent ?? "",
    };
  }, name);
}

/** Where the playhead is, in seconds. */
export function position(page: PageLike): Promise<number> {
  return page.evaluate(() => {
    const [minutes, seconds] = (document.querySelector(".time-now")?.textContent ?? "").split(":");
    return Number(minutes) * 60 + Number(seconds);
  });
}

/** Asks until the answer is not false; what it then is. */
export async function until<Answer>(
  ask: () => Promise<Answer | false | null | undefined>,
  what: string,
  seconds = 60,
): Promise<Answer> {
  const end = performance.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (answer !== false && answer !== null && answer !== undefined) return answer;
    if (performance.now() > end) throw new Error(`${what}: not within ${seconds} s`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Waits until a song is in a stage. */
export async function reach(
  page: PageLike,
  name: string,
  stage: string,
  seconds = 60,
): Promise<void> {
  await until(
    async () => {
      const state = await songState(page, name);
      if (state?.stage === "failed" && stage !== "failed") throw new Error(state.text);
      return state?.stage === stage;
    },
    `${name} is ${stage}`,
    seconds,
  );
}

declare global {
  /** Of the song, in per cent, by watchFirstStems(). */
  var firstShown: number | undefined;
  /** The level (RMS) of the last 0.7 s that the page has played. */
  var playedLevel: () => number;
}

/** Run in the page: notes how much of the song the first stems are that are drawn (`firstShown`). */
export function watchFirstStems(): void {
  globalThis.firstShown = undefined;
  new MutationObserver(() => {
    const label = document
      .querySelector('[data-lane="drums"] .waveform')
      ?.getAttribute("aria-label");
    const percent = /(\d+) % of the song is computed/.exec(label ?? "")?.[1];
    if (percent !== undefined) globalThis.firstShown ??= Number(percent);
  }).observe(document.body, { subtree: true, childList: true, attributes: true });
}

/** Run in the page before anything plays: hears what goes to the loudspeakers, beside them. */
export function listen(): void {
  const analysers = new Map<AudioNode, AnalyserNode>();
  const connect = AudioNode.prototype.connect as (...args: unknown[]) => AudioNode;
  AudioNode.prototype.connect = function (this: AudioNode, ...args: unknown[]) {
    const [target] = args;
    if (target instanceof AudioDestinationNode && target.context instanceof AudioContext) {
      const analyser = new AnalyserNode(target.context, { fftSize: 32768 });
      connect.call(this, analyser);
      analysers.set(this, analyser);
    }
    return connect.apply(this, args);
  } as typeof AudioNode.prototype.connect;
  globalThis.playedLevel = () => {
    const [analyser] = [...analysers.values()].slice(-1);
    if (!analyser) return 0;
    const samples = new Float32Array(analyser.fftSize);
    analyser.getFloatTimeDomainData(samples);
    return Math.sqrt(samples.reduce((sum, value) => sum + value * value, 0) / samples.length);
  };
}

declare global {
  /** How many samples of stems the page's Workers have given it. */
  var computedSamples: number;
}

/**
 * Run in the page before any song is added: counts the audio that comes from Workers, whatever they
 * call it. (Tags come as arrays that are far shorter.)
 */
export function countComputed(): void {
  globalThis.computedSamples = 0;
  const leastSamples = 4096;
  const samplesIn = (value: unknown, depth = 0): number => {
    if (value instanceof Float32Array) return value.length < leastSamples ? 0 : value.length;
    if (typeof value !== "object" || value === null || depth > 6) return 0;
    return Object.values(value).reduce((sum, part) => sum + samplesIn(part, depth + 1), 0);
  };
  const Native = Worker;
  globalThis.Worker = class extends Native {
    constructor(url: string | URL, options?: WorkerOptions) {
      super(url, options);
      this.addEventListener("message", ({ data }) => {
        globalThis.computedSamples += samplesIn(data);
      });
    }
  };
}
