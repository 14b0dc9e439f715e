/** Recordings for the page, as WAV files whose samples the test knows. */

import { fileURLToPath } from "node:url";
import { readClip } from "../golden/golden_input.mjs";
import { readAll, wav } from "../node/cli/support.js";

export interface Recording {
  readonly file: { readonly name: string; readonly mimeType: string; readonly buffer: Buffer };
  readonly sampleRate: number;
  /** Exactly what the file decodes to. */
  readonly channels: Float32Array<ArrayBuffer>[];
}

const sampleRate = 44100;

/** Rounds to 16 bits, which every decoder gives back as they are. */
function recording(name: string, channels: readonly Float32Array[]): Recording {
  const rounded = channels.map((samples) =>
    Float32Array.from(samples, (value) => Math.round(value * 32768) / 32768),
  );
  const buffer = wav(rounded, { sampleRate });
  return { file: { name, mimeType: "audio/wav", buffer }, sampleRate, channels: rounded };
}

/** A rock band, 10 s: the clip of the golden tests, four times. */
export function rockBand(name: string, channelCount: 1 | 2): Recording {
  const [left, right] = readClip() as [Float32Array, Float32Array];
  const mono = left.map((value, i) => (value + (right[i] as number)) / 2);
  const repeated = (samples: Float32Array) =>
    Float32Array.from({ length: 4 * samples.length }, (_, i) => samples[i % samples.length] ?? 0);
  return recording(name, (channelCount === 1 ? [mono] : [left, right]).map(repeated));
}

/** Stretches of the bundled sample's own vocals or accompaniment, five seconds each. */
export async function stretches(
  stem: "vocals" | "accompaniment",
  starts: readonly number[],
): Promise<Recording[]> {
  const { channels } = await readAll(
    fileURLToPath(new URL(`../../sample/${stem}.ogg`, import.meta.url)),
  );
  return starts.map((start) =>
    recording(
      `${stem} ${start}.wav`,
      channels.map((samples) => samples.subarray(start * sampleRate, (start + 5) * sampleRate)),
    ),
  );
}

export interface PlayedNote {
  /** As MIDI counts. */
  readonly pitch: number;
  readonly startSeconds: number;
  readonly endSeconds: number;
}

/** A tune of one voice: notes of uneven lengths with gaps, each of eight partials that die away. */
export function playedTune(name: string) {
  const pitches = [60, 64, 67, 72, 69, 65, 62, 67, 71, 74, 72, 67, 64, 60, 62, 65, 69, 67];
  const lengths = [0.4, 0.55, 0.35, 0.7, 0.45];
  let seconds = 0.5;
  const notes: PlayedNote[] = pitches.map((pitch, index) => {
    const startSeconds = seconds;
    const endSeconds = startSeconds + (lengths[index % lengths.length] ?? 0);
    seconds = endSeconds + 0.1;
    return { pitch, startSeconds, endSeconds };
  });
  const samples = new Float32Array(Math.round((seconds + 0.5) * sampleRate));
  for (const { pitch, startSeconds, endSeconds } of notes) {
    const hz = 440 * 2 ** ((pitch - 69) / 12);
    const begin = Math.round(startSeconds * sampleRate);
    for (let frame = begin; frame < endSeconds * sampleRate; frame++) {
      const since = (frame - begin) / sampleRate;
      const left = endSeconds - startSeconds - since;
      const level = 0.25 * Math.min(1, since / 0.005, left / 0.02) * Math.exp(-since);
      for (let partial = 1; partial <= 8; partial++) {
        const wave = Math.sin(2 * Math.PI * hz * partial * since) / partial ** 2;
        samples[frame] = (samples[frame] ?? 0) + level * wave;
      }
    }
  }
  return { ...recording(name, [samples]), notes, seconds: samples.length / sampleRate };
}
