/** One song of the queue: its signals, its audio, and what was computed of it. */

import { batch, type Signal, signal } from "@preact/signals";
import type { PlanarAudio, StemBlock } from "divisi";
import { Audibility } from "divisi/readers";
import { PeakBuilder } from "./peaks.js";
import { notBegun } from "./progress_estimate.js";
import { BlobStemStore } from "./stem_store.js";
import type {
  DecodedSong,
  Peaks,
  Song,
  SongOrigin,
  SongProgress,
  SongSound,
  SongStage,
  SongTags,
} from "./types.js";

/** So many frames are looked at before the page gets a turn: a few milliseconds. */
const sliceFrames = 2 ** 20;

/** What a song asks of its queue. */
export interface SongHost {
  decode(file: File): Promise<DecodedSong>;
  /** Computes what waits: this song does so again. */
  compute(): void;
}

export class QueuedSong implements Song {
  readonly id: string;
  readonly name: string;
  readonly source: File;
  readonly audio = signal<PlanarAudio | undefined>(undefined);
  readonly origin = signal<SongOrigin | undefined>(undefined);
  readonly sound = signal<SongSound | undefined>(undefined);
  readonly duration = signal<number | undefined>(undefined);
  readonly model: Signal<string>;
  readonly stage = signal<SongStage>("waiting");
  readonly progress = signal<SongProgress>(notBegun);
  readonly mixPeaks = signal<Peaks | undefined>(undefined);
  readonly stemPeaks = signal<ReadonlyMap<string, Peaks>>(new Map());
  readonly tags = signal<SongTags | undefined>(undefined);
  readonly error = signal<unknown>(undefined);
  readonly playerComputes = signal(false);
  /** Of the stems, in any part of the song. */
  readonly separatedSeconds = signal(0);
  #stems: { readonly model: string; readonly store: BlobStemStore } | undefined;
  readonly #host: SongHost;
  #decoding: Promise<PlanarAudio> | undefined;
  #run = new AbortController();

  constructor(source: File, model: string, host: SongHost) {
    this.model = signal(model);
    this.id = songId(source);
    this.name = source.name.replace(/\.[^./]+$/, "") || source.name;
    this.source = source;
    this.#host = host;
  }

  /** Aborted when what is computed is no longer wanted. */
  get signal(): AbortSignal {
    return this.#run.signal;
  }

  get ended(): boolean {
    return ["done", "cancelled", "failed"].includes(this.stage.value);
  }

  cancel(): void {
    if (this.ended) return;
    this.stage.value = "cancelled";
    this.#run.abort();
  }

  retry(): void {
    if (this.stage.value === "failed" || this.stage.value === "cancelled") this.#beginAnew();
  }

  chooseModel(model: string): void {
    if (model === this.model.value) return;
    this.#run.abort();
    this.forgetStems();
    batch(() => {
      this.model.value = model;
      this.stemPeaks.value = new Map();
      this.separatedSeconds.value = 0;
      this.#beginAnew();
    });
  }

  #beginAnew(): void {
    this.#run = new AbortController();
    this.error.value = undefined;
    this.progress.value = notBegun;
    this.stage.value = "waiting";
    this.#host.compute();
  }

  fail(error: unknown): void {
    this.error.value = error;
    this.stage.value = "failed";
    this.#run.abort();
  }

  get store(): BlobStemStore | undefined {
    return this.#stems?.store;
  }

  openStems(model: string, names: readonly string[]): BlobStemStore {
    if (this.#stems?.model === model) return this.#stems.store;
    const audio = this.audio.peek();
    if (!audio) throw new Error(`${this.name} is not decoded`);
    const { sampleRate, channels } = audio;
    const frameCount = channels[0]?.length ?? 0;
    const builders = names.map((name) => [name, new PeakBuilder(sampleRate, frameCount)] as const);
    const draw = () => {
      this.stemPeaks.value = new Map(builders.map(([name, builder]) => [name, builder.peaks]));
    };
    const shape = { sampleRate, channelCount: channels.length, frameCount, stems: names };
    const store = new BlobStemStore(
      { ...shape, blocks: [] },
      ({ startFrame, stems }: StemBlock) => {
        // What another model's last run still brings belongs to no song.
        if (this.#stems?.store !== store) return;
        for (const [name, builder] of builders) builder.add(stems[name] ?? [], { at: startFrame });
        draw();
        this.separatedSeconds.value = store.readyFrames / sampleRate;
      },
    );
    this.separatedSeconds.value = 0;
    this.#stems = { model, store };
    draw();
    return store;
  }

  /** Whether all stems of this model are there. */
  isSeparated(model: string): boolean {
    const { model: known, store } = this.#stems ?? {};
    return known === model && store?.readyFrames === store?.frameCount;
  }

  forgetStems(): void {
    this.#stems = undefined;
  }

  loadAudio(): Promise<PlanarAudio> {
    const there = this.audio.peek();
    if (there) return Promise.resolve(there);
    this.#decoding ??= this.#decode().finally(() => {
      this.#decoding = undefined;
    });
    return this.#decoding;
  }

  /** Gives the decoded song up. */
  release(): void {
    this.audio.value = undefined;
  }

  async #decode(): Promise<PlanarAudio> {
    const { sampleRate, channels, origin } = await this.#host.decode(this.source);
    const audio = { sampleRate, channels };
    this.origin.value = origin;
    this.duration.value = (audio.channels[0]?.length ?? 0) / audio.sampleRate;
    this.audio.value = audio;
    if (!this.mixPeaks.peek()) await this.#draw(audio);
    return audio;
  }

  async #draw({ sampleRate, channels }: PlanarAudio): Promise<void> {
    const frameCount = channels[0]?.length ?? 0;
    const builder = new PeakBuilder(sampleRate, frameCount);
    const audibility = new Audibility();
    for (let begin = 0; begin < frameCount; begin += sliceFrames) {
      const end = Math.min(begin + sliceFrames, frameCount);
      builder.add(channels, { at: begin, begin, end });
      audibility.add(channels, begin, end);
      this.mixPeaks.value = builder.peaks;
      await new Promise((resolve) => setTimeout(resolve));
    }
    const { isSilent, isSilentInMono } = audibility;
    this.sound.value = { isSilent, isSilentInMono };
  }
}

/** The same file has the same id in any session, so that what was learned of it is found again. */
export function songId(file: File): string {
  return `${file.name} (${file.size})`;
}
