/** Audio files for pages: those of the command line's tests, and WAVs of known samples. */

import { existsSync, readFileSync } from "node:fs";
import { fixturePath, wav } from "../node/cli/support.js";
import { chirp } from "../node/fixtures/signals.mjs";

/** What a WAV was made of, rounded to what it can hold. */
export interface MadeWav {
  readonly bytes: Buffer;
  readonly sampleRate: number;
  readonly channels: readonly Float32Array[];
}

const stereo = [chirp(0), chirp(1)].map((channel) => channel.slice(0, 8000));
const rounded = (bits: number, channels = stereo) =>
  channels.map((samples) =>
    // (Plus 0, which makes one of the two zeros that there are.)
    samples.map((sample) => Math.round(sample * 2 ** (bits - 1)) / 2 ** (bits - 1) + 0),
  );

function made(sampleRate: number, bits: 8 | 16 | 24, more: object = {}): MadeWav {
  const channels = rounded(bits);
  return { bytes: wav(channels, { sampleRate, bits, ...more }), sampleRate, channels };
}

/** Beyond full scale, which must not be cut off. */
const loud = stereo.map((samples) => samples.map((sample) => 3 * sample));
const bw64 = made(48000, 24, { rf64: true });
bw64.bytes.write("BW64");

export const madeWavs: Readonly<Record<string, MadeWav>> = {
  "rf64.wav": made(44100, 16, { rf64: true }),
  "bw64.wav": bw64,
  "rate8000.wav": made(8000, 8),
  "rate192000.wav": made(192000, 24, { extensible: true }),
  "float.wav": {
    bytes: wav(loud, { bits: 32, float: true }),
    sampleRate: 44100,
    channels: loud,
  },
};

const cutOff = made(44100, 16).bytes.subarray(0, 44 + 4 * 5000 + 2);
/** The head of an ASF file, and nothing that any decoder could use. */
const wma = Buffer.concat([
  Buffer.from("3026b2758e66cf11a6d900aa0062ce6c", "hex"),
  Buffer.alloc(2000, 7),
]);
const flac = readFileSync(fixturePath("stereo.flac"));

const others: Readonly<Record<string, Uint8Array>> = {
  "cut_off.wav": cutOff,
  "song.wma": wma,
  "notes.txt": Buffer.from("This is no audio. ".repeat(100)),
  "empty.wav": wav([[], []]),
  // A minute of it, in joined files.
  "minute.flac": Buffer.concat(Array.from({ length: 120 }, () => flac)),
};

/** The bytes of one of them, or of a fixture; undefined where there is none of this name. */
export function recording(name: string): Uint8Array | undefined {
  const known = madeWavs[name]?.bytes ?? others[name];
  if (known) return known;
  const path = [fixturePath(name), fixturePath(`odd/${name}`)].find(existsSync);
  return path === undefined ? undefined : readFileSync(path);
}
