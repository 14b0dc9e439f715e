/** What an app gives a player as a song, made into audio of the player's rate and channels. */

import { openAudio } from "../audio/audio_source.js";
import type { AudioBufferLike, PlanarAudio } from "../audio/types.js";
import { abortable } from "../base/abort.js";
import { DivisiError } from "../base/errors.js";
import { urlOf } from "../base/urls.js";
import type { SongSource } from "./types.js";

interface Target {
  readonly context: BaseAudioContext;
  readonly channelCount: number;
  readonly signal: AbortSignal | undefined;
  /** Where the .wasm files lie, if the app said so. */
  readonly wasmBase: string | URL | undefined;
}

export async function decodeSong(source: SongSource, target: Target): Promise<PlanarAudio> {
  const { context, channelCount, signal } = target;
  const audio =
    typeof source === "string" || source instanceof URL || source instanceof Blob
      ? await decode(source instanceof Blob ? source : await download(source, signal), target)
      : planarOf(source);
  const [first] = audio.channels;
  if (!first || first.length === 0) {
    throw new DivisiError("bad-audio", "the song is empty: expected at least 1 frame, got 0");
  }
  const fits = audio.sampleRate === context.sampleRate && audio.channels.length === channelCount;
  return fits ? audio : convert(audio, target);
}

async function download(source: string | URL, signal: AbortSignal | undefined): Promise<Blob> {
  const url = urlOf(source, "song").href;
  let response: Response;
  try {
    response = await fetch(url, signal ? { signal } : {});
    if (response.ok) return await response.blob();
  } catch (cause) {
    if (signal?.aborted) throw signal.reason;
    throw new DivisiError("network", `${url}: ${(cause as Error).message}`, { cause });
  }
  throw new DivisiError("network", `${url}: HTTP ${response.status}`);
}

/** By the browser, at the context's rate at once, and by divisi what it doesn't know. */
async function decode(file: Blob, { context, signal, wasmBase }: Target): Promise<PlanarAudio> {
  const bytes = await abortable(file.arrayBuffer(), signal);
  try {
    return planarOf(await abortable(context.decodeAudioData(bytes), signal));
  } catch (cause) {
    if (signal?.aborted) throw signal.reason;
    const own = await decodeHere(file, { signal, wasmBase });
    if (own) return own;
    const message = `the browser cannot decode the song: ${(cause as Error).message}`;
    throw new DivisiError("bad-audio", message, { cause });
  }
}

/** @returns undefined where that is no song for divisi's readers either */
async function decodeHere(
  file: Blob,
  { signal, wasmBase }: Pick<Target, "signal" | "wasmBase">,
): Promise<PlanarAudio | undefined> {
  const { decode } = await import("../read/decode.js");
  const options = { ...(signal && { signal }), ...(wasmBase !== undefined && { wasmBase }) };
  try {
    return await decode(file, options);
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    if (error instanceof DivisiError) return undefined;
    throw error;
  }
}

function planarOf(audio: AudioBufferLike | PlanarAudio): PlanarAudio {
  // Says what is wrong with whatever is not audio.
  openAudio(audio);
  if (!("getChannelData" in audio)) return audio;
  const channels = Array.from({ length: audio.numberOfChannels }, (_, channel) =>
    audio.getChannelData(channel),
  );
  return { sampleRate: audio.sampleRate, channels };
}

/** Resamples and up- or down-mixes as the browser does for its own sources. */
async function convert(audio: PlanarAudio, { context, channelCount, signal }: Target) {
  const { sampleRate, channels } = audio;
  const length = channels[0]?.length ?? 0;
  const target = Math.ceil((length * context.sampleRate) / sampleRate);
  try {
    const buffer = new AudioBuffer({ length, sampleRate, numberOfChannels: channels.length });
    channels.forEach((samples, channel) => {
      buffer.getChannelData(channel).set(samples);
    });
    const offline = new OfflineAudioContext(channelCount, target, context.sampleRate);
    const node = new AudioBufferSourceNode(offline, { buffer });
    node.connect(offline.destination);
    node.start();
    return planarOf(await abortable(offline.startRendering(), signal));
  } catch (cause) {
    if (signal?.aborted) throw signal.reason;
    const message = `the song (${channels.length} channels at ${sampleRate} Hz) cannot be converted: ${(cause as Error).message}`;
    throw new DivisiError("bad-audio", message, { cause });
  }
}
