/// <reference lib="esnext.disposable" preserve="true" />
import { DivisiError } from "../../base/errors.js";
import { checkFlag, checkOptions } from "../../base/options.js";
import { Semaphore } from "../../base/semaphore.js";
import { show } from "../../base/show.js";
import { PersonalTags } from "../personal_tags/personal_tags.js";
import type { Change, Database } from "../tracks/database.js";
import { checkSameModel } from "../tracks/same_model.js";
import { referenceFor, type Statistics, standardise } from "../tracks/statistics.js";
import { checkedEmbedding, checkedTrack } from "../tracks/track.js";
import type { Track, TrackInput } from "../tracks/types.js";
import { best } from "./best.js";
import { conditionsOf } from "./conditions.js";
import { readDocument, writeDocument } from "./document.js";
import { deleteDatabase, openDatabase } from "./indexed_database.js";
import { TrackIndex } from "./track_index.js";
import type { CollectionOptions, ImportOptions, Match, Query } from "./types.js";

const defaultLimit = 20;
/** The score of a track that is no answer. */
const excluded = Number.NEGATIVE_INFINITY;

/**
 * A music library's tags and embeddings, tempos, keys and loudness (not its audio), and finding music
 * in it.
 *
 * ```ts
 * const collection = await Collection.open({ name: "my music" });   // kept by the browser
 * const analysis = await analyser.analyse(a);                       // where tempo and key are wanted
 * await collection.add({ id: "a.mp3", title: "A", ...(await tagger.tag(a)), analysis });
 * collection.find({ like: "a.mp3", limit: 10 });
 * collection.find({ like: "a.mp3", tempo: [118, 124], key: "A minor", harmonic: true });
 * collection.find({ tags: { happy: 1, guitar: 0.5, vocal: -1 } });
 * const file = new Blob([collection.export()], { type: "application/json" });
 * ```
 *
 * Everything is in memory, so queries are answered at once; changes are done when their promise
 * resolves, and where it rejects nothing has changed. Another page that has the same collection open
 * sees changes when it opens it again. Nothing is ever sent anywhere.
 */
export class Collection implements Iterable<Track> {
  /** The listener's own tags; they are kept, exported and imported with the collection. */
  readonly personalTags: PersonalTags;
  readonly #tracks = new Map<string, Track>();
  readonly #changes = new Semaphore(1);
  readonly #database: Database | undefined;
  #index: TrackIndex | undefined;
  #closed = false;

  /** An empty collection in memory. */
  static create(): Collection {
    return new Collection(undefined);
  }

  /**
   * Opens the collection of this name, or makes it, in the browser's IndexedDB. Where there is no
   * IndexedDB, as in Node, it is in memory only and `persistent` is false: export it.
   */
  static async open(options: CollectionOptions): Promise<Collection> {
    checkOptions(options);
    const { name } = options;
    checkName(name);
    if (typeof indexedDB === "undefined") return Collection.create();
    const database = await openDatabase(name);
    try {
      const collection = new Collection(database);
      const { tracks, examples } = await database.load();
      collection.#apply({ putTracks: tracks, putExamples: examples });
      return collection;
    } catch (error) {
      database.close();
      throw error;
    }
  }

  /** Deletes what the browser keeps under this name. Pages that have it open can't write any more. */
  static async delete(name: string): Promise<void> {
    checkName(name);
    if (typeof indexedDB !== "undefined") await deleteDatabase(name);
  }

  private constructor(database: Database | undefined) {
    this.#database = database;
    this.personalTags = new PersonalTags({
      change: (prepare) => this.#change(prepare),
      anyMusic: () => this.#anyMusic(),
      statistics: () => this.#statistics(),
    });
  }

  /** Whether the browser keeps it. */
  get persistent(): boolean {
    return this.#database !== undefined;
  }

  /** The number of tracks. */
  get size(): number {
    return this.#tracks.size;
  }

  /** The model that everything here was heard by; undefined while there is nothing. */
  get model(): string | undefined {
    return this.#anyMusic()?.model;
  }

  /** The tracks, in the order in which they were added. */
  [Symbol.iterator](): IterableIterator<Track> {
    return this.#tracks.values();
  }

  /** The track of this id, if there is one. */
  get(id: string): Track | undefined {
    return this.#tracks.get(id);
  }

  /**
   * Adds a track, or several at once (all or none). One whose id is there already replaces it. All
   * tracks of a collection must have been heard by one model.
   */
  async add(input: TrackInput | readonly TrackInput[]): Promise<void> {
    const inputs = Array.isArray(input) ? (input as readonly TrackInput[]) : [input as TrackInput];
    const tracks = inputs.map((track) => checkedTrack(track));
    await this.#change(() => {
      for (const track of tracks) {
        checkSameModel(this.#anyMusic() ?? tracks[0], track, `track ${show(track.id)}`);
      }
      return { putTracks: tracks };
    });
  }

  /** @return whether there was such a track */
  async remove(id: string): Promise<boolean> {
    let there = false;
    await this.#change(() => {
      there = this.#tracks.has(id);
      return { removeTracks: [id] };
    });
    return there;
  }

  /** Removes every track and every personal tag. */
  async clear(): Promise<void> {
    await this.#change(() => ({ clear: true }));
  }

  /** The tracks that fit best, best first. */
  find(query: Query): Match[] {
    this.#checkOpen();
    checkOptions(query, "query");
    const { like, tags, limit = defaultLimit } = query;
    if (typeof limit !== "number" || !(limit >= 1)) {
      throw new DivisiError("bad-option", `limit: expected at least 1, got ${show(limit)}`);
    }
    const conditions = conditionsOf(query);
    if (like === undefined && tags === undefined) {
      if (!conditions) {
        throw new DivisiError("bad-option", "query: expected like, tags, tempo, key or loudness");
      }
      const tracks = [...this.#tracks.values()];
      const fits = Float32Array.from(tracks, (track) => conditions(track) || excluded);
      return matches(tracks, fits, limit);
    }
    const index = this.#ready();
    const likeness = like === undefined ? undefined : this.#likeness(index, like);
    const tagFit = tags === undefined ? undefined : this.#tagFit(index, tags);
    const scores = likeness && tagFit ? mean(likeness, tagFit) : (likeness ?? tagFit);
    if (!scores) return [];
    const self = typeof like === "string" ? index.rowOf(like) : undefined;
    // A track is always most like itself.
    if (self !== undefined) scores[self] = excluded;
    if (conditions) {
      index.rows.forEach((track, i) => {
        if (conditions(track) === 0) scores[i] = excluded;
      });
    }
    return matches(index.rows, scores, limit, { likeness, tagFit });
  }

  /** Everything, personal tags too, as one JSON document; document.ts says what is in it. */
  export(): string {
    return writeDocument({
      tracks: [...this.#tracks.values()],
      examples: [...this.personalTags.allExamples()],
    });
  }

  /**
   * Takes in what `export` has written. A document that is damaged is rejected as a whole
   * (`bad-collection`, naming the place), and so is one of another model's tracks.
   */
  async import(document: string | Blob, options: ImportOptions = {}): Promise<void> {
    checkOptions(options);
    const { replace = false } = options;
    checkFlag("replace", replace);
    if (typeof document !== "string" && !(document instanceof Blob)) {
      throw new DivisiError("bad-option", `document: expected text, got ${show(document)}`);
    }
    const { tracks, examples } = readDocument(
      typeof document === "string" ? document : await document.text(),
    );
    await this.#change(() => {
      const first = tracks[0] ?? examples[0];
      if (first && !replace) checkSameModel(this.#anyMusic(), first, "the document's music");
      return { clear: replace, putTracks: tracks, putExamples: examples };
    });
  }

  /** Ends the use of a persistent collection once what is under way is done. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#changes.acquire().then((permit) => {
      this.#database?.close();
      permit.release();
    });
  }

  /** As close(), for `using`. */
  [Symbol.dispose](): void {
    this.close();
  }

  #anyMusic() {
    for (const track of this.#tracks.values()) return track;
    return this.personalTags.firstExample();
  }

  #statistics(): Statistics | undefined {
    return referenceFor(this.#anyMusic()) ?? (this.size > 0 ? this.#ready().statistics : undefined);
  }

  #ready(): TrackIndex {
    this.#index ??= new TrackIndex([...this.#tracks.values()]);
    return this.#index;
  }

  #likeness(index: TrackIndex, like: NonNullable<Query["like"]>): Float32Array {
    let embedding: Float32Array;
    if (typeof like === "string") {
      const track = this.#tracks.get(like);
      if (!track) throw new DivisiError("bad-option", `like: there is no track ${show(like)}`);
      embedding = track.embedding;
    } else {
      const { model, embedding: given } =
        typeof like === "object" && like !== null && "embedding" in like
          ? (like as { model?: string; embedding: ArrayLike<number> })
          : { model: undefined, embedding: like };
      embedding = checkedEmbedding(given, "like");
      checkSameModel(this.#anyMusic(), { model, embedding }, "like");
    }
    if (this.size === 0) return new Float32Array();
    return index.project(standardise(index.statistics, embedding));
  }

  /** Weighted mean of how much of each tag a track has. */
  #tagFit(index: TrackIndex, tags: Readonly<Record<string, number>>): Float32Array {
    const wanted = Object.entries(tags ?? {});
    const total = wanted.reduce((sum, [, weight]) => sum + Math.abs(weight), 0);
    if (!Number.isFinite(total) || total === 0) {
      throw new DivisiError(
        "bad-option",
        `tags: expected finite weights, not all of them 0, got ${show(JSON.stringify(tags))}`,
      );
    }
    const fit = new Float32Array(this.size);
    if (this.size === 0) return fit;
    for (const [name, weight] of wanted) {
      const column = this.#tagColumn(index, name);
      for (let i = 0; i < fit.length; i++) {
        fit[i] = (fit[i] as number) + (weight / total) * (column[i] as number);
      }
    }
    return fit;
  }

  #tagColumn(index: TrackIndex, name: string): Float32Array {
    if (this.personalTags.status(name).ready) {
      const { weights, offset } = this.personalTags.rule(name);
      // tanh(x / 2) = 2 sigmoid(x) - 1, as for the model's tags.
      return index.project(weights).map((value) => Math.tanh((value + offset) / 2));
    }
    if (!index.hasTag(name)) {
      const { fitting, notFitting } = this.personalTags.status(name);
      const reason =
        fitting + notFitting > 0
          ? `the tag ${show(name)} has too few examples yet`
          : `no track has the tag ${show(name)}`;
      throw new DivisiError("bad-option", `tags: ${reason}`);
    }
    return index.tagColumn(name);
  }

  /** Stores what `prepare` says, then applies it; changes take turns. */
  async #change(prepare: () => Change): Promise<void> {
    this.#checkOpen();
    const permit = await this.#changes.acquire();
    try {
      const change = prepare();
      await this.#database?.apply(change);
      this.#apply(change);
    } finally {
      permit.release();
    }
  }

  #apply(change: Change): void {
    const { putTracks = [], removeTracks = [] } = change;
    if (change.clear) this.#tracks.clear();
    for (const track of putTracks) this.#tracks.set(track.id, track);
    for (const id of removeTracks) this.#tracks.delete(id);
    const changed = putTracks.length + removeTracks.length > 0;
    if (change.clear || this.size === 0 || (changed && this.#index?.measured)) {
      this.#index = undefined;
    }
    for (const track of putTracks) this.#index?.put(track);
    for (const id of removeTracks) this.#index?.remove(id);
    this.personalTags.applyChange(change);
  }

  #checkOpen(): void {
    if (this.#closed) throw new DivisiError("closed", "this collection was closed");
  }
}

/** Those of `tracks` with the best scores, but none that are excluded. */
function matches(
  tracks: readonly Track[],
  scores: Float32Array,
  limit: number,
  parts: { readonly [P in "likeness" | "tagFit"]?: Float32Array | undefined } = {},
): Match[] {
  const { likeness, tagFit } = parts;
  return best(scores, Math.floor(limit)).map((i) => {
    const { id, title } = tracks[i] as Track;
    return {
      id,
      ...(title === undefined ? {} : { title }),
      score: scores[i] as number,
      ...(likeness && { likeness: likeness[i] as number }),
      ...(tagFit && { tagFit: tagFit[i] as number }),
    };
  });
}

function mean(a: Float32Array, b: Float32Array): Float32Array {
  return a.map((value, i) => (value + (b[i] as number)) / 2);
}

function checkName(name: unknown): void {
  if (typeof name !== "string" || name === "") {
    throw new DivisiError("bad-option", `name: expected a text, got ${show(name)}`);
  }
}
