/**
 * The system's media controls and keys for a player: what plays is shown by its title, and the keys work
 * the player. Browsers give them to pages that play a media element, which Web Audio is not, so a silent
 * one plays along; where the page's policy has no room for that (`media-src blob:`) it is left out.
 */

import { badOption, checkOptions } from "../base/options.js";
import { encodeWave } from "../files/encode_wave.js";

/** The part of a StemPlayer that is used. */
export interface MediaPlayer extends EventTarget {
  currentTime: number;
  readonly duration: number;
  readonly paused: boolean;
  play(): Promise<void>;
  pause(): void;
}

/** Seconds that the keys for it go forward or back, where the system names none. */
const seekSeconds = 10;
/** Of the silent element: what takes less than five counts as a notification's sound. */
const silentSeconds = 10;
const silentRate = 8000;

const watched = ["play", "pause", "seeked", "timeupdate", "ended"] as const;

/** The page has one: the last song that asked for it. */
let shown: MediaSession | undefined;

export class MediaSession {
  readonly #player: MediaPlayer;
  readonly #silence: SilentElement;
  readonly #onChange = () => this.#update();

  /** @throws DivisiError "bad-option" for what is no MediaMetadataInit */
  static check(media: MediaMetadataInit): void {
    checkOptions(media, "media");
    for (const name of ["title", "artist", "album"] as const) {
      const value: unknown = media[name];
      if (value !== undefined && typeof value !== "string") {
        throw badOption(`media.${name}`, "a text", value);
      }
    }
    const { artwork } = media;
    const isList = artwork === undefined || Array.isArray(artwork);
    if (!isList || artwork?.some((image) => typeof image?.src !== "string")) {
      throw badOption("media.artwork", "an array of { src }", artwork);
    }
  }

  constructor(player: MediaPlayer, media: MediaMetadataInit) {
    shown?.close();
    shown = this;
    this.#player = player;
    this.#silence = new SilentElement(() => {
      if (!player.paused) player.pause();
    });
    const { mediaSession } = navigator;
    mediaSession.metadata = new MediaMetadata(media);
    for (const [action, handle] of Object.entries(this.#handlers())) {
      setHandler(action as MediaSessionAction, handle);
    }
    for (const event of watched) player.addEventListener(event, this.#onChange);
    this.#update();
  }

  /** The keys are the browser's again. */
  close(): void {
    if (shown !== this) return;
    shown = undefined;
    for (const event of watched) this.#player.removeEventListener(event, this.#onChange);
    for (const action of Object.keys(this.#handlers())) {
      setHandler(action as MediaSessionAction, null);
    }
    this.#silence.close();
    const { mediaSession } = navigator;
    mediaSession.metadata = null;
    mediaSession.playbackState = "none";
    mediaSession.setPositionState?.();
  }

  #handlers(): Partial<Record<MediaSessionAction, MediaSessionActionHandler>> {
    const player = this.#player;
    const seekBy = (seconds: number) => {
      player.currentTime = Math.max(0, player.currentTime + seconds);
    };
    return {
      play: () => void player.play().catch(() => undefined),
      pause: () => player.pause(),
      stop: () => {
        player.pause();
        player.currentTime = 0;
      },
      seekbackward: ({ seekOffset }) => seekBy(-(seekOffset ?? seekSeconds)),
      seekforward: ({ seekOffset }) => seekBy(seekOffset ?? seekSeconds),
      seekto: ({ seekTime }) => {
        if (seekTime !== undefined && seekTime !== null) player.currentTime = seekTime;
      },
    };
  }

  #update(): void {
    const { duration, currentTime, paused } = this.#player;
    const { mediaSession } = navigator;
    mediaSession.playbackState = paused ? "paused" : "playing";
    if (Number.isFinite(duration)) {
      const position = Math.min(Math.max(0, currentTime), duration);
      mediaSession.setPositionState?.({ duration, position, playbackRate: 1 });
    }
    this.#silence.follow(paused);
  }
}

/** A media element that makes the page one with media, and no sound. */
class SilentElement {
  readonly #element = new Audio();
  readonly #url: string;
  #wanted = false;

  /** @param onPause called when the system pauses it: headphones were unplugged, a call comes in */
  constructor(onPause: () => void) {
    const samples = new Float32Array(silentSeconds * silentRate);
    const bytes = encodeWave({ sampleRate: silentRate, channels: [samples] });
    this.#url = URL.createObjectURL(new Blob([bytes], { type: "audio/wav" }));
    this.#element.src = this.#url;
    this.#element.loop = true;
    this.#element.onpause = () => {
      if (this.#wanted) onPause();
    };
  }

  follow(paused: boolean): void {
    if (this.#wanted === !paused) return;
    this.#wanted = !paused;
    if (paused) this.#element.pause();
    else this.#element.play().catch(() => undefined);
  }

  close(): void {
    this.#wanted = false;
    this.#element.pause();
    this.#element.removeAttribute("src");
    URL.revokeObjectURL(this.#url);
  }
}

/** Browsers refuse actions that they don't know. */
function setHandler(action: MediaSessionAction, handle: MediaSessionActionHandler | null): void {
  try {
    navigator.mediaSession.setActionHandler(action, handle);
  } catch {
    // It has no such key.
  }
}

/** Whether there are such controls: Workers, and some browsers, have none. */
export function hasMediaSession(): boolean {
  return typeof navigator !== "undefined" && "mediaSession" in navigator;
}
