/// <reference lib="esnext.disposable" preserve="true" />
import { DivisiError } from "../base/errors.js";
import { emit, typedEvents } from "../base/typed_events.js";
import { initialReport, type LoopFrames, type PlayerReport } from "../live/playback/messages.js";
import { StemGains } from "../live/stem_gains.js";
import { checkLoop, loopFrames, loopStart } from "./loop.js";
import { songFrameAt } from "./playback_position.js";
import {
  closeSetup,
  openSetup,
  type PlayerSetup,
  sendToPlayback,
  sendToProcessor,
} from "./player_setup.js";
import { PlayerSong, type PlayerSongOptions } from "./player_song.js";
import { decodeSong } from "./song_decoder.js";
import type {
  ExistingStems,
  LoadSongOptions,
  PlayOptions,
  SongRange,
  SongSource,
  StemPlayerEvents,
  StemPlayerOptions,
} from "./types.js";

const defaultStemBytes = 256 * 2 ** 20;

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
export class StemPlayer extends typedEvents<StemPlayerEvents>() {
  /**
   * Connect it to what is to play. Output 0 is what the gains make of the stems; output 1 + i is
   * stem i alone, whatever its gain, and silent where the stems are not there yet.
   */
  readonly node: AudioWorkletNode;
  readonly #setup: PlayerSetup;
  readonly #gains: StemGains;
  #song: PlayerSong | undefined;
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

  /** Loads the model into Workers, and the worklet into `context`. */
  static async create(context: BaseAudioContext, options: StemPlayerOptions): Promise<StemPlayer> {
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
    this.#gains = new StemGains(setup.node, setup.pool.facts);
    setup.node.port.onmessage = ({ data }: MessageEvent<PlayerReport>) => this.#onReport(data);
    setup.playback.onEnd = (error) => emit(this, "error", error);
  }

  /** The names of the model's stems. */
  get stems(): readonly string[] {
    return this.#setup.pool.facts;
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
    const { signal } = options;
    this.#checkOpen();
    signal?.throwIfAborted();
    this.#unload();
    const loading = new AbortController();
    this.#loading = loading;
    const stop = () => loading.abort(signal?.reason);
    signal?.addEventListener("abort", stop);
    try {
      await this.#load(source, options.stems, loading.signal);
    } finally {
      signal?.removeEventListener("abort", stop);
    }
    emit(this, "loadedmetadata");
  }

  async #load(
    source: SongSource,
    stems: ExistingStems | undefined,
    signal: AbortSignal,
  ): Promise<void> {
    const { pool, node, channelCount, options } = this.#setup;
    const audio = await decodeSong(source, { context: node.context, channelCount, signal });
    signal.throwIfAborted();
    const seek = ++this.#seek;
    this.#report = { ...initialReport, seek };
    const songOptions: PlayerSongOptions = {
      pool,
      quality: options.quality,
      maxStemBytes: options.maxStemBytes ?? defaultStemBytes,
      stems,
      wholeSong: this.#wholeSong,
      seek,
      send: (message, transfer) => sendToPlayback(this.#setup, message, transfer),
      onProgress: () => emit(this, "progress"),
      onError: (error) => emit(this, "error", error),
    };
    this.#song = await PlayerSong.open(audio, songOptions, signal);
    this.#sendLoop();
  }

  /** Stops, and gives up the song and what is computed of it. `load` takes another. */
  unload(): void {
    this.#checkOpen();
    this.#unload();
  }

  /** The gain of a stem: 1 is as it was. Changes are smoothed over 20 ms. */
  gain(stem: string): AudioParam {
    return this.#gains.gain(stem);
  }

  /** Silences a stem, or lets it be heard again. */
  mute(stem: string, on = true): void {
    this.#gains.mute(stem, on);
  }

  /** Lets only this stem be heard and others that are solo, too; or ends that. */
  solo(stem: string, on = true): void {
    this.#gains.solo(stem, on);
  }

  /** Whether a stem is heard by what `mute` and `solo` say. */
  audible(stem: string): boolean {
    return this.#gains.audible(stem);
  }

  /**
   * Plays from `currentTime` on, from the beginning after the end. Resumes the context where that is
   * suspended, which browsers allow in answer to the user's hand only: until then this is pending.
   */
  async play({ at = 0 }: PlayOptions = {}): Promise<void> {
    this.#needSong();
    if (!Number.isFinite(at)) {
      throw new DivisiError("bad-option", `at: expected seconds, got ${String(at)}`);
    }
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
    if (!Number.isFinite(seconds)) {
      throw new DivisiError("bad-option", `currentTime: expected seconds, got ${String(seconds)}`);
    }
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
   * Whether the whole song is computed for a StemStore (default), or only what is played next and
   * fits into `maxStemBytes`, as without one.
   */
  get wholeSong(): boolean {
    return this.#wholeSong;
  }

  set wholeSong(on: boolean) {
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
