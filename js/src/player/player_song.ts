/** The song that a player has loaded: its sound on the way to the feeder, and its stems' computing. */

import type { PlanarAudio } from "../audio/types.js";
import { DivisiError } from "../base/errors.js";
import type { FeederMessage, LoopFrames } from "../live/playback/messages.js";
import { openSong, type Separator } from "../separation/separator.js";
import type { SeparationQuality } from "../separation/types.js";
import { Conductor } from "./chunk_scheduler.js";
import type { SongRange } from "./types.js";

/** The mix goes over in pieces that take a millisecond or two to copy. */
const pieceFrames = 2 ** 18;
const sampleBytes = 4;

export interface PlayerSongOptions {
  readonly separator: Separator;
  readonly workerCount: number;
  readonly quality: SeparationQuality | undefined;
  readonly maxStemBytes: number;
  /** Number of the seek to the song's beginning. */
  readonly seek: number;
  order(message: FeederMessage, transfer?: Transferable[]): void;
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
  readonly #chunks: readonly Chunk[];
  readonly #conductor: Conductor;
  #closed = false;

  /** Hands the song to the feeder and has its stems computed from its beginning on. */
  static async open(
    audio: PlanarAudio,
    options: PlayerSongOptions,
    signal: AbortSignal,
  ): Promise<PlayerSong> {
    const { separator, quality } = options;
    const song = await openSong(separator, audio, quality ? { quality } : {});
    signal.throwIfAborted();
    const { chunks } = song;
    const channelCount = audio.channels.length;
    const frameBytes = separator.stems.length * channelCount * sampleBytes;
    const maxChunks = chunksIn(options.maxStemBytes, chunks, frameBytes);
    const conductor = new Conductor({
      song,
      workerCount: options.workerCount,
      maxChunks,
      onStems: ({ startFrame, stems }) => {
        const ordered = separator.stems.map(
          (name) => [...(stems[name] ?? [])] as Float32Array<ArrayBuffer>[],
        );
        const transfer = ordered.flat().map(({ buffer }) => buffer);
        options.order({ type: "stems", start: startFrame, stems: ordered }, transfer);
      },
      onReady: () => options.onProgress(),
      onDrop: (chunk) => {
        options.order({ type: "drop", chunk });
        options.onProgress();
      },
      onError: (error) => options.onError(error),
    });
    return new PlayerSong(audio, chunks, conductor, options);
  }

  private constructor(
    audio: PlanarAudio,
    chunks: readonly Chunk[],
    conductor: Conductor,
    options: PlayerSongOptions,
  ) {
    this.frameCount = audio.channels[0]?.length ?? 0;
    this.sampleRate = audio.sampleRate;
    this.#chunks = chunks;
    this.#conductor = conductor;
    const chunkEnds = chunks.map(({ outputEnd }) => outputEnd);
    options.order({ type: "song", frameCount: this.frameCount, chunkEnds, seek: options.seek });
    this.#sendMix(audio, options, 0);
  }

  /** The stretches whose stems are ready, in order. */
  get ready(): readonly SongRange[] {
    const ranges: { start: number; end: number }[] = [];
    this.#chunks.forEach(({ outputBegin, outputEnd }, chunk) => {
      if (!this.#conductor.ready.has(chunk)) return;
      const [start, end] = [outputBegin / this.sampleRate, outputEnd / this.sampleRate];
      const last = ranges.at(-1);
      if (last?.end === start) last.end = end;
      else ranges.push({ start, end });
    });
    return ranges;
  }

  /** Seconds of the song that are computed a second. */
  get computingSpeed(): number {
    return this.#conductor.framesPerSecond / this.sampleRate;
  }

  /** The song is at `frame`, and plays in a loop or not. */
  move(frame: number, loop: LoopFrames | undefined): void {
    const chunks = loop && ([this.#chunkAt(loop.begin), this.#chunkAt(loop.end - 1)] as const);
    this.#conductor.move(this.#chunkAt(frame), chunks);
  }

  close(): void {
    this.#closed = true;
    this.#conductor.close();
  }

  /** Piece by piece, so that the page has time for others in between. */
  #sendMix({ channels }: PlanarAudio, options: PlayerSongOptions, start: number): void {
    if (this.#closed || start >= this.frameCount) return;
    const piece = channels.map(
      (samples) => new Float32Array(samples.subarray(start, start + pieceFrames)),
    );
    const transfer = piece.map(({ buffer }) => buffer);
    options.order({ type: "mix", start, channels: piece }, transfer);
    setTimeout(() => this.#sendMix({ sampleRate: 0, channels }, options, start + pieceFrames), 0);
  }

  #chunkAt(frame: number): number {
    const index = this.#chunks.findIndex(({ outputEnd }) => frame < outputEnd);
    return index < 0 ? this.#chunks.length - 1 : index;
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
