/** What tests of the live classes use in their page: recordings, signals, waits. */

import * as divisi from "divisi";
import { tinyModel } from "../suite/tiny_model.js";

export interface Recording {
  /** Frame of the context at which it starts. */
  startFrame: number;
  channels: Float32Array[];
}

export const sleep = (milliseconds: number) =>
  new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

/** Waits until `condition` holds, and complains by name when it does not in time. */
export async function until(what: string, condition: () => boolean, seconds = 30): Promise<void> {
  const end = performance.now() + seconds * 1000;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`waited ${seconds} s in vain: ${what}`);
    await sleep(10);
  }
}

/** Records what an output of `node` plays, as a listener would hear it. */
export async function record(node: AudioNode, output = 0): Promise<() => Recording> {
  const { context } = node;
  await context.audioWorklet.addModule("/live_worklet.js");
  const recorder = new AudioWorkletNode(context, "test-recorder", {
    channelCount: 2,
    channelCountMode: "explicit",
  });
  const blocks: Recording[] = [];
  recorder.port.onmessage = ({ data }: MessageEvent<Recording>) => blocks.push(data);
  node.connect(recorder, output);
  // A recorder that leads nowhere might not be asked for samples.
  recorder.connect(context.destination);
  return () => {
    const startFrame = blocks[0]?.startFrame ?? 0;
    const last = blocks.at(-1);
    const length = last ? last.startFrame + (last.channels[0]?.length ?? 0) - startFrame : 0;
    const channels = [0, 1].map((channel) => {
      const samples = new Float32Array(length);
      for (const block of blocks) {
        samples.set(block.channels[channel] ?? [], block.startFrame - startFrame);
      }
      return samples;
    });
    return { startFrame, channels };
  };
}

/** Plays `channels` from frame `startFrame` of the context on. */
export function playAt(
  context: BaseAudioContext,
  channels: readonly Float32Array<ArrayBuffer>[],
  startFrame: number,
): AudioBufferSourceNode {
  const length = channels[0]?.length ?? 1;
  const { sampleRate } = context;
  const buffer = new AudioBuffer({ length, sampleRate, numberOfChannels: channels.length });
  channels.forEach((samples, channel) => {
    buffer.copyToChannel(samples, channel);
  });
  const source = new AudioBufferSourceNode(context, { buffer });
  source.start(startFrame / sampleRate);
  return source;
}

/** A kick on every fourth beat, a higher thump on the others, ticks on all and in between, from 0 s on. */
export function drumMachine(
  sampleRate: number,
  interval: number,
  seconds: number,
): Float32Array<ArrayBuffer> {
  const samples = new Float32Array(seconds * sampleRate);
  const hit = (at: number, hz: number, amplitude: number, decay: number) => {
    const begin = Math.round(at * sampleRate);
    for (let n = begin; n < Math.min(samples.length, begin + sampleRate / 5); n++) {
      const t = (n - begin) / sampleRate;
      const sweep = hz * (1 + 2 * Math.exp(-60 * t));
      const sample = amplitude * Math.exp(-decay * t) * Math.sin(2 * Math.PI * sweep * t);
      samples[n] = (samples[n] ?? 0) + sample;
    }
  };
  for (let beat = 0; beat * interval < seconds; beat++) {
    const at = beat * interval;
    const down = beat % 4 === 0;
    hit(at, down ? 60 : 220, down ? 0.7 : 0.3, 25);
    hit(at, 6000, 0.1, 80);
    hit(at + interval / 2, 7000, 0.05, 120);
  }
  return samples;
}

/** Keeps the main thread busy. */
export function holdMainThread(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

/** Keeps the main thread busy for 500 ms every 2 s. @returns the function that ends that */
export function blockMainThread(): () => void {
  const timer = setInterval(() => holdMainThread(500), 2000);
  return () => clearInterval(timer);
}

/** Signal-to-noise ratio in dB: 10 log10(sum of want² / sum of (want - got)²). */
export function snrDb(want: Float32Array, got: Float32Array): number {
  let signal = 0;
  let noise = 0;
  want.forEach((w, i) => {
    signal += w * w;
    noise += (w - (got[i] ?? Number.NaN)) ** 2;
  });
  return noise === 0 ? Number.POSITIVE_INFINITY : 10 * Math.log10(signal / noise);
}

const counterSteps = 4096;
const counterScale = 4 * counterSteps;

/** A stereo song whose every frame says which one it is. */
export function counterSong(frameCount: number): Float32Array<ArrayBuffer>[] {
  const left = new Float32Array(frameCount);
  const right = new Float32Array(frameCount);
  for (let i = 0; i < frameCount; i++) {
    left[i] = 0.25 + (i % counterSteps) / counterScale;
    right[i] = 0.25 + Math.floor(i / counterSteps) / counterScale;
  }
  return [left, right];
}

/** Frames of a counter song that were heard one after the other. */
export interface CounterRun {
  /** Frame of the recording. */
  readonly at: number;
  /** Frame of the song. */
  readonly song: number;
  length: number;
}

/**
 * What of a counter song was heard. Frames that are not the song's, as silence or those of fades, are
 * between the runs.
 */
export function countedRuns({ channels: [left, right] }: Recording): CounterRun[] {
  const runs: CounterRun[] = [];
  left?.forEach((l, at) => {
    const low = (l - 0.25) * counterScale;
    const high = ((right?.[at] ?? 0) - 0.25) * counterScale;
    const [roundLow, roundHigh] = [Math.round(low), Math.round(high)];
    // A fifth of a step is 100 times what rounding errors come to.
    const known =
      Math.abs(low - roundLow) < 0.2 && Math.abs(high - roundHigh) < 0.2 && roundHigh >= 0;
    if (!known || roundLow < 0 || roundLow >= counterSteps) return;
    const song = roundHigh * counterSteps + roundLow;
    const last = runs.at(-1);
    if (last && at === last.at + last.length && song === last.song + last.length) last.length += 1;
    else runs.push({ at, song, length: 1 });
  });
  // Frames of a fade may hit upon a number.
  return runs.filter(({ length }) => length > 8);
}

/**
 * What of a counter song was heard, from the first frame up to the end: runs, joined where the song
 * goes on after a gap in time. (A browser may leave a quantum unrendered.)
 */
export function heardStretches(recording: Recording): [begin: number, end: number][] {
  const stretches: [number, number][] = [];
  for (const { song, length } of countedRuns(recording)) {
    const last = stretches.at(-1);
    if (last?.[1] === song) last[1] += length;
    else stretches.push([song, song + length]);
  }
  return stretches;
}

/** The largest difference of one sample from the one before. */
export function largestStep(samples: Float32Array): number {
  let most = 0;
  for (let i = 1; i < samples.length; i++) {
    most = Math.max(most, Math.abs((samples[i] as number) - (samples[i - 1] as number)));
  }
  return most;
}

/** A player of the tiny model, whose chunks are a second and a half. */
export async function tinyPlayer(
  options: Partial<divisi.StemPlayerOptions> = {},
  context: BaseAudioContext = new AudioContext({ sampleRate: 44100 }),
): Promise<divisi.StemPlayer> {
  const model = tinyModel({ chunkFrames: 128 });
  const player = await divisi.StemPlayer.create(context, { model, ...options });
  player.node.connect(context.destination);
  return player;
}

export async function endPlayer(player: divisi.StemPlayer): Promise<void> {
  player.close();
  const { context } = player.node;
  if (context instanceof AudioContext) await context.close();
}

/** A live separator of the tiny model, with Spleeter's windows and a context of its own. */
export async function tinyLive(
  options: Partial<divisi.LiveSeparatorOptions> = {},
  context: BaseAudioContext = new AudioContext({ sampleRate: 44100 }),
): Promise<divisi.LiveSeparator> {
  const live = await divisi.LiveSeparator.create(context, {
    model: tinyModel({ chunkFrames: 512 }),
    latency: 0.5,
    ...options,
  });
  live.node.connect(context.destination);
  return live;
}

export async function endLive(live: divisi.LiveSeparator): Promise<void> {
  live.close();
  const { context } = live.node;
  if (context instanceof AudioContext) await context.close();
}

/** Plays a counter song of so many seconds through it in a busy page, ends it and says what came. */
export async function heardWhileBusy(separator: divisi.LiveSeparator, seconds: number) {
  const context = separator.node.context as AudioContext;
  await context.resume();
  const take = await record(separator.node);
  const start = Math.ceil(context.currentTime * 44100) + 4410;
  playAt(context, counterSong(seconds * 44100), start).connect(separator.node);
  const unblock = blockMainThread();
  const end = start / 44100 + seconds + separator.latency;
  await until("the sound", () => context.currentTime > end + 0.2);
  unblock();
  await sleep(200);
  const recording = take();
  const runs = countedRuns(recording);
  const { underruns, overloaded, latency, load } = separator;
  await endLive(separator);
  /** Frames from the song's first to where that is heard. */
  const at = runs[0] ? recording.startFrame + runs[0].at - start - runs[0].song : -1;
  return { runs, at, underruns, overloaded, latency, load };
}
