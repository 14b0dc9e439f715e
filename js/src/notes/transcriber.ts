/// <reference lib="esnext.disposable" preserve="true" />
import type { AudioInput, AudioStream } from "../audio/types.js";
import { checkOptions } from "../base/options.js";
import { readTask, type Task } from "../engine/pool/loaded_worker.js";
import type { EngineInfo } from "../engine/pool/types.js";
import { type Batch, WorkerPool } from "../engine/pool/worker_pool.js";
import { streamInput } from "../input/stream_input.js";
import { pitchRowSeconds } from "./melody_task.js";
import { NoteCollector } from "./note_collector.js";
import { noteOptions } from "./options.js";
import { PitchCollector } from "./pitch_collector.js";
import type { Note, TranscribeOptions, TranscriberOptions, TranscriptionResult } from "./types.js";

/** So many are copied at once: some seconds of music, bends and all. */
const maxItems = 4096;

/** What is read in a model: the seconds from frame to frame of a melody, undefined of other notes. */
interface Facts {
  readonly frameSeconds: number | undefined;
}

const notesTask: Task<Facts> = {
  name: "transcriber",
  read: ({ task }) => {
    if ((JSON.parse(task) as { task: string }).task !== "melody") {
      readTask<{ task: "notes" }>(task, "notes");
      return { frameSeconds: undefined };
    }
    return { frameSeconds: pitchRowSeconds(task) };
  },
};

/**
 * Writes down the notes of a song, of any instruments at once, in a Worker of its own; or, with the
 * model `swift-f0`, the notes and the pitch curve of one voice: give it the stem of the vocals or of
 * the bass.
 *
 * ```ts
 * const transcriber = await Transcriber.create({ modelBase: "/models/" });
 * const { notes } = await transcriber.transcribe(audioBuffer);
 * for (const { startSeconds, pitch } of notes) plot(startSeconds, pitch);
 * const midi = new Blob([noteFile(notes, "midi")], { type: "audio/midi" });
 * transcriber.close();
 *
 * const follower = await Transcriber.create({ model: "swift-f0", modelBase: "/models/" });
 * const { pitch } = await follower.transcribe(audioBuffer);
 * if (pitch) console.log(pitch.hz, pitch.confidence);
 * ```
 */
export class Transcriber {
  readonly #pool: WorkerPool<Facts>;

  /** Starts a Worker and loads the model into it; by default `basic-pitch`. */
  static async create(options: TranscriberOptions = {}): Promise<Transcriber> {
    checkOptions(options);
    const { model = "basic-pitch", ...rest } = options;
    return new Transcriber(await WorkerPool.create(notesTask, { ...rest, model }));
  }

  private constructor(pool: WorkerPool<Facts>) {
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
    const collector = new NoteCollector();
    const curve = new PitchCollector();
    for await (const batch of this.#batches(audio, options)) {
      notes.push(...collector.add(batch));
      curve.add(batch);
    }
    notes.sort((a, b) => a.startSeconds - b.startSeconds || a.pitch - b.pitch);
    const { frameSeconds } = this.#pool.facts;
    return { notes, ...(frameSeconds !== undefined && { pitch: curve.curve(frameSeconds) }) };
  }

  /**
   * Yields notes as they end, some 7 s behind what is read, about in the order of their ends. (In
   * mode "reference" all of them come at the end of the song; with `swift-f0`, at the end of their
   * phrase.) The audio is read as fast as notes are
   * taken, and memory does not grow with its length. Several streams at once take turns: end one (by
   * `break` or its signal) before waiting for another.
   */
  async *stream(
    audio: AudioInput | AudioStream | Blob,
    options: TranscribeOptions = {},
  ): AsyncGenerator<Note, void, void> {
    const collector = new NoteCollector();
    for await (const batch of this.#batches(audio, options)) yield* collector.add(batch);
  }

  async *#batches(
    audio: AudioInput | AudioStream | Blob,
    options: TranscribeOptions,
  ): AsyncGenerator<Batch, void, void> {
    checkOptions(options);
    const { signal, onProgress } = options;
    const how = { options: noteOptions(options), maxItems, signal, onProgress };
    yield* streamInput(this.#pool, audio, how);
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
