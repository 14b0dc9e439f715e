/** Mixes with known stems, read from the folder that make_mixes.py writes, and the bundled song. */

import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { openAudioFile } from "../../../js/cli/read/open_audio_file.js";
import { Failure } from "../../../scripts/lib/failure.mjs";
import { inRoot } from "../../../scripts/lib/paths.mjs";
import { type Audio, isSilent } from "./scoring.js";

export interface Mix {
  readonly name: string;
  readonly kind: string;
  readonly sampleRate: number;
  readonly mixture: Audio;
  /** The true stems; undefined where nobody sings. */
  readonly truth: Readonly<Record<"vocals" | "accompaniment", Audio>> | undefined;
}

/** What a manifest.json says of a mix, as far as it is needed here. */
interface Entry {
  readonly name: string;
  readonly kind: string;
  /** Stems that lie as files beside mixture.flac. */
  readonly stored: readonly string[];
}

export const madeMixes = inRoot("build/quality/mixes");

/** @param path a folder with manifest.json and for each mix a folder with mixture.flac and stems */
export async function readMixes(path: string): Promise<Mix[]> {
  // npm runs scripts in the root folder; names are meant where the person stands.
  const folder = resolve(process.env.INIT_CWD ?? process.cwd(), path);
  const manifest = join(folder, "manifest.json");
  if (!existsSync(manifest)) {
    throw new Failure(
      `${manifest} is missing`,
      "tests/bench/quality/README.md says what a folder of mixes holds",
    );
  }
  const entries = JSON.parse(readFileSync(manifest, "utf8")) as Entry[];
  return Promise.all(entries.map((entry) => readMix(folder, entry)));
}

/** The project's own sample song, whose stems lie in the repository. */
export async function readSample(): Promise<Mix> {
  const [mixture, vocals, accompaniment] = await Promise.all(
    ["song", "vocals", "accompaniment"].map((name) => readAudio(inRoot(`sample/${name}.ogg`))),
  );
  if (!mixture || !vocals || !accompaniment) throw new Error("three files give three recordings");
  return {
    name: "sample song",
    kind: "pop: a synthetic lead with doubles over a synthetic band",
    sampleRate: mixture.sampleRate,
    mixture: mixture.audio,
    truth: { vocals: vocals.audio, accompaniment: accompaniment.audio },
  };
}

async function readMix(folder: string, { name, kind, stored }: Entry): Promise<Mix> {
  const { audio: mixture, sampleRate } = await readAudio(join(folder, name, "mixture.flac"));
  const mix = { name, kind, sampleRate, mixture };
  if (!stored.includes("vocals")) return { ...mix, truth: undefined };
  const { audio: vocals } = await readAudio(join(folder, name, "vocals.flac"));
  if (isSilent(vocals)) return { ...mix, truth: undefined };
  const accompaniment = mixture.map((samples, c) =>
    samples.map((sample, i) => sample - (vocals[c]?.[i] ?? Number.NaN)),
  );
  return { ...mix, truth: { vocals, accompaniment } };
}

/** A recording by the readers of the command line, whole. */
export async function readAudio(path: string): Promise<{ audio: Audio; sampleRate: number }> {
  const source = await openAudioFile(path);
  try {
    const blocks: (readonly Float32Array[])[] = [];
    // Decoders may use a block's memory again.
    for await (const block of source.blocks) blocks.push(block.map((samples) => samples.slice()));
    const frames = blocks.reduce((sum, block) => sum + (block[0]?.length ?? 0), 0);
    const audio = Array.from({ length: source.channelCount }, () => new Float32Array(frames));
    let at = 0;
    for (const block of blocks) {
      block.forEach((samples, c) => {
        audio[c]?.set(samples, at);
      });
      at += block[0]?.length ?? 0;
    }
    return { audio, sampleRate: source.sampleRate };
  } finally {
    await source.close();
  }
}
