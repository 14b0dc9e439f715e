/** The queue: decodes the song that is shown, and computes the songs one after the other. */

import { effect, signal } from "@preact/signals";
import { DivisiError } from "divisi";
import { computeSong } from "./compute_song.js";
import { decodeFile } from "./decode.js";
import { LoadedModels } from "./loaded_models.js";
import { QueuedSong, songId } from "./song.js";
import {
  type ModelBook,
  type Song,
  SongError,
  type SongQueue,
  type SongQueueOptions,
  type SongStems,
} from "./types.js";

const defaultAudioBytes = 640 * 2 ** 20;
const defaultSeparationModel = "spleeter-2stems-int8";
const defaultTaggingModels = ["musicnn-mtt", "musicnn-msd"];

export function createSongQueue(options: SongQueueOptions): SongQueue {
  return new Queue(options);
}

class Queue implements SongQueue {
  readonly songs = signal<readonly QueuedSong[]>([]);
  readonly selected = signal<Song | undefined>(undefined);
  readonly #options: SongQueueOptions;
  readonly #book: ModelBook;
  readonly #models: LoadedModels;
  readonly #stopWatching: () => void;
  /** Decoding takes turns: two songs at once would need the room of both. */
  #decoding: Promise<unknown> = Promise.resolve();
  #computing: QueuedSong | undefined;
  #closed = false;

  constructor(options: SongQueueOptions) {
    this.#options = options;
    this.#book = options.modelBook ?? catalogueBook(options.modelBase);
    this.#models = new LoadedModels(this.#book);
    this.#stopWatching = effect(() => this.#show(this.#own(this.selected.value)));
  }

  get loading() {
    return this.#models.loading;
  }

  add(files: Iterable<File>): readonly Song[] {
    const songs = [...this.songs.value];
    const model = this.#options.separationModel?.value ?? defaultSeparationModel;
    const added = [...files].map((file) => {
      const known = songs.find(({ id }) => id === songId(file));
      if (known) return known;
      const song = new QueuedSong(file, model, {
        decode: (source) => this.#decode(source),
        compute: () => void this.#compute(),
      });
      songs.push(song);
      return song;
    });
    this.songs.value = songs;
    this.selected.value ??= added[0];
    void this.#compute();
    return added;
  }

  remove(song: Song): void {
    const { value: songs } = this.songs;
    const index = songs.findIndex(({ id }) => id === song.id);
    if (index < 0) return;
    const gone = songs[index] as QueuedSong;
    gone.cancel();
    this.songs.value = songs.filter((other) => other !== gone);
    if (this.selected.value === gone) {
      this.selected.value = this.songs.value[Math.min(index, this.songs.value.length - 1)];
    }
    gone.forgetStems();
    gone.release();
  }

  stems(song: Song): SongStems | undefined {
    return this.#own(song)?.store;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#stopWatching();
    for (const song of this.songs.value) song.cancel();
    this.#models.close();
  }

  #own(song: Song | undefined): QueuedSong | undefined {
    return this.songs.peek().find((own) => own === song);
  }

  #decode(file: File) {
    const { maxAudioBytes = defaultAudioBytes, decode = decodeFile } = this.#options;
    const decoding = this.#decoding.then(() => decode(file, maxAudioBytes));
    this.#decoding = decoding.catch(() => undefined);
    return decoding;
  }

  /** The selected song is decoded at once, even while another is computed. */
  #show(song: QueuedSong | undefined): void {
    this.#releaseOthers();
    if (!song || song.stage.peek() === "failed") return;
    song.loadAudio().then(
      () => this.#releaseOthers(),
      (error) => song.fail(error),
    );
  }

  /** Only what is shown or computed stays decoded. */
  #releaseOthers(): void {
    for (const song of this.songs.peek()) {
      if (song !== this.selected.peek() && song !== this.#computing) song.release();
    }
  }

  /** Computes until nothing waits. */
  async #compute(): Promise<void> {
    if (this.#computing) return;
    for (let song = this.#next(); song && !this.#closed; song = this.#next()) {
      this.#computing = song;
      await this.#computeOne(song);
      this.#computing = undefined;
      this.#releaseOthers();
    }
    this.#models.close();
  }

  #next(): QueuedSong | undefined {
    const waiting = this.songs.value.filter(({ stage }) => stage.value === "waiting");
    return waiting.find((song) => song === this.selected.value) ?? waiting[0];
  }

  /** Whatever goes wrong is this song's matter alone. */
  async #computeOne(song: QueuedSong): Promise<void> {
    const { signal: abort } = song;
    const { taggingModels = defaultTaggingModels } = this.#options;
    try {
      const isShown = (other: QueuedSong) => other === this.selected.peek();
      await computeSong(song, { models: this.#models, book: this.#book, taggingModels, isShown });
    } catch (error) {
      // A cancelled song that waits again already is on a new run.
      if (abort.aborted) return;
      song.fail(error);
      // A Worker that broke down is replaced by a new one for the next song; one that has no room left
      // makes some.
      const isBroken = error instanceof DivisiError && error.code === "internal";
      if (isBroken || isTooLarge(error)) this.#models.close();
    }
  }
}

const isTooLarge = (error: unknown) =>
  error instanceof SongError && error.code === "model-too-large";

/** Of models that the catalogue alone knows: as fast as they were for the song before. */
function catalogueBook(modelBase: string | URL): ModelBook {
  const speeds = new Map<string, number>();
  return {
    source: async (model) => ({ model, modelBase }),
    speed: (model) => speeds.get(model) ?? 0,
    measured: (model, { speed }) => void (speed && speeds.set(model, speed)),
  };
}
