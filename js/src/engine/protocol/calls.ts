/**
 * What the page and the Worker say to each other.
 *
 * Every request gets exactly one reply, in the order of the requests: a result, or a failure as a
 * plain object (errors lose their class on the way). One stream is open at a time; the page queues.
 */

import type { Progress, Variant } from "../../base/types.js";
import type { PlaybackOptions } from "../../live/playback/messages.js";
import type { RingEnd } from "../../live/ring/types.js";
import type { ModelRequest } from "../../models/types.js";
import type { Failure } from "./failure.js";
import type { PulledBlock, PulledRows } from "./items.js";

/** What can be asked of a Worker, and what it answers. */
export interface Calls {
  /** Fetches and compiles the Wasm. */
  start: {
    request: { variant: Variant; wasmUrl: string; maxMemoryBytes: number };
    result: null;
  };
  /** Gets a model file and hands it over; tells of its progress. Needs no `start`. */
  fetch: { request: ModelRequest; result: { bytes: Uint8Array<ArrayBuffer> } };
  /** Gets a model file, checks it and keeps it; tells of its progress. */
  load: { request: LoadRequest; result: LoadedModel };
  /** Says where the chunks of a song lie. Needs no stream and leaves an open one alone. */
  cutSong: { request: SongRequest; result: { chunks: ChunkBounds[] } };
  /** Open a stream through the model. */
  openSeparation: { request: SeparationRequest; result: { stems: readonly string[] } };
  openTagging: { request: TaggingRequest; result: TaggingTimes };
  /** As `openTagging`, and then tags by itself what comes in through a ring. */
  openLiveTagging: { request: LiveTaggingRequest; result: TaggingTimes };
  /** Separates by itself what comes in through a ring, and sends it back through another. */
  runLive: { request: RunLiveRequest; result: { latencyFrames: number } };
  /** Becomes the Worker that keeps a player's song. Needs no `start`. */
  play: { request: PlaybackOptions; result: null };
  /** Opens a song whose levels are to be measured: `ready` then counts those. */
  openMeasuring: { request: SongRequest; result: null };
  /** The levels of the chunks that were measured so far. */
  pullLevels: { request: null; result: { levels: Float64Array<ArrayBuffer> } };
  /** The next frames; computes the chunks that become full. Says what can be pulled. */
  push: { request: { channels: Float32Array<ArrayBuffer>[] }; result: { ready: number } };
  /** Takes up to `maxFrames` of what a separation has ready. */
  pull: { request: { maxFrames: number }; result: PulledBlock };
  /** Takes up to `maxRows` of what a tagging has ready. */
  pullRows: { request: { maxRows: number }; result: PulledRows };
  /** The song has ended: computes the rest. */
  finish: { request: null; result: { ready: number } };
  /** Drops the stream, finished or not. Harmless when there is none. */
  end: { request: null; result: null };
  inspect: { request: null; result: { wasmMemoryBytes: number } };
}

export interface LoadRequest extends ModelRequest {
  /** Whether the reply is to have the file's bytes, too. */
  readonly keep: boolean;
}

/** The documents of a model file, as JSON text. */
export interface ModelDocuments {
  task: string;
  card: string;
}

export interface LoadedModel extends ModelDocuments {
  /** A Blob's bytes are shared among workers, not copied. */
  bytes: Blob | undefined;
}

interface StreamRequest {
  sampleRate: number;
  channelCount: number;
}

export interface SeparationRequest extends StreamRequest {
  mode: "best" | "reference";
  quality: "normal" | "high";
  /** Empty: all. */
  stems: readonly string[];
  /** The chunk of a song with which to start; then the song comes from that one's `inputBegin` on. */
  firstChunk?: number;
  /** Of the chunks that will be computed and of all before them; where it starts at chunk 0: none. */
  levels?: Float64Array<ArrayBuffer>;
}

/** A song of known length. */
export interface SongRequest extends SeparationRequest {
  frameCount: number;
}

/** Where a chunk lies, in frames of the song at its own rate (core/include/divisi/song_chunks.h). */
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

export interface LiveRequest extends StreamRequest {
  /** In seconds: one of core/include/divisi/live_separator.h. */
  latency: number;
  /** Empty: all. */
  stems: readonly string[];
}

export interface LiveFacts {
  stems: readonly string[];
  /** From a frame's going in to its coming out, exactly and always. */
  latencyFrames: number;
  /** About so many lie between two runs of the networks. */
  hopFrames: number;
}

export interface TaggingRequest extends StreamRequest {
  /** Mel frames from patch to patch; 0: the model's own. */
  hopFrames: number;
}

/** Rows go to `port` as TaggerRelayMessage. */
export interface LiveTaggingRequest extends TaggingRequest {
  input: RingEnd;
  port: MessagePort;
}

/** Failures go to `port` as SeparatorRelayMessage. */
export interface RunLiveRequest extends LiveRequest {
  headroomSeconds: number | undefined;
  input: RingEnd;
  output: RingEnd;
  port: MessagePort;
}

export interface TaggingTimes {
  hopSeconds: number;
  patchSeconds: number;
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
