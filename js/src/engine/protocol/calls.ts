/**
 * What the page and the Worker say to each other.
 *
 * Every request gets exactly one reply, in the order of the requests: a result, or a failure as a
 * plain object (errors lose their class on the way). A Worker has one task, compiled once, and any
 * number of streams of it, which the page calls by number.
 */

import type { EngineSize, Progress, Variant } from "../../base/types.js";
import type { PlaybackOptions } from "../../live/playback/messages.js";
import type { RingEnd } from "../../live/ring/types.js";
import type { ModelRequest } from "../../models/types.js";
import type { Failure } from "./failure.js";
import type { Items, Output } from "./items.js";

/** What can be asked of a Worker, and what it answers. */
export interface Calls {
  /** Fetches and compiles the Wasm: the small engine, and later the whole one if a model needs it. */
  start: {
    request: {
      variant: Variant;
      wasmUrls: Readonly<Record<EngineSize, string>>;
      maxMemoryBytes: number;
    };
    result: null;
  };
  /** Gets a model file and hands it over; tells of its progress. Needs no `start`. */
  fetch: { request: ModelRequest; result: { bytes: Uint8Array<ArrayBuffer> } };
  inspect: { request: null; result: { wasmMemoryBytes: number } };
  /** Gets a model file, checks it and keeps it; tells of its progress. Or a task without a model. */
  load: { request: LoadRequest | { task: string }; result: LoadedModel };
  /** Compiles what was loaded. Only a live task opens live streams, and no others. */
  compile: { request: { live: boolean }; result: null };
  /** Says where the chunks of a song lie. */
  chunks: {
    request: StreamRequest & { frameCount: number };
    result: { chunks: ChunkBounds[] };
  };
  open: { request: StreamRequest; result: OpenedStream };
  /** The next frames; computes what they complete. Says how much of each output can be pulled. */
  push: {
    request: { stream: number; channels: Float32Array<ArrayBuffer>[] };
    result: { available: number[] };
  };
  /** Takes up to `maxItems` of what each output has ready. */
  pull: { request: { stream: number; maxItems: number }; result: { items: Items[] } };
  /** The audio has ended: computes the rest. */
  finish: { request: { stream: number }; result: { available: number[] } };
  /** Drops a stream, finished or not. Harmless when it is gone. */
  end: { request: { stream: number }; result: null };
  /** From now on the stream takes by itself what comes in through a ring. */
  relay: { request: RelayRequest; result: null };
  /** Becomes the Worker that keeps a player's song. Needs no `start`. */
  play: { request: PlaybackOptions; result: null };
}

export interface LoadRequest extends ModelRequest {
  /** Whether the reply is to have the file's bytes, too. */
  readonly keep: boolean;
}

/** The documents of a model file, as JSON text. */
export interface ModelDocuments {
  /** Of a task without a model: its name only. */
  task: string;
  card: string;
}

export interface LoadedModel extends ModelDocuments {
  /** A Blob's bytes are shared among workers, not copied. */
  bytes: Blob | undefined;
}

export interface StreamFormat {
  readonly sampleRate: number;
  readonly channelCount: number;
}

/** Options of a task's stream: its header in core/include/divisi says which. They cross as JSON. */
export type TaskOptions = Readonly<Record<string, unknown>>;

export interface StreamRequest {
  readonly format: StreamFormat;
  readonly options: TaskOptions;
}

/** When results come, in frames of the input (core/include/divisi/stream.h). */
export interface StreamTiming {
  /** Before the first item; of a live stream from a frame's going in to its coming out, always. */
  readonly latency: number;
  /** About so many lie between two runs of the networks; 0: a push never takes long. */
  readonly runInterval: number;
  /** How far the result of a run reaches beyond the frames that completed it, at most. */
  readonly reach: number;
}

export interface OpenedStream {
  /** Its number. */
  readonly stream: number;
  readonly outputs: readonly Output[];
  readonly timing: StreamTiming;
}

/** Where a chunk lies, in frames of the song at its own rate (core/include/divisi/task.h). */
export interface ChunkBounds {
  /** The frames of the stems that become ready when the chunk has been computed. */
  readonly outputBegin: number;
  readonly outputEnd: number;
  /**
   * A run that starts with this chunk is pushed the song from `inputBegin` on; this chunk is ready
   * when all before `inputEnd` has been pushed, and where that is the song's end, after `finish`.
   */
  readonly inputBegin: number;
  readonly inputEnd: number;
}

/** Everything but audio goes to `port`, as RelayMessage. */
export interface RelayRequest {
  readonly stream: number;
  readonly input: RingEnd;
  /** Takes a live stream's audio: [output][channel] one after the other. */
  readonly output?: RingEnd;
  readonly port: MessagePort;
  /** Frames for which a live stream may be behind; 0: it is not live and cannot skip. */
  readonly headroomFrames: number;
}

export type CallType = keyof Calls;
export type Result<T extends CallType> = Calls[T]["result"];

/** One discriminated union: `type` says what `payload` is. */
export type Request = {
  [T in CallType]: { id: number; type: T; payload: Calls[T]["request"] };
}[CallType];

/** Any number of these may come before a request's reply. */
export interface Notice {
  id: number;
  progress: Progress;
}

export type Reply =
  | { id: number; ok: true; result: Result<CallType> }
  | { id: number; ok: false; failure: Failure };
