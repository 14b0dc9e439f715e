/** What `StemPlayer.load` does, from what the app gives to a song that can be played. */

import { emit } from "../base/typed_events.js";
import type { MediaPlayer, MediaSession } from "./media_session.js";
import { type PlayerSetup, sendToPlayback } from "./player_setup.js";
import { PlayerSong, type PlayerSongOptions } from "./player_song.js";
import { decodeSong } from "./song_decoder.js";
import type { LoadSongOptions, SongSource } from "./types.js";

const defaultStemBytes = 256 * 2 ** 20;

interface SongUse extends Pick<PlayerSongOptions, "stems" | "wholeSong" | "onError"> {
  /** The player's own, which is told of progress. */
  readonly player: EventTarget;
  /** Called once the song is decoded. @returns the number of the seek to its beginning */
  nextSeek(): number;
}

export async function loadSong(
  source: SongSource,
  setup: PlayerSetup,
  use: SongUse,
  signal: AbortSignal,
): Promise<PlayerSong> {
  const { model, stems: names, node, channelCount, options } = setup;
  const target = { context: node.context, channelCount, signal, wasmBase: options.wasmBase };
  const audio = await decodeSong(source, target);
  signal.throwIfAborted();
  const songOptions: PlayerSongOptions = {
    model,
    names,
    quality: options.quality,
    maxStemBytes: options.maxStemBytes ?? defaultStemBytes,
    stems: use.stems,
    wholeSong: use.wholeSong,
    seek: use.nextSeek(),
    send: (message, transfer) => sendToPlayback(setup, message, transfer),
    onProgress: () => emit(use.player, "progress"),
    onError: use.onError,
  };
  return PlayerSong.open(audio, songOptions, signal);
}

/** @returns what shows a song in the system's media controls; undefined where that is not wanted or none are */
export async function mediaSessionFor(
  media: LoadSongOptions["media"],
): Promise<((player: MediaPlayer) => MediaSession | undefined) | undefined> {
  if (media === undefined) return undefined;
  // Apps that don't ask for it need not fetch it.
  const { hasMediaSession, MediaSession } = await import("./media_session.js");
  MediaSession.check(media);
  return (player) => (hasMediaSession() ? new MediaSession(player, media) : undefined);
}
