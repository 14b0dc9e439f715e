/**
 * From a file to audio at the file's own sample rate: what is computed and exported has the bandwidth of
 * what came in, and nothing is resampled twice. divisi reads WAV, AIFF and FLAC itself; anything else
 * the browser's decoders do, set to the rate that the file states.
 */

import { type DecodedFile, DivisiError, decode } from "divisi";
import { type DecodedSong, SongError } from "./types.js";

const bytesPerSample = 4;

interface Format {
  readonly sampleRate: number | undefined;
  readonly seconds: number | undefined;
  readonly channelCount: number;
}

/** Where the file does not say, or says what no browser takes. */
const usualRate = 44_100;

export async function decodeFile(file: File, maxAudioBytes: number): Promise<DecodedSong> {
  const details = { file: file.name };
  if (file.size === 0) throw new SongError("empty", `${file.name} is empty`, details);
  // Before decoding: a song that does not fit would take the whole page along.
  const checkFormat = ({ sampleRate = usualRate, seconds, channelCount }: Format) => {
    if (seconds === undefined) return;
    checkLength(file, seconds, sampleRate * channelCount, maxAudioBytes);
  };
  let decoded: DecodedFile;
  try {
    decoded = await decode(file, {
      onFormat: ({ sampleRate, channelCount, frameCount }) =>
        checkFormat({
          sampleRate,
          channelCount,
          seconds: frameCount === undefined ? undefined : frameCount / sampleRate,
        }),
      findRate: async () => {
        const format = await readFormat(file);
        checkFormat(format);
        return format.sampleRate;
      },
    });
  } catch (error) {
    throw asSongError(file, error);
  }
  const { sampleRate, channels, decoder, format, fileRate, warnings } = decoded;
  const seconds = (channels[0]?.length ?? 0) / sampleRate;
  checkLength(file, seconds, sampleRate * channels.length, maxAudioBytes);
  return { sampleRate, channels, origin: { decoder, format, fileRate, warnings } };
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
  throw new SongError("too-long", message, { file: file.name, seconds, maxSeconds });
}

/** Told by what the system says the file is, which is known of the usual endings. */
function holdsNoSound({ type, name }: File): boolean {
  if (/^(image|text|font|model)\//.test(type)) return true;
  return /^application\/(pdf|zip|json|msword|vnd\.)/.test(type) || /\.(pdf|docx?|zip)$/i.test(name);
}

function asSongError(file: File, cause: unknown): unknown {
  const name = file.name;
  const fail = (code: SongError["code"], message: string, reason?: string) =>
    new SongError(code, message, { file: name, ...(reason && { reason }) }, { cause });
  if (cause instanceof DivisiError) {
    const { code, message } = cause;
    if (code === "unsupported") {
      return fail(holdsNoSound(file) ? "no-audio" : "undecodable", message, message);
    }
    if (code === "bad-audio") return fail("damaged", message, message);
    if (code === "out-of-memory") return fail("out-of-memory", message);
  }
  // The file was moved, or may not be read.
  const isUnreadable =
    cause instanceof DOMException && /^Not(Readable|Found|Allowed)Error$/.test(cause.name);
  return isUnreadable ? fail("unreadable", `${name} cannot be read`) : cause;
}
