/** The notes and hits of a song's parts: it is separated, and each stem is transcribed by what it is. */

import {
  type AudioStream,
  DrumTranscriber,
  type ScorePart,
  Separator,
  type StemBlock,
  type TranscribeOptions,
  Transcriber,
} from "divisi";
import type { Terminal } from "../../console/terminal.js";
import { defaultModel, openModel } from "../../models/open_model.js";
import type { RunOptions } from "../read_through.js";
import { fanOut } from "./fan_out.js";
import type { TranscribeArguments } from "./transcribe_arguments.js";

/**
 * Nobody sings or plucks chords in these: one voice is followed, in the range of those who sing, from a
 * low bass to a high soprano, or of the instrument. What is heard elsewhere is a misheard octave.
 */
const ofOneVoice: Readonly<Record<string, Pick<TranscribeOptions, "minPitch" | "maxPitch">>> = {
  vocals: { minPitch: 36, maxPitch: 84 },
  bass: { minPitch: 30, maxPitch: 67 },
};
/** What has no pitch: hits are told. */
const ofDrums: readonly string[] = ["drums"];

type NoteOptions = Pick<TranscribeOptions, "sensitivity" | "mode">;

/** What makes a part of a stem. */
interface StemTranscriber {
  part(
    name: string,
    stem: AudioStream,
    options: NoteOptions,
    signal: AbortSignal,
  ): Promise<ScorePart>;
  close(): void;
}

/** What is heard in a stem; of one that is several instruments at once there may be two. */
interface Part {
  readonly name: string;
  readonly stem: string;
}

/** A part for each stem; drums are heard in the accompaniment where they have no stem of their own. */
function partsOf(stems: readonly string[]): Part[] {
  const parts = stems.map((stem) => ({ name: stem, stem }));
  const [accompaniment, ...more] = stems.filter((stem) => stem !== "vocals");
  const isAlone = accompaniment !== undefined && more.length === 0 && stems.length > 1;
  if (isAlone && !ofDrums.includes(accompaniment)) {
    parts.push({ name: "drums", stem: accompaniment });
  }
  return parts;
}

/** What makes parts of stems: a separator, and a transcriber for each part. */
export class SongParts {
  readonly #separator: Separator;
  readonly #parts: readonly Part[];
  readonly #transcribers: readonly StemTranscriber[];

  static async open({ model, stems }: TranscribeArguments, terminal: Terminal): Promise<SongParts> {
    const name = stems?.separator ?? defaultModel("separation");
    const separator = await openModel(name, "separation", terminal, (how) => Separator.create(how));
    const parts = partsOf(separator.stems);
    const transcribers: StemTranscriber[] = [];
    try {
      for (const { name } of parts) transcribers.push(await open(name, model, terminal));
    } catch (error) {
      for (const one of [separator, ...transcribers]) one.close();
      throw error;
    }
    return new SongParts(separator, parts, transcribers);
  }

  private constructor(
    separator: Separator,
    parts: readonly Part[],
    transcribers: readonly StemTranscriber[],
  ) {
    this.#separator = separator;
    this.#parts = parts;
    this.#transcribers = transcribers;
  }

  /** Separates and transcribes in one pass, whatever the song's length. */
  async transcribe(
    song: AudioStream,
    options: NoteOptions,
    { signal, onProgress }: RunOptions,
  ): Promise<ScorePart[]> {
    const { stems } = this.#separator;
    // One that fails ends the others.
    const ending = new AbortController();
    const onAbort = () => ending.abort(signal.reason);
    signal.addEventListener("abort", onAbort);
    const blocks = this.#separator.stream(song, { stems, signal: ending.signal, onProgress });
    const streams = fanOut<StemBlock>(blocks, this.#parts.length);
    try {
      return await Promise.all(
        this.#transcribers.map(async (transcriber, index) => {
          const { name = "", stem = "" } = this.#parts[index] ?? {};
          const { sampleRate, channelCount } = song;
          const audio = { sampleRate, channelCount, blocks: pick(streams[index], stem) };
          return transcriber.part(name, audio, options, ending.signal);
        }),
      );
    } catch (error) {
      ending.abort(error);
      throw error;
    } finally {
      signal.removeEventListener("abort", onAbort);
    }
  }

  close(): void {
    for (const one of [this.#separator, ...this.#transcribers]) one.close();
  }
}

/** @param model for notes; undefined: the catalogue's default */
async function open(
  part: string,
  model: string | undefined,
  terminal: Terminal,
): Promise<StemTranscriber> {
  if (ofDrums.includes(part)) {
    const drums = await openModel(defaultModel("drums"), "drums", terminal, (how) =>
      DrumTranscriber.create(how),
    );
    return {
      // Neither the sensitivity nor the mode of notes is meant for drums.
      part: async (name, audio, _, signal) => ({
        name,
        hits: (await drums.transcribe(audio, { signal })).hits,
      }),
      close: () => drums.close(),
    };
  }
  const range = ofOneVoice[part];
  const task = range ? "melody" : "notes";
  const name = (range ? undefined : model) ?? defaultModel(task);
  const notes = await openModel(name, task, terminal, (how) => Transcriber.create(how));
  return {
    part: async (name, audio, options, signal) => ({
      name,
      // The model for one voice has none of the others' options.
      notes: (await notes.transcribe(audio, { ...(range ?? options), signal })).notes,
    }),
    close: () => notes.close(),
  };
}

async function* pick(blocks: AsyncGenerator<StemBlock> | undefined, stem: string) {
  for await (const { stems } of blocks ?? []) yield [...(stems[stem] ?? [])];
}
