/** The song that a player has loaded: handed to the playback Worker, and its stems computed. */

import { openAudio } from "../audio/audio_source.js";
import type { PlanarAudio } from "../audio/types.js";
import { DivisiError } from "../base/errors.js";
import type { LoopFrames, PlaybackMessage } from "../live/playback/messages.js";
import { ChunkedSong } from "../separation/chunked_song.js";
import type { SeparationPool } from "../separation/separation_pool.js";
import type { SeparationQuality } from "../separation/types.js";
import { ChunkScheduler } from "./chunk_scheduler.js";
import { stemReader } from "./given_stems.js";
import type { ExistingStems, SongRange } from "./types.js";

/** The mix goes over in pieces that take a millisecond or two to copy. */
const pieceFrames = 2 ** 18;
const sampleBytes = 4;

export interface PlayerSongOptions {
  readonly pool: SeparationPool;
  readonly quality: SeparationQuality | undefined;
  readonly maxStemBytes: number;
  readonly stems: ExistingStems | undefined;
  readonly wholeSong: boolean;
  /** Number of the seek to the song's beginning. */
  readonly seek: number;
  send(message: PlaybackMessage, transfer?: Transferable[]): void;
  onProgress(): void;
  onError(error: unknown): void;
}

interface Chunk {
  readonly outputBegin: number;
  readonly outputEnd: number;
}

export class PlayerSong {
  readonly frameCount: number;
  readonly sampleRate: number;
  readonly #song: ChunkedSong;
  readonly #scheduler: ChunkScheduler;
  #closed = false;

  /** Hands the song to the playback Worker and has its stems computed from its beginning on. */
  static async open(
    audio: PlanarAudio,
    options: PlayerSongOptions,
    signal: AbortSignal,
  ): Promise<PlayerSong> {
    const { pool, quality } = options;
    const store = options.stems && stemReader(options.stems, pool.facts, audio);
    const song = await ChunkedSong.open(pool, openAudio(audio), {
      signal,
      ...(quality && { quality }),
    });
    const { chunks } = song;
    const channelCount = audio.channels.length;
    const frameBytes = pool.facts.length * channelCount * sampleBytes;
    const maxChunks = chunksIn(options.maxStemBytes, chunks, frameBytes);
    const scheduler = new ChunkScheduler({
      song,
      workerCount: pool.workers,
      maxChunks,
      store,
      wholeSong: options.wholeSong,
      onStems: ({ startFrame, stems }) => {
        const ordered = pool.facts.map(
          (name) => [...(stems[name] ?? [])] as Float32Array<ArrayBuffer>[],
        );
        const transfer = ordered.flat().map(({ buffer }) => buffer);
        options.send({ type: "stems", start: startFrame, stems: ordered }, transfer);
      },
      onReady: () => options.onProgress(),
      onDrop: (chunk) => {
        options.send({ type: "drop", chunk });
        options.onProgress();
      },
      onError: (error) => options.onError(error),
    });
    return new PlayerSong(audio, song, scheduler, options);
  }

  private constructor(
    audio: PlanarAudio,
    song: ChunkedSong,
    scheduler: ChunkScheduler,
    options: PlayerSongOptions,
  ) {
    this.frameCount = audio.channels[0]?.length ?? 0;
    this.sampleRate = audio.sampleRate;
    this.#song = song;
    this.#scheduler = scheduler;
    const chunkEnds = song.chunks.map(({ outputEnd }) => outputEnd);
    options.send({ type: "song", frameCount: this.frameCount, chunkEnds, seek: options.seek });
    this.#sendMix(audio, options, 0);
  }

  /** The stretches whose stems are ready, in order. */
  get ready(): readonly SongRange[] {
    const ranges: { start: number; end: number }[] = [];
    this.#song.chunks.forEach(({ outputBegin, outputEnd }, chunk) => {
      if (!this.#scheduler.ready.has(chunk)) return;
      const [start, end] = [outputBegin / this.sampleRate, outputEnd / this.sampleRate];
      const last = ranges.at(-1);
      if (last?.end === start) last.end = end;
      else ranges.push({ start, end });
    });
    return ranges;
  }

  /** Seconds of the song that are computed a second. */
  get computingSpeed(): number {
    return this.#scheduler.framesPerSecond / this.sampleRate;
  }

  /** The song is at `frame`, and plays in a loop or not. */
  move(frame: number, loop: LoopFrames | undefined): void {
    const chunks = loop && ([this.#chunkAt(loop.begin), this.#chunkAt(loop.end - 1)] as const);
    this.#scheduler.move(this.#chunkAt(frame), chunks);
  }

  set wholeSong(on: boolean) {
    this.#scheduler.wholeSong = on;
  }

  close(): void {
    this.#closed = true;
    this.#scheduler.close();
    this.#song.close();
  }

  /** Piece by piece, so that the page has time for others in between. */
  #sendMix({ channels }: PlanarAudio, options: PlayerSongOptions, start: number): void {
    if (this.#closed || start >= this.frameCount) return;
    const piece = channels.map(
      (samples) => new Float32Array(samples.subarray(start, start + pieceFrames)),
    );
    const transfer = piece.map(({ buffer }) => buffer);
    options.send({ type: "mix", start, channels: piece }, transfer);
    setTimeout(() => this.#sendMix({ sampleRate: 0, channels }, options, start + pieceFrames), 0);
  }

  #chunkAt(frame: number): number {
    const index = this.#song.chunks.findIndex(({ outputEnd }) => frame < outputEnd);
    return index < 0 ? this.#song.chunks.length - 1 : index;
  }
}

/** How many chunks fit in. The one that plays and the next are always kept. */
function chunksIn(maxBytes: number, chunks: readonly Chunk[], frameBytes: number): number {
  const longest = Math.max(...chunks.map(({ outputBegin, outputEnd }) => outputEnd - outputBegin));
  const count = Math.floor(maxBytes / (longest * frameBytes));
  if (count >= Math.min(2, chunks.length)) return count;
  throw new DivisiError(
    "bad-option",
    `maxStemBytes: expected at least ${2 * longest * frameBytes} for two chunks of stems, got ${maxBytes}`,
  );
}
