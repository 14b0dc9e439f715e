/// <reference lib="esnext.disposable" preserve="true" />
import { eitherSignal } from "../base/abort.js";
import { DivisiError } from "../base/errors.js";
import { badOption, checkFlag, checkOptions } from "../base/options.js";
import { emit, typedEvents } from "../base/typed_events.js";
import { initialReport, type LoopFrames, type PlayerReport } from "../live/playback/messages.js";
import { StemGains } from "../live/stem_gains.js";
import type { ModelSource, StemName } from "../models/types.js";
import type { StemBlock } from "../separation/types.js";
import { loadSong, mediaSessionFor } from "./load_song.js";
import { checkLoop, loopFrames, loopStart } from "./loop.js";
import type { MediaSession } from "./media_session.js";
import { songFrameAt } from "./playback_position.js";
import {
  closeSetup,
  openSetup,
  type PlayerSetup,
  sendToPlayback,
  sendToProcessor,
} from "./player_setup.js";
import type { PlayerSong } from "./player_song.js";
import type {
  LoadSongOptions,
  PlayOptions,
  SongRange,
  SongSource,
  StemBlocksOptions,
  StemPlayerEvents,
  StemPlayerOptions,
} from "./types.js";

/**
 * A media player whose song plays at once, and whose stems are live.
 *
 * ```ts
 * const player = await StemPlayer.create(context, { model: "spleeter-2stems", modelBase: "/models/" });
 * player.node.connect(context.destination);
 * await player.load(file);
 * await player.play();               // the plain mix, crossed over to the stems as they are computed
 * player.gain("vocals").value = 0.5;
 * player.solo("accompaniment");
 * player.currentTime = 60;           // computed next
 * // …
 * player.close();
 * ```
 *
 * While stems are not there yet the plain mix is heard, as loud as the loudest stem is set. Events
 * are those of media elements (`StemPlayerEvents`).
 */
export class StemPlayer<Stem extends string = string> extends typedEvents<StemPlayerEvents>() {
  /**
   * Connect it to what is to play. Output 0 is what the gains make of the stems; output 1 + i is
   * stem i alone, whatever its gain, and silent where the stems are not there yet.
   */
  readonly node: AudioWorkletNode;
  readonly #setup: PlayerSetup;
  readonly #gains: StemGains;
  #song: PlayerSong | undefined;
  #media: MediaSession | undefined;
  #loading = new AbortController();
  #report = initialReport;
  #seek = 0;
  /** Where it is to go, until the processor says that it is there. */
  #target: number | undefined;
  #paused = true;
  /** Frame of the context before which it does not start. */
  #startFrame = 0;
  #ended = false;
  #loop: boolean | SongRange = false;
  #wholeSong = true;
  #closed = false;

  /**
   * Loads the worklet into `context`, and begins to load the model into Workers. It doesn't wait for
   * that where the model's stems are known: of the catalogue's models, and by `options.stems`. A song
   * can be loaded and played at once, as the mix; `modelLoaded` tells when stems begin to come.
   */
  static async create<Model extends ModelSource>(
    context: BaseAudioContext,
    options: StemPlayerOptions<Model>,
  ): Promise<StemPlayer<StemName<Model>>> {
    const setup = await openSetup(context, options);
    try {
      return new StemPlayer(setup);
    } catch (error) {
      closeSetup(setup);
      throw error;
    }
  }

  private constructor(setup: PlayerSetup) {
    super();
    this.#setup = setup;
    this.node = setup.node;
    this.#gains = new StemGains(setup.node, setup.stems);
    setup.node.port.onmessage = ({ data }: MessageEvent<PlayerReport>) => this.#onReport(data);
    setup.playback.onEnd = (error) => emit(this, "error", error);
    // A song says so itself; whoever has just made the player may listen to it by then.
    setup.model.pool.catch((error) => setTimeout(() => !this.#song && this.#onError(error), 0));
  }

  /** The names of the model's stems. */
  get stems(): readonly Stem[] {
    return this.#setup.stems as readonly Stem[];
  }

  /**
   * Resolves when the model is there. Rejects with a DivisiError where it can't be had, as the event
   * `error` tells, too: songs are heard as the mix then.
   */
  get modelLoaded(): Promise<void> {
    return this.#setup.model.pool.then(() => undefined);
  }

  /**
   * Takes another song: a file, a URL, an AudioBuffer or planar audio, resampled and mixed to the
   * context's rate and the player's channels where it has others. Stops the song before. Resolves
   * when it can be played: its stems are computed while it plays.
   *
   * Rejects with a DivisiError (`bad-audio`, `network`, `bad-option`, `closed`), or with the signal's
   * reason; then no song is loaded.
   */
  async load(source: SongSource, options: LoadSongOptions = {}): Promise<void> {
    checkOptions(options);
    const { signal, stems, media } = options;
    this.#checkOpen();
    signal?.throwIfAborted();
    this.#unload();
    const loading = new AbortController();
    this.#loading = loading;
    const given = eitherSignal(loading.signal, signal);
    try {
      const showMedia = await mediaSessionFor(media);
      const use = {
        ...{ player: this, stems, wholeSong: this.#wholeSong },
        nextSeek: () => {
          const seek = ++this.#seek;
          this.#report = { ...initialReport, seek };
          return seek;
        },
        onError: (error: unknown) => this.#onError(error),
      };
      this.#song = await loadSong(source, this.#setup, use, given.signal);
      this.#sendLoop();
      this.#media = showMedia?.(this);
    } finally {
      given.release();
    }
    emit(this, "loadedmetadata");
  }

  /** Stops, and gives up the song and what is computed of it. `load` takes another. */
  unload(): void {
    this.#checkOpen();
    this.#unload();
  }

  /** The gain of a stem: 1 is as it was. Changes are smoothed over 20 ms. */
  gain(stem: Stem): AudioParam {
    return this.#gains.gain(stem);
  }

  /** Silences a stem, or lets it be heard again. */
  mute(stem: Stem, on = true): void {
    this.#gains.mute(stem, on);
  }

  /** Lets only this stem be heard and others that are solo, too; or ends that. */
  solo(stem: Stem, on = true): void {
    this.#gains.solo(stem, on);
  }

  /** Whether a stem is heard by what `mute` and `solo` say. */
  audible(stem: Stem): boolean {
    return this.#gains.audible(stem);
  }

  /** How loud all of it is, 0 to 1 (default), as of media elements. Smoothed over 20 ms. */
  get volume(): number {
    return this.#gains.volume;
  }

  set volume(volume: number) {
    this.#gains.volume = volume;
    emit(this, "volumechange");
  }

  /**
   * Plays from `currentTime` on, from the beginning after the end. Resumes the context where that is
   * suspended, which browsers allow in answer to the user's hand only: until then this is pending.
   */
  async play(options: PlayOptions = {}): Promise<void> {
    this.#needSong();
    checkOptions(options);
    const { at = 0 } = options;
    if (!Number.isFinite(at)) throw badOption("at", "seconds", at);
    if (this.#ended) this.currentTime = loopStart(this.#loop);
    if (this.#paused) {
      this.#paused = false;
      this.#startFrame = Math.round(at * this.#rate);
      this.#sendPlay();
      emit(this, "play");
    }
    const { context } = this.node;
    if (context instanceof AudioContext && context.state !== "running") await context.resume();
  }

  /** Stops the sound; the stems go on being computed. */
  pause(): void {
    this.#checkOpen();
    if (this.#paused) return;
    this.#paused = true;
    sendToProcessor(this.#setup, { type: "pause" });
    emit(this, "pause");
  }

  /** Whether it is not to play. */
  get paused(): boolean {
    return this.#paused;
  }

  /** Whether the song has come to its end. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Whether it is on its way to another place. */
  get seeking(): boolean {
    return this.#target !== undefined;
  }

  /** The song's length in seconds; NaN without a song. */
  get duration(): number {
    return this.#song ? this.#song.frameCount / this.#rate : Number.NaN;
  }

  /** Where the song is, in seconds. Set it to go there: the stems there are computed next. */
  get currentTime(): number {
    if (this.#target !== undefined) return this.#target / this.#rate;
    if (!this.#song) return 0;
    const { frameCount } = this.#song;
    const contextFrame = this.node.context.currentTime * this.#rate;
    return songFrameAt(this.#report, contextFrame, this.#loopFrames(), frameCount) / this.#rate;
  }

  set currentTime(seconds: number) {
    const { frameCount } = this.#needSong();
    if (!Number.isFinite(seconds)) throw badOption("currentTime", "seconds", seconds);
    const frame = Math.round(Math.min(Math.max(seconds * this.#rate, 0), frameCount));
    this.#target = frame;
    this.#ended = false;
    sendToPlayback(this.#setup, { type: "seek", frame, seek: ++this.#seek });
    // The processor may have come to the song's end, which is not where it is now.
    if (!this.#paused) this.#sendPlay();
    this.#updateSchedule();
    emit(this, "seeking");
  }

  /** Whether the song, or a stretch of it, is played again and again. */
  get loop(): boolean | SongRange {
    return this.#loop;
  }

  set loop(loop: boolean | SongRange) {
    this.#checkOpen();
    this.#loop = checkLoop(loop);
    this.#sendLoop();
  }

  /** The stretches whose stems are ready, in order. */
  get ready(): readonly SongRange[] {
    return this.#song?.ready ?? [];
  }

  /**
   * The stems that are ready now, block by block in the order of the song: copies of those that were
   * computed, read or given, as far as they are kept (`ready`). What is given up meanwhile is left out.
   */
  async *stemBlocks(options: StemBlocksOptions = {}): AsyncGenerator<StemBlock<Stem>, void, void> {
    const song = this.#needSong();
    checkOptions(options);
    // The song's end is the end of this, too.
    const { signal, release } = eitherSignal(this.#loading.signal, options.signal);
    try {
      yield* song.readyStems(signal) as AsyncGenerator<StemBlock<Stem>, void, void>;
    } finally {
      release();
    }
  }

  /**
   * Whether the whole song is computed for a StemStore (default), or only what is played next and
   * fits into `maxStemBytes`, as without one.
   */
  get wholeSong(): boolean {
    return this.#wholeSong;
  }

  set wholeSong(on: boolean) {
    checkFlag("wholeSong", on);
    this.#wholeSong = on;
    if (this.#song) this.#song.wholeSong = on;
  }

  /** How fast stems are computed, in seconds of the song a second; 0 as long as that is not known. */
  get computingSpeed(): number {
    return this.#song?.computingSpeed ?? 0;
  }

  /** How often the sound had to stop because nothing was there to play. */
  get underruns(): number {
    return this.#report.underruns;
  }

  /** Ends the Workers and the node, and frees the song. */
  close(): void {
    if (this.#closed) return;
    this.#unload();
    this.#closed = true;
    closeSetup(this.#setup);
  }

  /** For `using player = …`. (Where there is no Symbol.dispose this is just never called.) */
  [Symbol.dispose](): void {
    this.close();
  }

  get #rate(): number {
    return this.node.context.sampleRate;
  }

  /** Nobody need hear that they gave it up themselves. */
  #onError(error: unknown): void {
    const { signal } = this.#setup.options;
    if (!this.#closed && !(signal?.aborted && error === signal.reason)) emit(this, "error", error);
  }

  /** What the processor says. */
  #onReport(report: PlayerReport): void {
    const { underruns } = this.#report;
    // What it said before it had heard of the last seek is of no interest any more.
    this.#report =
      report.seek === this.#seek ? report : { ...this.#report, underruns: report.underruns };
    if (report.underruns > underruns) emit(this, "waiting");
    if (report.seek !== this.#seek) return;
    if (this.#target !== undefined) {
      this.#target = undefined;
      emit(this, "seeked");
    }
    this.#updateSchedule();
    if (report.moving) emit(this, "timeupdate");
    if (!report.ended || this.#ended) return;
    this.#ended = true;
    this.#paused = true;
    for (const event of ["timeupdate", "pause", "ended"]) emit(this, event);
  }

  #unload(): void {
    this.#loading.abort(new DivisiError("closed", "another song was loaded, or the player closed"));
    if (!this.#paused) this.pause();
    this.#media?.close();
    this.#media = undefined;
    this.#song?.close();
    this.#song = undefined;
    this.#target = undefined;
    this.#ended = false;
    sendToPlayback(this.#setup, { type: "unload" });
  }

  /** What the stems are computed for: where the song is now. */
  #updateSchedule(): void {
    this.#song?.move(Math.round(this.currentTime * this.#rate), this.#loopFrames());
  }

  #sendPlay(): void {
    const [seek, startFrame] = [this.#seek, this.#startFrame];
    sendToProcessor(this.#setup, { type: "play", seek, startFrame });
  }

  #sendLoop(): void {
    if (!this.#song) return;
    sendToPlayback(this.#setup, { type: "loop", loop: this.#loopFrames() });
    this.#updateSchedule();
  }

  #loopFrames(): LoopFrames | undefined {
    return this.#song && loopFrames(this.#loop, this.#rate, this.#song.frameCount);
  }

  #needSong(): PlayerSong {
    this.#checkOpen();
    if (this.#song) return this.#song;
    throw new DivisiError("bad-option", "no song is loaded: call load() first");
  }

  #checkOpen(): void {
    if (this.#closed) throw new DivisiError("closed", "the player was closed");
  }
}
