/**
 * The StemPlayer of the page, made anew for another model or another format: it plays each song at the
 * song's own rate and channels, so that the stems that it computes are those to keep.
 */

import { type PlanarAudio, StemPlayer } from "divisi";
import type { AddedModel } from "../known_models/added_models.js";
import { playerStemSeconds } from "../known_models/costs.js";
import { knownModel, modelBook } from "../known_models/known_models.js";
import { modelBase, playerLoading } from "../session/session.js";

/** As many as a player takes, where nobody knows the model. */
const mostStems = 16;
const mostChannels = 8;

interface Opened {
  readonly key: string;
  readonly player: Promise<StemPlayer>;
  /** Its model could not be had: it plays the mix, and the next song gets another. */
  hasFailed: boolean;
}

let opened: Opened | undefined;

/** @param listen called with the player if it is made anew */
export function playerFor(
  model: string,
  { sampleRate, channels }: PlanarAudio,
  listen: (player: StemPlayer) => void,
): Promise<StemPlayer> {
  const channelCount = Math.min(channels.length, mostChannels);
  const key = `${model} ${sampleRate} ${channelCount}`;
  if (opened?.key === key && !opened.hasFailed) return opened.player;
  opened?.player.then(close).catch(() => {});
  const player = createPlayer(model, sampleRate, channelCount);
  const own = { key, player, hasFailed: false };
  opened = own;
  player.then(listen).catch(() => {});
  // What failed is tried again with the next song.
  player
    .then(({ modelLoaded }) => modelLoaded)
    .catch(() => {
      own.hasFailed = true;
    });
  return player;
}

/** Whether the player neither resamples nor mixes down the song. */
export function playsAsItIs(player: StemPlayer, { sampleRate, channels }: PlanarAudio): boolean {
  const { context, channelCount } = player.node;
  return context.sampleRate === sampleRate && channelCount === channels.length;
}

async function createPlayer(
  model: string,
  sampleRate: number,
  channelCount: number,
): Promise<StemPlayer> {
  const context = openContext(sampleRate);
  const known = knownModel(model);
  const stemCount = known?.stems.length ?? mostStems;
  // What is farther away is read from the song's store; two runs of the networks have to have room.
  const stemSeconds = Math.max(playerStemSeconds, 3 * hopSeconds(known?.added));
  const maxStemBytes = stemSeconds * context.sampleRate * channelCount * stemCount * 4;
  let loads = true;
  const isLoaded = () => {
    loads = false;
    playerLoading.value = undefined;
  };
  const onProgress = ({ done, total }: { done: number; total: number | undefined }) => {
    if (loads) playerLoading.value = { model, done, total };
  };
  try {
    const source = await modelBook(modelBase).source(model);
    const stems = known && { stems: known.stems };
    const options = { ...source, ...stems, channelCount, maxStemBytes, workers: 1, onProgress };
    const player = await StemPlayer.create(context, options);
    player.node.connect(context.destination);
    // A song is played meanwhile; whoever listens to the player is told what fails.
    player.modelLoaded.catch(() => undefined).then(isLoaded);
    return player;
  } catch (error) {
    isLoaded();
    await context.close();
    throw error;
  }
}

function hopSeconds(added: AddedModel | undefined): number {
  return added ? added.hopFrames / added.sampleRate : 0;
}

/** Not every browser takes every rate. */
function openContext(sampleRate: number): AudioContext {
  try {
    return new AudioContext({ latencyHint: "playback", sampleRate });
  } catch {
    return new AudioContext({ latencyHint: "playback" });
  }
}

async function close(player: StemPlayer): Promise<void> {
  player.close();
  await (player.node.context as AudioContext).close();
}
