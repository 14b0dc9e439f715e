/**
 * What the page plays, recorded in the page: the song and the metronome's clicks side by side, so that
 * a test can say where in the song each click was heard.
 */

import type { PageLike } from "./actions.js";
import { samplePath } from "./site.js";

declare global {
  /** Blocks of what was played since the page was opened: the song, the clicks. */
  var played: { readonly song: Float32Array; readonly clicks: Float32Array }[];
}

/** Run in the page before anything plays. */
export function recordPlayed(): void {
  globalThis.played = [];
  const mergers = new WeakMap<BaseAudioContext, ChannelMergerNode>();
  const connect = AudioNode.prototype.connect as (...args: unknown[]) => AudioNode;
  const open = (context: BaseAudioContext) => {
    const merger = new ChannelMergerNode(context, { numberOfInputs: 2 });
    // No AudioWorklet: the page's policy takes no script from here.
    const script = context.createScriptProcessor(16384, 2, 1);
    script.onaudioprocess = ({ inputBuffer }) => {
      const [song, clicks] = [0, 1].map((channel) => inputBuffer.getChannelData(channel).slice());
      if (song && clicks) globalThis.played.push({ song, clicks });
    };
    connect.call(merger, script);
    connect.call(script, context.destination);
    mergers.set(context, merger);
    return merger;
  };
  AudioNode.prototype.connect = function (this: AudioNode, ...args: unknown[]) {
    const [target] = args;
    const { context } = this;
    if (target === context.destination && context instanceof AudioContext) {
      const merger = mergers.get(context) ?? open(context);
      connect.call(this, merger, 0, this instanceof AudioWorkletNode ? 0 : 1);
    }
    return connect.apply(this, args);
  } as typeof AudioNode.prototype.connect;
}

export interface HeardClick {
  /** In seconds of the recording. */
  readonly at: number;
  /** Whether it has the higher pitch. */
  readonly accented: boolean;
  /** Where the song was then, in seconds; undefined where it was not heard. */
  readonly songTime: number | undefined;
}

export interface Heard {
  readonly clicks: readonly HeardClick[];
  /** Where the song is first heard, in seconds of the recording. */
  readonly songStart: number | undefined;
}

/** Takes the recording, and finds the clicks in it and the places of the bundled sample's sound. */
export function takeHeard(page: PageLike): Promise<Heard> {
  return page.evaluate(async (sample) => {
    const rate = 44100;
    const decoder = new OfflineAudioContext(2, 1, rate);
    const response = await fetch(new URL(sample, document.baseURI));
    const audio = await decoder.decodeAudioData(await response.arrayBuffer());
    const [left, right] = [audio.getChannelData(0), audio.getChannelData(1)];
    const truth = left.map((value, frame) => (value + (right[frame] ?? 0)) / 2);
    const all = globalThis.played.splice(0);
    const joined = (name: "song" | "clicks") => {
      const samples = new Float32Array(all.length * 16384);
      for (const [index, block] of all.entries()) samples.set(block[name], index * 16384);
      return samples;
    };
    const [song, clicks] = [joined("song"), joined("clicks")];

    /** The frame of the sample that was heard at a frame of the recording, by what followed. */
    const span = 2048;
    const placeOf = (from: number): number | undefined => {
      const heard = song.subarray(from, from + span);
      const energy = heard.reduce((sum, value) => sum + value * value, 0);
      if (energy < 1e-3) return undefined;
      // What differs by less than -20 dB is the same: the stems' sum is the song, rounded.
      let [least, place] = [energy / 100, -1];
      for (let lag = 0; lag + span <= truth.length; lag++) {
        let difference = 0;
        for (let frame = 0; frame < span && difference < least; frame++) {
          difference += ((heard[frame] ?? 0) - (truth[lag + frame] ?? 0)) ** 2;
        }
        if (difference < least) [least, place] = [difference, lag];
      }
      return place < 0 ? undefined : place;
    };

    const found: HeardClick[] = [];
    const clickFrames = 0.06 * rate;
    for (let frame = 0; frame < clicks.length; frame++) {
      if (Math.abs(clicks[frame] ?? 0) < 0.1) continue;
      const sound = clicks.subarray(frame, frame + 1000);
      const periods = sound.filter((value, at) => value > 0 && (sound[at + 1] ?? 0) <= 0).length;
      // Where the song jumps right after a click, what was before it says the same.
      const before = placeOf(frame - span);
      const place = placeOf(frame) ?? (before === undefined ? undefined : before + span);
      found.push({
        at: frame / rate,
        accented: (periods * rate) / 1000 > 1450,
        songTime: place === undefined ? undefined : place / rate,
      });
      frame += clickFrames;
    }
    // Fades are over after a hundredth of a second; the sample begins with its first frame.
    const first = song.findIndex((value) => Math.abs(value) > 1e-3);
    const settled = first + 1000;
    const place = first < 0 ? undefined : placeOf(settled);
    const songStart = place === undefined ? undefined : (settled - place) / rate;
    return { clicks: found, songStart };
  }, samplePath());
}

/**
 * Takes the recording, and says where notes begin in it, in its seconds: in the song, and in what is
 * played beside it. They have to be apart from each other by a gap.
 */
export function takeOnsets(
  page: PageLike,
): Promise<{ readonly song: readonly number[]; readonly beside: readonly number[] }> {
  return page.evaluate(() => {
    const rate = 44100;
    const step = 128;
    const all = globalThis.played.splice(0);
    const onsets = (name: "song" | "clicks"): number[] => {
      const levels = all.flatMap((block) =>
        Array.from({ length: block[name].length / step }, (_, index) =>
          Math.max(...block[name].subarray(index * step, (index + 1) * step).map(Math.abs)),
        ),
      );
      // A note begins where it is three times as loud as in all of the last 30 ms.
      const before = Math.round((0.03 * rate) / step);
      const found: number[] = [];
      for (const [index, level] of levels.entries()) {
        const earlier = Math.max(...levels.slice(Math.max(0, index - before), index), 0);
        const time = (index * step) / rate;
        if (level < 0.02 || level < 3 * earlier || time - (found.at(-1) ?? -1) < 0.1) continue;
        found.push(time);
      }
      return found;
    };
    return { song: onsets("song"), beside: onsets("clicks") };
  });
}
