/** The notes of a song's parts: it is separated, and each stem is transcribed by what it is. */

import {
  type AudioStream,
  type Note,
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

/** Nobody sings or plucks chords in these: one voice is followed. */
const ofOneVoice: readonly string[] = ["vocals", "bass"];
/** What has no pitch. */
const withoutNotes: readonly string[] = ["drums"];

/** What makes notes of stems: a separator, and a transcriber for each stem that has notes. */
export class SongParts {
  readonly stems: readonly string[];
  readonly #separator: Separator;
  readonly #transcribers: readonly Transcriber[];

  static async open({ model, stems }: TranscribeArguments, terminal: Terminal): Promise<SongParts> {
    const name = stems?.separator ?? defaultModel("separation");
    const separator = await openModel(name, "separation", terminal, (how) => Separator.create(how));
    const wanted = separator.stems.filter((stem) => !withoutNotes.includes(stem));
    const transcribers: Transcriber[] = [];
    try {
      for (const stem of wanted) {
        const task = ofOneVoice.includes(stem) ? "melody" : "notes";
        const notes = (task === "notes" ? model : undefined) ?? defaultModel(task);
        transcribers.push(await openModel(notes, task, terminal, (how) => Transcriber.create(how)));
      }
    } catch (error) {
      for (const one of [separator, ...transcribers]) one.close();
      throw error;
    }
    return new SongParts(separator, wanted, transcribers);
  }

  private constructor(
    separator: Separator,
    stems: readonly string[],
    transcribers: readonly Transcriber[],
  ) {
    this.#separator = separator;
    this.stems = stems;
    this.#transcribers = transcribers;
  }

  /** Separates and transcribes in one pass, whatever the song's length. */
  async transcribe(
    song: AudioStream,
    options: Pick<TranscribeOptions, "sensitivity" | "mode">,
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
        stems.map(async (name, index) => {
          const { sampleRate, channelCount } = song;
          const stem = { sampleRate, channelCount, blocks: pick(streams[index], name) };
          // The model for one voice has no such options.
          const own = ofOneVoice.includes(name) ? {} : options;
          const how = { ...own, signal: ending.signal };
          const { notes } = (await this.#transcribers[index]?.transcribe(stem, how)) ?? noNotes;
          return { name, notes };
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

const noNotes: { readonly notes: readonly Note[] } = { notes: [] };

async function* pick(blocks: AsyncGenerator<StemBlock> | undefined, stem: string) {
  for await (const { stems } of blocks ?? []) yield [...(stems[stem] ?? [])];
}
