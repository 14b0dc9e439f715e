/**
 * The player of the page: one StemPlayer, which has the song that is selected, and what the controls
 * show of it as signals. It computes the song's stems, those around the playhead first, so that a song
 * plays at once, whatever the queue is busy with.
 */

import { batch, effect, signal } from "@preact/signals";
import type { PlanarAudio, SongRange, StemPlayer } from "divisi";
import { noticeOf } from "../session/notices.js";
import { songs } from "../session/session.js";
import type { Song } from "../songs/types.js";
import { playerFor, playsAsItIs } from "./open_player.js";
import { playhead, type SongPlace } from "./playhead.js";

export interface StemSetting {
  /** 1 is as it was. */
  readonly gain: number;
  readonly muted: boolean;
  readonly solo: boolean;
}

export const untouched: StemSetting = { gain: 1, muted: false, solo: false };

/** Whether a song can be played. */
export const canPlay = signal(false);
export const playing = signal(false);
export const duration = signal(0);
/** Where stems are heard; elsewhere it is still the plain mix. */
export const ready = signal<readonly SongRange[]>([]);
export const loop = signal<SongRange | undefined>(undefined);
/** Names of the stems that are mixed. */
const mixedStems = signal<readonly string[]>([]);
/** By stem name. Kept from song to song, and from model to model. */
export const settings = signal<ReadonlyMap<string, StemSetting>>(new Map());

/** Stems in whose place their notes are heard; undefined: that of the whole song. */
const replaced = signal<ReadonlySet<string | undefined>>(new Set());

/** The time of the audio's clock at which the song was told to go on. */
let startTime = 0;

/** The song that the player has or is about to get; undefined while there is none to play. */
let openedSong: Song | undefined;
let current: StemPlayer | undefined;

/** Where songs were left: that is where they are taken up again. */
const places = new WeakMap<Song, number>();
/** What was heard when it was left: the song that takes its place is heard, too, unless that is gone. */
let heardLast: Song | undefined;

/**
 * Has the player take a song that is decoded. It computes the stems that are missing, all of them,
 * for the song to keep. Resolves when the song can be played, or when `signal` ends that.
 */
export async function openSong(
  song: Song,
  audio: PlanarAudio,
  model: string,
  signal: AbortSignal,
): Promise<void> {
  closeSong();
  openedSong = song;
  song.playerComputes.value = true;
  try {
    const player = await playerFor(model, audio, listenTo);
    if (signal.aborted) return;
    // Stems are kept as the song has them; where the browser cannot play that, the queue computes them.
    const stems = playsAsItIs(player, audio) ? song.openStems(model, player.stems) : undefined;
    if (!stems) song.playerComputes.value = false;
    await player.load(audio, { signal, ...(stems && { stems }) });
    if (signal.aborted) return;
    current = player;
    watchStage(song, player, signal);
    batch(() => {
      canPlay.value = true;
      mixedStems.value = player.stems;
      duration.value = player.duration;
      ready.value = player.ready;
    });
    for (const stem of player.stems) apply(player, stem);
    takeUp(song);
  } catch (error) {
    if (signal.aborted) return;
    // The queue tries, and says so if it cannot either.
    song.playerComputes.value = false;
    if (!saysQueue(error)) throw error;
  }
}

/** A song that was cancelled is computed no further than to be played. */
function watchStage(song: Song, player: StemPlayer, signal: AbortSignal): void {
  const stop = effect(() => {
    player.wholeSong = song.stage.value !== "cancelled" && song.stage.value !== "failed";
  });
  signal.addEventListener("abort", stop);
}

function takeUp(song: Song): void {
  seek(places.get(song) ?? 0);
  const goesOn = heardLast !== undefined && songs.value.includes(heardLast);
  heardLast = undefined;
  if (goesOn) play();
}

/** Nothing is heard any more, and nothing computed for it. */
export function closeSong(): void {
  if (openedSong && current) {
    places.set(openedSong, current.ended ? 0 : current.currentTime);
    heardLast = playing.value ? openedSong : undefined;
  }
  if (openedSong) openedSong.playerComputes.value = false;
  openedSong = undefined;
  if (current) current.loop = false;
  current?.unload();
  current = undefined;
  batch(() => {
    canPlay.value = playing.value = false;
    loop.value = undefined;
    ready.value = [];
    playhead.value = 0;
  });
}

/** Computing has failed: the mix plays on, and the queue takes the song over. */
function onError(error: unknown): void {
  if (openedSong) openedSong.playerComputes.value = false;
  if (current) current.wholeSong = false;
  if (!saysQueue(error)) noticeOf(error);
}

/** What is wrong with the model, the song's own message says best, once the queue has tried. */
function saysQueue(error: unknown): boolean {
  const { code } = error as { readonly code?: string };
  return ["out-of-memory", "model-gone", "model-not-found", "network"].includes(code ?? "");
}

function listenTo(player: StemPlayer): void {
  player.addEventListener("play", () => {
    playing.value = true;
    follow(player);
  });
  player.addEventListener("pause", () => {
    playing.value = false;
  });
  player.addEventListener("seeked", () => {
    playhead.value = player.currentTime;
  });
  player.addEventListener("progress", () => {
    ready.value = player.ready;
  });
  player.addEventListener("error", ({ detail }) => onError(detail));
}

/** Moves the playhead with the song, as often as the screen is drawn. */
function follow(player: StemPlayer): void {
  if (player !== current) return;
  playhead.value = player.currentTime;
  if (!player.paused) requestAnimationFrame(() => follow(player));
}

/** @param at the time of the audio's clock, as in `StemPlayer.play`; default: at once */
export function play(at = 0): void {
  startTime = at;
  current?.play({ at }).catch(noticeOf);
}

export function pause(): void {
  current?.pause();
}

/** How the song is started: a bar may be counted before it (metronome.ts, which comes later). */
let start = () => play();

export function startBy(starting: () => void): void {
  start = starting;
}

export function togglePlay(): void {
  if (playing.value) pause();
  else start();
}

/** What the song is heard from; undefined without a song. */
export function audioContext(): AudioContext | undefined {
  return current?.node.context as AudioContext | undefined;
}

/** Where the song is now, or will be when it starts; undefined without a song. */
export function songPlace(): SongPlace | undefined {
  if (!current) return undefined;
  const { context } = current.node;
  let [contextTime, songTime] = [context.currentTime, current.currentTime];
  // Both are of one time, unless the clock has gone on between the two.
  while (context.currentTime !== contextTime) {
    [contextTime, songTime] = [context.currentTime, current.currentTime];
  }
  return { contextTime: Math.max(contextTime, current.paused ? 0 : startTime), songTime };
}

/** Where the song starts when it is played: at its end it begins anew. */
export function nextStart(): number {
  if (!current) return 0;
  return current.ended ? (loop.value?.start ?? 0) : current.currentTime;
}

export function seek(seconds: number): void {
  if (!current) return;
  const target = Math.min(Math.max(seconds, 0), current.duration);
  current.currentTime = target;
  playhead.value = target;
}

/** A range shorter than a tenth of a second ends the loop. */
export function setLoop(range: SongRange | undefined): void {
  if (!current) return;
  const start = Math.max(0, range?.start ?? 0);
  const end = Math.min(duration.value, range?.end ?? 0);
  const kept = end - start >= 0.1 ? { start, end } : undefined;
  current.loop = kept ?? false;
  loop.value = kept;
}

export function settingOf(stem: string): StemSetting {
  return settings.value.get(stem) ?? untouched;
}

export function setStem(stem: string, change: Partial<StemSetting>): void {
  settings.value = new Map(settings.value).set(stem, { ...settingOf(stem), ...change });
  if (current) apply(current, stem);
}

/** Whether a stem is heard, by what mute and solo of all of them say. Reads signals. */
export function isAudible(stem: string): boolean {
  const { muted, solo } = settingOf(stem);
  const anySolo = mixedStems.value.some((other) => settingOf(other).solo);
  return anySolo ? solo : !muted;
}

/** Has something else be heard in the place of a stem, or of the whole song, or ends that. */
export function replace(stem: string | undefined, on: boolean): void {
  const stems = new Set(replaced.peek());
  if (on) stems.add(stem);
  else stems.delete(stem);
  replaced.value = stems;
  for (const each of current?.stems ?? []) apply(current as StemPlayer, each);
}

/** Reads a signal. */
export function isReplaced(stem: string | undefined): boolean {
  return replaced.value.has(stem) || replaced.value.has(undefined);
}

function apply(player: StemPlayer, stem: string): void {
  const { gain, muted, solo } = settingOf(stem);
  player.gain(stem).value = isReplaced(stem) ? 0 : gain;
  player.mute(stem, muted);
  player.solo(stem, solo);
}
