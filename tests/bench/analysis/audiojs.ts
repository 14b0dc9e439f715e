/** `@audio/beat` and `@audio/mir`, in JavaScript, as their documentation has them used. */

import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { inRoot } from "../../../scripts/lib/paths.mjs";
import type { Listener, Span } from "./answers.js";

interface Beat {
  beatTrack(
    samples: Float32Array,
    options: { fs: number },
  ): { beats: ArrayLike<number>; bpm: number };
}

interface Mir {
  chroma(window: Float32Array, options: { fs: number }): Float64Array;
  key(frames: Float64Array[]): { tonic: number; mode: "major" | "minor" };
  smoothChords(frames: Float64Array[]): { root: number; quality: "maj" | "min" | "N" }[];
  downbeat(
    samples: Float32Array,
    options: { fs: number; beats: number[] },
  ): { downbeats: number[] };
  structure(samples: Float32Array, options: { fs: number }): { boundaries: number[] };
}

const names = ["C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"];
/**
 * Their chroma takes powers of two; a hop of about 0.1 s is usual for chords. Their other kind, by
 * non-negative least squares, takes over a minute a minute of music.
 */
const windowSize = 8192;
const hop = 4096;

const fromBench = createRequire(inRoot("tests/bench/package.json"));
const load = <T>(name: string): Promise<T> =>
  import(pathToFileURL(fromBench.resolve(name)).href) as Promise<T>;

export async function audiojsListener(): Promise<Listener> {
  const { beatTrack } = await load<Beat>("@audio/beat");
  const mir = await load<Mir>("@audio/mir");
  return {
    async listen({ channels, sampleRate: fs }) {
      const samples = monoOf(channels);
      const seconds = samples.length / fs;
      const { beats: found, bpm } = beatTrack(samples, { fs });
      const beats = Array.from(found);
      const downbeats = beats.length > 0 ? mir.downbeat(samples, { fs, beats }).downbeats : [];
      const frames: Float64Array[] = [];
      for (let at = 0; at + windowSize <= samples.length; at += hop) {
        const window = samples.slice(at, at + windowSize);
        frames.push(mir.chroma(window, { fs }));
      }
      const { tonic, mode } = mir.key(frames);
      const chords = mir.smoothChords(frames).map(({ root, quality }, index) => ({
        start: (index * hop) / fs,
        end: ((index + 1) * hop) / fs,
        label: quality === "N" ? "N" : `${names[root]}:${quality}`,
      }));
      const borders = [0, ...mir.structure(samples, { fs }).boundaries, seconds];
      return {
        beats,
        downbeats: Array.from(downbeats),
        tempo: bpm,
        keys: [{ start: 0, end: seconds, label: `${names[tonic]} ${mode}` }],
        chords,
        sections: between(borders),
      };
    },
    close() {},
  };
}

/** It names no repetitions: each section is one of its own. */
const between = (borders: readonly number[]): Span[] =>
  borders
    .slice(1)
    .map((end, index) => ({ start: borders[index] as number, end, label: `${index}` }))
    .filter(({ start, end }) => end > start);

function monoOf(channels: readonly Float32Array[]): Float32Array {
  const sum = new Float32Array(channels[0]?.length ?? 0);
  for (const channel of channels) {
    for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + (channel[i] as number);
  }
  return sum.map((value) => value / channels.length);
}
