/**
 * From a file to audio, by the browser's own decoders, at the file's own sample rate: what is
 * computed and exported has the bandwidth of what came in, and nothing is resampled twice.
 */

import type { PlanarAudio } from "divisi";
import { SongError } from "./types.js";

/** Where the file does not say, or says what no browser takes. */
const usualRate = 44_100;
const bytesPerSample = 4;

interface Format {
  readonly sampleRate: number | undefined;
  readonly seconds: number | undefined;
  readonly channelCount: number;
}

export async function decodeFile(file: File, maxAudioBytes: number): Promise<PlanarAudio> {
  if (file.size === 0) throw new SongError("empty", `${file.name} is empty`);
  const format = await readFormat(file);
  const sampleRate = format.sampleRate ?? usualRate;
  // Before decoding: a song that does not fit would take the whole page along.
  if (format.seconds !== undefined) {
    checkLength(file, format.seconds, sampleRate * format.channelCount, maxAudioBytes);
  }
  const bytes = await readBytes(file);
  const buffer = await decodeBytes(file, bytes, sampleRate);
  if (buffer.length === 0) throw new SongError("empty", `${file.name} holds no sound`);
  const channels = Array.from({ length: buffer.numberOfChannels }, (_, channel) =>
    buffer.getChannelData(channel),
  );
  checkLength(file, buffer.duration, buffer.sampleRate * channels.length, maxAudioBytes);
  return { sampleRate: buffer.sampleRate, channels };
}

/** What the file says of itself. It may say nothing: the decoder has the last word. */
async function readFormat(file: File): Promise<Format> {
  try {
    const { parseBlob } = await import("music-metadata");
    const { format } = await parseBlob(file, { skipCovers: true, skipPostHeaders: true });
    return {
      sampleRate: decodedRate(format.sampleRate, format.codec),
      seconds: format.duration,
      channelCount: format.numberOfChannels ?? 2,
    };
  } catch {
    return { sampleRate: undefined, seconds: undefined, channelCount: 2 };
  }
}

/** The rate of what comes out of the decoder, which some formats do not state. */
export function decodedRate(
  stated: number | undefined,
  codec: string | undefined,
): number | undefined {
  // Opus is always decoded at 48 kHz; its header states the rate before encoding.
  if (codec && /opus/i.test(codec)) return 48_000;
  if (stated === undefined || !Number.isFinite(stated)) return undefined;
  // High-efficiency AAC states the rate of its core; the upper half of the spectrum is added to it.
  return codec && /aac/i.test(codec) && stated <= 24_000 ? 2 * stated : Math.round(stated);
}

function checkLength(
  file: File,
  seconds: number,
  samplesPerSecond: number,
  maxAudioBytes: number,
): void {
  const maxSeconds = maxAudioBytes / (samplesPerSecond * bytesPerSample);
  if (seconds <= maxSeconds) return;
  const message = `${file.name} lasts ${Math.round(seconds)} s; up to ${Math.floor(maxSeconds)} s fit`;
  throw new SongError("too-long", message, { seconds, maxSeconds });
}

async function readBytes(file: File): Promise<ArrayBuffer> {
  try {
    return await file.arrayBuffer();
  } catch (cause) {
    // RangeError: more bytes than one array holds. Else the file was moved, or may not be read.
    const code = cause instanceof RangeError ? "out-of-memory" : "unreadable";
    throw new SongError(code, `${file.name} cannot be read`, {}, { cause });
  }
}

async function decodeBytes(
  file: File,
  bytes: ArrayBuffer,
  sampleRate: number,
): Promise<AudioBuffer> {
  const context = offlineContext(sampleRate);
  try {
    return await context.decodeAudioData(bytes);
  } catch (cause) {
    const code = cause instanceof RangeError ? "out-of-memory" : "undecodable";
    throw new SongError(code, `the browser cannot decode ${file.name}`, {}, { cause });
  }
}

/** decodeAudioData resamples to its context's rate, so that is the file's own. */
function offlineContext(sampleRate: number): OfflineAudioContext {
  try {
    return new OfflineAudioContext(1, 1, sampleRate);
  } catch {
    return new OfflineAudioContext(1, 1, usualRate);
  }
}
