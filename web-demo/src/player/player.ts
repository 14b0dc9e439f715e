/**
 * The player of the page: one StemPlayer, which has the song that is selected, and what the controls
 * show of it as signals. It computes stems around the playhead by itself, so that a song plays at
 * once, whatever the queue is busy with.
 */

import { batch, signal } from "@preact/signals";
import { type PlanarAudio, type SongRange, StemPlayer } from "divisi";
import { noticeOf } from "../session/notices.js";
import { modelBase } from "../session/session.js";
import { playhead } from "./playhead.js";

export interface StemSetting {
  /** 1 is as it was. */
  readonly gain: number;
  readonly muted: boolean;
  readonly solo: boolean;
}

export const untouched: StemSetting = { gain: 1, muted: false, solo: false };

/** Stems of the song that is played; the player computes them anew where it forgot them. */
const maxStemSeconds = 45;
const stemBytesPerSecond = 48000 * 2 * 2 * 4;

/** Whether a song can be played. */
export const canPlay = signal(false);
export const playing = signal(false);
export const duration = signal(0);
/** Where stems are heard; elsewhere it is still the plain mix. */
export const ready = signal<readonly SongRange[]>([]);
export const loop = signal<SongRange | undefined>(undefined);
/** By stem name. Kept from song to song. */
export const settings = signal<ReadonlyMap<string, StemSetting>>(new Map());

let opened: { readonly model: string; readonly player: Promise<StemPlayer> } | undefined;
/** The player that has the song; undefined while there is none to play. */
let current: StemPlayer | undefined;

/** Has the player take `audio`. Resolves when it can be played, or when `signal` ends that. */
export async function openSong(
  audio: PlanarAudio,
  model: string,
  signal: AbortSignal,
): Promise<void> {
  closeSong();
  try {
    const player = await playerFor(model);
    if (signal.aborted) return;
    await player.load(audio, { signal });
    current = player;
    batch(() => {
      canPlay.value = true;
      duration.value = player.duration;
      ready.value = player.ready;
    });
    for (const stem of player.stems) apply(player, stem);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** Nothing is heard any more. */
export function closeSong(): void {
  if (current && !current.paused) current.pause();
  if (current) current.loop = false;
  current = undefined;
  batch(() => {
    canPlay.value = playing.value = false;
    loop.value = undefined;
    ready.value = [];
    playhead.value = 0;
  });
}

function playerFor(model: string): Promise<StemPlayer> {
  if (opened?.model === model) return opened.player;
  opened?.player.then((player) => player.close()).catch(() => {});
  const player = createPlayer(model);
  opened = { model, player };
  // What failed is tried again with the next song.
  player.catch(() => {
    if (opened?.player === player) opened = undefined;
  });
  return player;
}

async function createPlayer(model: string): Promise<StemPlayer> {
  const context = new AudioContext({ latencyHint: "playback" });
  const maxStemBytes = maxStemSeconds * stemBytesPerSecond;
  const options = { model, modelBase, maxStemBytes, workers: 1 };
  const player = await StemPlayer.create(context, options).catch(async (error) => {
    await context.close();
    throw error;
  });
  player.node.connect(context.destination);
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
  player.addEventListener("error", ({ detail }) => noticeOf(detail));
  return player;
}

/** Moves the playhead with the song, as often as the screen is drawn. */
function follow(player: StemPlayer): void {
  if (player !== current) return;
  playhead.value = player.currentTime;
  if (!player.paused) requestAnimationFrame(() => follow(player));
}

export function togglePlay(): void {
  if (!current) return;
  if (current.paused) current.play().catch(noticeOf);
  else current.pause();
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
  const anySolo = [...settings.value.values()].some((setting) => setting.solo);
  return anySolo ? solo : !muted;
}

function apply(player: StemPlayer, stem: string): void {
  const { gain, muted, solo } = settingOf(stem);
  player.gain(stem).value = gain;
  player.mute(stem, muted);
  player.solo(stem, solo);
}
