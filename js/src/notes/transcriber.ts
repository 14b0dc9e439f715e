/// <reference lib="esnext.disposable" preserve="true" />
import type { AudioInput, AudioStream } from "../audio/types.js";
import { checkOptions } from "../base/options.js";
import { readTask, type Task } from "../engine/pool/loaded_worker.js";
import type { EngineInfo } from "../engine/pool/types.js";
import { WorkerPool } from "../engine/pool/worker_pool.js";
import { openInput } from "../input/open_input.js";
import { NoteCollector } from "./note_collector.js";
import { noteOptions } from "./options.js";
import type { Note, TranscribeOptions, TranscriberOptions, TranscriptionResult } from "./types.js";

/** So many are copied at once: some seconds of music, bends and all. */
const maxItems = 4096;

const notesTask: Task<unknown> = {
  name: "transcriber",
  read: ({ task }) => readTask<{ task: "notes" }>(task, "notes"),
};

/**
 * Writes down the notes of a song, of any instruments at once, in a Worker of its own.
 *
 * ```ts
 * const transcriber = await Transcriber.create({ modelBase: "/models/" });
 * const { notes } = await transcriber.transcribe(audioBuffer);
 * for (const { startSeconds, pitch } of notes) plot(startSeconds, pitch);
 * const midi = new Blob([noteFile(notes, "midi")], { type: "audio/midi" });
 * transcriber.close();
 * ```
 */
export class Transcriber {
  readonly #pool: WorkerPool<unknown>;

  /** Starts a Worker and loads the model into it; by default `basic-pitch`. */
  static async create(options: TranscriberOptions = {}): Promise<Transcriber> {
    checkOptions(options);
    const { model = "basic-pitch", ...rest } = options;
    return new Transcriber(await WorkerPool.create(notesTask, { ...rest, model }));
  }

  private constructor(pool: WorkerPool<unknown>) {
    this.#pool = pool;
  }

  /**
   * The notes of a whole song, a stream of any length or a file (`docs/files.md`): memory grows by the notes only. Several
   * calls at once take turns.
   *
   * Rejects with a DivisiError, or with the signal's reason as soon as it is aborted.
   */
  async transcribe(
    audio: AudioInput | AudioStream | Blob,
    options: TranscribeOptions = {},
  ): Promise<TranscriptionResult> {
    const notes: Note[] = [];
    for await (const note of this.stream(audio, options)) notes.push(note);
    notes.sort((a, b) => a.startSeconds - b.startSeconds || a.pitch - b.pitch);
    return { notes };
  }

  /**
   * Yields notes as they end, some 7 s behind what is read, about in the order of their ends. (In
   * mode "reference" all of them come at the end of the song.) The audio is read as fast as notes are
   * taken, and memory does not grow with its length. Several streams at once take turns: end one (by
   * `break` or its signal) before waiting for another.
   */
  async *stream(
    audio: AudioInput | AudioStream | Blob,
    options: TranscribeOptions = {},
  ): AsyncGenerator<Note, void, void> {
    checkOptions(options);
    const { signal, onProgress } = options;
    const how = { options: noteOptions(options), maxItems, signal, onProgress };
    const input = await openInput(audio, { signal, wasmBase: this.#pool.wasmBase });
    try {
      this.#pool.checkOpen();
      signal?.throwIfAborted();
      const collector = new NoteCollector();
      for await (const batch of this.#pool.stream(input, how)) yield* collector.add(batch);
    } finally {
      await input.close();
    }
  }

  /** What the engine runs on and how much memory it takes. */
  async inspect(): Promise<EngineInfo> {
    return this.#pool.inspect();
  }

  /** Ends the Worker and frees its memory. What is under way rejects with `closed`. */
  close(): void {
    this.#pool.close();
  }

  /** For `using transcriber = …`. (Where there is no Symbol.dispose this is just never called.) */
  [Symbol.dispose](): void {
    this.close();
  }
}
