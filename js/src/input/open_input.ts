/**
 * What callers hand in to be computed: audio, a stream of it, or a file, which is read as a stream
 * where divisi has a reader for it and decoded by the browser elsewhere.
 *
 *   const input = await openInput(file, { signal, wasmBase });
 *   try { for await (const slice of input.slices()) … } finally { await input.close(); }
 */

import { type AudioSource, openAudio } from "../audio/audio_source.js";
import type { AudioInput, AudioStream } from "../audio/types.js";
import { abortable } from "../base/abort.js";
import type { DecodeOptions } from "../read/types.js";

/** An opened one; whoever opened it closes it. */
export interface Input extends AudioSource {
  /** Frees what a file's reader holds. May be called more than once. */
  close(): Promise<void>;
}

/** How files are read. */
export interface InputOptions {
  readonly signal?: AbortSignal | undefined;
  /** Where the engine's .wasm files lie, and so those of decoders. */
  readonly wasmBase?: string | URL | undefined;
}

const nothing = async () => {};

/** @throws DivisiError "bad-audio" for what is no audio, and what reading a file rejects with */
export async function openInput(
  audio: AudioInput | AudioStream | Blob,
  options: InputOptions,
): Promise<Input> {
  if (!(audio instanceof Blob)) return { ...openAudio(audio), close: nothing };
  const { signal } = options;
  signal?.throwIfAborted();
  // The readers are fetched by those apps alone that hand in files.
  const { openFile } = await import("../read/decode.js");
  const opening = openFile(audio, decodeOptions(options));
  try {
    const file = await abortable(opening, signal);
    return { ...openAudio(file), close: "close" in file ? () => file.close() : nothing };
  } catch (error) {
    const closing = opening.then((file) => ("close" in file ? file.close() : undefined));
    closing.catch(() => undefined);
    throw error;
  }
}

/** The same, in memory as a whole: a file is decoded first. */
export async function openWhole(
  audio: AudioInput | AudioStream | Blob,
  options: InputOptions,
): Promise<AudioSource> {
  if (!(audio instanceof Blob)) return openAudio(audio);
  const { decode } = await import("../read/decode.js");
  return openAudio(await decode(audio, decodeOptions(options)));
}

function decodeOptions({ signal, wasmBase }: InputOptions): DecodeOptions {
  return { ...(signal && { signal }), ...(wasmBase !== undefined && { wasmBase }) };
}
