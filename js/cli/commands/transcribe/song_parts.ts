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

/** What makes parts of stems: a separator, and a transcriber for each stem. */
export class SongParts {
  readonly stems: readonly string[];
  readonly #separator: Separator;
  readonly #transcribers: readonly StemTranscriber[];

  static async open({ model, stems }: TranscribeArguments, terminal: Terminal): Promise<SongParts> {
    const name = stems?.separator ?? defaultModel("separation");
    const separator = await openModel(name, "separation", terminal, (how) => Separator.create(how));
    const transcribers: StemTranscriber[] = [];
    try {
      for (const stem of separator.stems) transcribers.push(await open(stem, model, terminal));
    } catch (error) {
      for (const one of [separator, ...transcribers]) one.close();
      throw error;
    }
    return new SongParts(separator, transcribers);
  }

  private constructor(separator: Separator, transcribers: readonly StemTranscriber[]) {
    this.#separator = separator;
    this.stems = separator.stems;
    this.#transcribers = transcribers;
  }

  /** Separates and transcribes in one pass, whatever the song's length. */
  async transcribe(
    song: AudioStream,
    options: NoteOptions,
    { signal, onProgress }: RunOptions,
  ): Promise<ScorePart[]> {
    const { stems } = this;
    // One that fails ends the others.
    const ending = new AbortController();
    const onAbort = () => ending.abort(signal.reason);
    signal.addEventListener("abort", onAbort);
    const blocks = this.#separator.stream(song, { stems, signal: ending.signal, onProgress });
    const streams = fanOut<StemBlock>(blocks, stems.length);
    try {
      return await Promise.all(
        this.#transcribers.map(async (transcriber, index) => {
          const name = stems[index] ?? "";
          const { sampleRate, channelCount } = song;
          const stem = { sampleRate, channelCount, blocks: pick(streams[index], name) };
          return transcriber.part(name, stem, options, ending.signal);
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
  stem: string,
  model: string | undefined,
  terminal: Terminal,
): Promise<StemTranscriber> {
  if (ofDrums.includes(stem)) {
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
  const range = ofOneVoice[stem];
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
