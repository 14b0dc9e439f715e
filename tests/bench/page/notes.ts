/** Writes down the notes of a song in a page, by one of several. */

import type { LoadTranscriber, NoteTranscriber, Song } from "../notes/transcriber.js";
import { memorySizes, watchMemories } from "./memory.js";

watchMemories();

const sampleRate = 22050;
let song: Song | undefined;
let transcriber: NoteTranscriber | undefined;

const notes = {
  /** Makes the song: the bundled one over and over. */
  async prepare(seconds: number): Promise<void> {
    const file = await (await fetch("/sample/song.ogg")).arrayBuffer();
    const context = new OfflineAudioContext(1, 1, sampleRate);
    const once = (await context.decodeAudioData(file)).getChannelData(0);
    const samples = Float32Array.from({ length: seconds * sampleRate }, (_, i) => {
      return once[i % once.length] as number;
    });
    song = { sampleRate, samples };
  },

  async load(who: string, model: string, mode: "default" | "reference"): Promise<void> {
    const { load }: { load: LoadTranscriber } = await import(`/notes/${who}.js`);
    transcriber = await load(model, mode);
  },

  async transcribe(): Promise<{ milliseconds: number; count: number | undefined }> {
    if (!transcriber || !song) throw new Error("nothing is loaded");
    const start = performance.now();
    const count = await transcriber.transcribe(song);
    return { milliseconds: performance.now() - start, count };
  },

  /** Bytes of the largest Wasm memory. */
  async memory(): Promise<number> {
    return (await transcriber?.memory?.()) ?? Math.max(0, ...memorySizes());
  },
};

export type Notes = typeof notes;

Object.assign(globalThis, { notes });
