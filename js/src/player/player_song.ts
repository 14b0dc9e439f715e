/** The song that a player has loaded: handed to the playback Worker, and its stems computed. */

import { openAudio } from "../audio/audio_source.js";
import type { PlanarAudio } from "../audio/types.js";
import { abortable } from "../base/abort.js";
import { badOption } from "../base/options.js";
import type { LoopFrames, PlaybackMessage, PlaybackStems } from "../live/playback/messages.js";
import { ChunkedSong } from "../separation/chunked_song.js";
import type { SeparationPool } from "../separation/separation_pool.js";
import type { SeparationQuality, StemBlock, StemReader, StemStore } from "../separation/types.js";
import { ChunkScheduler, type ComputableSong } from "./chunk_scheduler.js";
import { stemReader } from "./given_stems.js";
import type { ModelLoading } from "./player_setup.js";
import type { ExistingStems, SongRange } from "./types.js";

/** The mix goes over in pieces that take a millisecond or two to copy. */
const pieceFrames = 2 ** 18;
const sampleBytes = 4;

/** Of stems that the app has, so much is read at once while there is no model that has chunks. */
const readSeconds = 10;

export interface PlayerSongOptions {
  readonly model: ModelLoading;
  /** The model's. */
  readonly names: readonly string[];
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

/** Where the song is played. */
interface Place {
  readonly frame: number;
  readonly loop: LoopFrames | undefined;
}

export class PlayerSong {
  readonly frameCount: number;
  readonly sampleRate: number;
  readonly #audio: PlanarAudio;
  readonly #options: PlayerSongOptions;
  readonly #store: StemReader | StemStore | undefined;
  #chunks: readonly Chunk[] = [];
  #scheduler: ChunkScheduler;
  /** Once the model is there, and something is left for it. */
  #computed: ChunkedSong | undefined;
  #asked = false;
  #wholeSong: boolean;
  #place: Place = { frame: 0, loop: undefined };
  #closed = false;

  /**
   * Hands the song to the playback Worker and has its stems computed from its beginning on: at once
   * where the model is there, else as soon as it is.
   */
  static async open(
    audio: PlanarAudio,
    options: PlayerSongOptions,
    signal: AbortSignal,
  ): Promise<PlayerSong> {
    const { stems, names } = options;
    const store = stems && stemReader(stems, names, audio);
    const frameCount = audio.channels[0]?.length ?? 0;
    const pool = store?.has(0, frameCount) ? undefined : options.model.loaded;
    const computed = pool && (await openComputed(pool, audio, options, signal));
    return new PlayerSong(audio, options, store, computed);
  }

  private constructor(
    audio: PlanarAudio,
    options: PlayerSongOptions,
    store: StemReader | StemStore | undefined,
    computed: ChunkedSong | undefined,
  ) {
    this.frameCount = audio.channels[0]?.length ?? 0;
    this.sampleRate = audio.sampleRate;
    this.#audio = audio;
    this.#options = options;
    this.#store = store;
    this.#wholeSong = options.wholeSong;
    this.#computed = computed;
    const song = computed ?? this.#storedSong();
    const maxChunks = computed ? this.#maxChunks(computed) : this.#maxStored(song);
    const chunkEnds = song.chunks.map(({ outputEnd }) => outputEnd);
    options.send({ type: "song", frameCount: this.frameCount, chunkEnds, seek: options.seek });
    this.#scheduler = this.#schedule(song, maxChunks);
    this.#sendMix(audio, options, 0);
    if (!computed && !store?.has(0, this.frameCount)) void this.#compute();
  }

  /** The stretches whose stems are ready, in order. */
  get ready(): readonly SongRange[] {
    const ranges: { start: number; end: number }[] = [];
    this.#chunks.forEach(({ outputBegin, outputEnd }, chunk) => {
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

  /** The stems that are ready, chunk by chunk in their order; of those that are given up meanwhile none. */
  async *readyStems(signal: AbortSignal): AsyncGenerator<StemBlock, void, void> {
    const { names, send } = this.#options;
    const channelCount = this.#audio.channels.length;
    const chunks = this.#chunks.filter((_, chunk) => this.#scheduler.ready.has(chunk));
    for (const { outputBegin: begin, outputEnd: end } of chunks) {
      const samples = await abortable(askForStems(send, begin, end), signal);
      if (!samples) continue;
      const stems = names.map((name, stem): [string, Float32Array[]] => [
        name,
        samples.slice(stem * channelCount, (stem + 1) * channelCount),
      ]);
      yield { startFrame: begin, frameCount: end - begin, stems: Object.fromEntries(stems) };
    }
  }

  /** The song is at `frame`, and plays in a loop or not. */
  move(frame: number, loop: LoopFrames | undefined): void {
    this.#place = { frame, loop };
    const { playhead, loop: chunks } = this.#placeInChunks();
    this.#scheduler.move(playhead, chunks);
  }

  set wholeSong(on: boolean) {
    this.#wholeSong = on;
    this.#scheduler.wholeSong = on;
  }

  close(): void {
    this.#closed = true;
    this.#scheduler.close();
    this.#computed?.close();
  }

  /** Waits for the model, and has it compute from then on. */
  async #compute(): Promise<void> {
    if (this.#asked || this.#computed) return;
    this.#asked = true;
    let computed: ChunkedSong | undefined;
    try {
      const pool = await this.#options.model.pool;
      if (!this.#closed) computed = await openComputed(pool, this.#audio, this.#options);
      if (computed && !this.#closed) this.#takeOver(computed);
      else computed?.close();
    } catch (error) {
      computed?.close();
      if (!this.#closed) this.#options.onError(error);
    }
  }

  /** The model's chunks, instead of those of stems that are read. */
  #takeOver(computed: ChunkedSong): void {
    const maxChunks = this.#maxChunks(computed);
    this.#computed = computed;
    this.#scheduler.close();
    const chunkEnds = computed.chunks.map(({ outputEnd }) => outputEnd);
    this.#options.send({ type: "chunks", chunkEnds });
    this.#scheduler = this.#schedule(computed, maxChunks);
    this.#options.onProgress();
  }

  #schedule(song: ComputableSong, maxChunks: number): ChunkScheduler {
    const { names, send, onProgress, onError } = this.#options;
    this.#chunks = song.chunks;
    return new ChunkScheduler({
      song,
      workerCount: this.#computed ? (this.#options.model.loaded?.workers ?? 1) : 0,
      maxChunks,
      store: this.#store,
      wholeSong: this.#wholeSong,
      ...this.#placeInChunks(),
      onStems: ({ startFrame, stems }) => {
        const ordered = names.map(
          (name) => [...(stems[name] ?? [])] as Float32Array<ArrayBuffer>[],
        );
        const transfer = ordered.flat().map(({ buffer }) => buffer);
        send({ type: "stems", start: startFrame, stems: ordered }, transfer);
      },
      onReady: () => onProgress(),
      onDrop: (chunk) => {
        send({ type: "drop", chunk });
        onProgress();
      },
      onError: (error) => {
        onError(error);
        // Stems that the app could not give after all.
        void this.#compute();
      },
    });
  }

  /** What there is to play without the model: the stems that the app has. */
  #storedSong(): ComputableSong {
    const fitting = Math.floor(this.#options.maxStemBytes / (2 * this.#frameBytes()));
    const [least, most] = [this.sampleRate, readSeconds * this.sampleRate];
    const length = Math.max(least, Math.min(most, fitting));
    const count = Math.ceil(this.frameCount / length);
    const chunks = Array.from({ length: count }, (_, chunk) => ({
      outputBegin: chunk * length,
      outputEnd: Math.min((chunk + 1) * length, this.frameCount),
    }));
    return { chunks, compute: notComputed };
  }

  #maxStored({ chunks }: ComputableSong): number {
    return Math.max(2, countIn(this.#options.maxStemBytes, chunks, this.#frameBytes()));
  }

  /** How many of the model's chunks fit in. The one that plays and the next are always kept. */
  #maxChunks({ chunks }: ComputableSong): number {
    const { maxStemBytes } = this.#options;
    const count = countIn(maxStemBytes, chunks, this.#frameBytes());
    if (count >= Math.min(2, chunks.length)) return count;
    const least = 2 * longest(chunks) * this.#frameBytes();
    const expected = `at least ${least} for two chunks of stems`;
    throw badOption("maxStemBytes", expected, maxStemBytes);
  }

  /** Of all stems. */
  #frameBytes(): number {
    return this.#options.names.length * this.#audio.channels.length * sampleBytes;
  }

  #placeInChunks() {
    const { frame, loop } = this.#place;
    const chunks = loop && ([this.#chunkAt(loop.begin), this.#chunkAt(loop.end - 1)] as const);
    return { playhead: this.#chunkAt(frame), loop: chunks };
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
    const index = this.#chunks.findIndex(({ outputEnd }) => frame < outputEnd);
    return index < 0 ? this.#chunks.length - 1 : index;
  }
}

function openComputed(
  pool: SeparationPool,
  audio: PlanarAudio,
  { quality }: PlayerSongOptions,
  signal?: AbortSignal,
): Promise<ChunkedSong> {
  const options = { ...(quality && { quality }), ...(signal && { signal }) };
  return ChunkedSong.open(pool, openAudio(audio), options);
}

/** Copies of what the playback Worker has. */
function askForStems(
  send: PlayerSongOptions["send"],
  begin: number,
  end: number,
): Promise<PlaybackStems> {
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    port1.onmessage = ({ data }: MessageEvent<PlaybackStems>) => {
      port1.close();
      resolve(data);
    };
    send({ type: "read", begin, end, port: port2 }, [port2]);
  });
}

/** No Worker is asked to. */
async function* notComputed(): AsyncGenerator<never, void, void> {}

function countIn(maxBytes: number, chunks: readonly Chunk[], frameBytes: number): number {
  return Math.floor(maxBytes / (longest(chunks) * frameBytes));
}

function longest(chunks: readonly Chunk[]): number {
  return Math.max(...chunks.map(({ outputBegin, outputEnd }) => outputEnd - outputBegin));
}
