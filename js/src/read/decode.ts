/** From a file to audio: divisi's own readers first, then the browser's decoders. */

import { abortable } from "../base/abort.js";
import { DivisiError } from "../base/errors.js";
import { badOption, checkCallback, checkOptions } from "../base/options.js";
import type { AudioFile } from "./audio_file.js";
import { blobSource } from "./blob_source.js";
import { decodeByBrowser, hasDecoders } from "./browser_decoder.js";
import { ByteReader } from "./byte_reader.js";
import { collect } from "./collect.js";
import { findStart, type Start } from "./find_start.js";
import { compileFlac } from "./flac/compile_flac.js";
import { readFlac } from "./flac/flac_reader.js";
import { openAudio } from "./open_audio.js";
import { statedRate } from "./rates/stated_rate.js";
import type { DecodedFile, DecodeOptions } from "./types.js";

/**
 * Decodes an audio file at its own sample rate. WAV (RIFF, RF64, BW64), AIFF and FLAC of any bit depth
 * are read here, the same in every browser and in Node; anything else the browser decodes, and so it
 * does with codecs inside WAV and AIFF that are not read here. The file is known by its content.
 *
 * @throws DivisiError "unsupported" for what nobody here decodes and "bad-audio" for what is damaged
 * or no audio; both name the file and say what it is. What reading the Blob rejects with is passed on.
 */
export async function decode(file: Blob, options: DecodeOptions = {}): Promise<DecodedFile> {
  checkFile(file, options);
  const { onFormat, signal } = options;
  signal?.throwIfAborted();
  let audio: AudioFile;
  try {
    audio = await openHere(file, options);
  } catch (error) {
    return decodeElsewhere(file, options, error);
  }
  try {
    const { format, sampleRate, channelCount, frameCount } = audio;
    onFormat?.({ format, sampleRate, channelCount, frameCount });
    return await decodeHere(audio, file.size, signal);
  } catch (error) {
    if (error instanceof RangeError) throw tooLarge(bytesOf(file).name, error);
    const { code } = error as { code?: unknown };
    // FLAC's decoder may not be within reach.
    if (code !== "network" && code !== "unsupported") throw error;
    return await decodeElsewhere(file, options, error);
  } finally {
    await audio.close();
  }
}

/**
 * As `decode`, but what divisi reads itself is read as a stream: a piece of the song at a time. (No
 * browser decodes a file piece by piece.) Whoever opened a stream closes it.
 */
export async function openFile(
  file: Blob,
  options: DecodeOptions = {},
): Promise<AudioFile | DecodedFile> {
  checkFile(file, options);
  try {
    const audio = await openHere(file, options);
    // Where its decoder is not within reach, the browser has one.
    if (audio.format === "flac") await compileFlac(options.wasmBase);
    return audio;
  } catch (error) {
    return decodeElsewhere(file, options, error);
  }
}

function checkFile(file: unknown, options: DecodeOptions): void {
  if (!(file instanceof Blob)) throw badOption("file", "a File or Blob", file);
  checkOptions(options);
  checkCallback("onFormat", options.onFormat);
  checkCallback("findRate", options.findRate);
}

function openHere(file: Blob, { wasmBase }: DecodeOptions): Promise<AudioFile> {
  return openAudio(bytesOf(file), {
    readers: { flac: (reader, report) => readFlac(reader, report, wasmBase) },
  });
}

function bytesOf(file: Blob): ByteReader {
  return new ByteReader("name" in file ? String(file.name) : "the file", blobSource(file));
}

async function decodeHere(
  audio: AudioFile,
  size: number,
  signal: AbortSignal | undefined,
): Promise<DecodedFile> {
  const { format, sampleRate, warnings } = audio;
  const channels = await collect(audio, size, signal);
  return {
    decoder: "divisi",
    format,
    sampleRate,
    fileRate: sampleRate,
    channels,
    warnings,
    complete: audio.complete(),
  };
}

/** @param refused why it isn't decoded here */
async function decodeElsewhere(
  file: Blob,
  options: DecodeOptions,
  refused: unknown,
): Promise<DecodedFile> {
  if (!(refused instanceof DivisiError) || file.size === 0) throw refused;
  if (refused.code === "bad-option") throw refused;
  if (!hasDecoders()) throw withAdvice(refused);
  const reader = bytesOf(file);
  const start = await findStart(reader);
  const fileRate = await rateOf(file, reader, start, options);
  try {
    const audio = await abortable(decodeByBrowser(file, fileRate), options.signal);
    if ((audio.channels[0]?.length ?? 0) === 0) throw refused;
    const format = start.container;
    return { ...audio, decoder: "browser", format, fileRate, warnings: [], complete: true };
  } catch (cause) {
    throw asDecodeError(cause, refused, start, reader.name);
  }
}

/** There is no browser here, nor in a Worker of one. */
function withAdvice(refused: DivisiError): DivisiError {
  if (refused.code !== "unsupported") return refused;
  const message = `${refused.message}, which is read in pages and by the command line only`;
  return new DivisiError("unsupported", message, { cause: refused });
}

function rateOf(
  file: Blob,
  reader: ByteReader,
  start: Start,
  { findRate }: DecodeOptions,
): Promise<number | undefined> {
  return findRate === undefined ? statedRate(reader, start) : findRate(file);
}

/** Only what browsers say of data that they can't decode is about the file. */
function asDecodeError(cause: unknown, refused: DivisiError, start: Start, name: string): unknown {
  if (cause instanceof RangeError) return tooLarge(name, cause);
  if (!(cause instanceof DOMException) || cause.name !== "EncodingError") return cause;
  const isNoAudio = start.container === undefined && start.known === undefined;
  if (refused.code !== "unsupported" && !isNoAudio) return refused;
  const message = isNoAudio
    ? `${name}: is not audio that divisi or this browser can decode`
    : `${refused.message}, which this browser can't decode`;
  return new DivisiError("unsupported", message, { cause });
}

function tooLarge(name: string, cause: RangeError): DivisiError {
  return new DivisiError("out-of-memory", `${name}: does not fit into the memory`, { cause });
}
