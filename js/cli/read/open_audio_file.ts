/**
 * Opens a recording for reading as a stream: WAV, AIFF, FLAC, MP3, Ogg Vorbis, Ogg Opus or Ogg FLAC,
 * and with ffmpeg on the machine whatever that decodes.
 *
 *   const file = await openAudioFile("song.mp3");
 *   try { for await (const block of separator.stream(file)) … } finally { await file.close(); }
 *
 * Samples are floats as the decoder gives them: peaks above 1 are kept.
 */

import { DivisiError } from "divisi";
import { isAbort } from "../console/errors.js";
import type { AudioFile, DecodedAudio } from "./audio_file.js";
import { ByteReader } from "./byte_reader.js";
import { conform } from "./conform.js";
import { decodeByFfmpeg, type FfmpegAudio } from "./ffmpeg.js";
import { type Container, findStart } from "./find_start.js";
import { readFlac } from "./flac/flac_reader.js";
import { readMp3 } from "./mpeg/mp3_reader.js";
import { readOgg } from "./ogg/ogg_reader.js";
import { readAiff } from "./pcm/aiff_reader.js";
import { readWav } from "./pcm/wav_reader.js";
import { ReadReport } from "./read_report.js";

const minRate = 8000;
const maxRate = 192000;
const maxChannels = 8;

const readers: Readonly<
  Record<Container, (reader: ByteReader, report: ReadReport) => Promise<DecodedAudio>>
> = { wav: readWav, aiff: readAiff, flac: readFlac, mp3: readMp3, ogg: readOgg };

/**
 * @param path of a file or a named pipe, or "-" for standard input.
 * @throws CliError for a file that cannot be read, DivisiError for one that is not usable audio.
 */
export async function openAudioFile(path: string): Promise<AudioFile> {
  const reader = await ByteReader.open(path);
  const report = new ReadReport();
  let decoded: DecodedAudio | FfmpegAudio;
  try {
    decoded = await decode(reader, path, report);
    checkShape(decoded, reader.path);
  } catch (error) {
    await reader.close();
    throw asAudioError(error, reader.path);
  }
  let closed = false;
  return {
    format: decoded.format,
    sampleRate: decoded.sampleRate,
    channelCount: decoded.channelCount,
    ...(decoded.frameCount === undefined ? {} : { frameCount: decoded.frameCount }),
    blocks: guarded(decoded, report, reader.path),
    warnings: report.warnings,
    complete: () => report.complete,
    bytesRead: () => {
      if ("share" in decoded) return decoded.share();
      if (reader.size === undefined || reader.size === 0) return undefined;
      return Math.min(1, reader.position / reader.size);
    },
    close: async () => {
      if (closed) return;
      closed = true;
      decoded.free?.();
      await reader.close();
    },
  };
}

async function decode(
  reader: ByteReader,
  path: string,
  report: ReadReport,
): Promise<DecodedAudio | FfmpegAudio> {
  try {
    return await readers[await findContainer(reader)](reader, report);
  } catch (error) {
    if (!(error instanceof DivisiError) || error.code !== "unsupported") throw error;
    // What has been taken out of a pipe can't be put back.
    if (reader.size === undefined && reader.position > 0) throw error;
    const decoded = await decodeByFfmpeg(path, error.message, reader, report);
    if (decoded !== undefined) return decoded;
    const advice = "install ffmpeg, and divisi reads it through that";
    throw new DivisiError("unsupported", `${error.message}; ${advice}`);
  }
}

async function findContainer(reader: ByteReader): Promise<Container> {
  const { path } = reader;
  if ((await reader.peek(1)).length === 0) {
    throw new DivisiError("bad-audio", `${path}: is empty (0 bytes)`);
  }
  const { container, known } = await findStart(reader);
  if (container !== undefined) return container;
  if (known !== undefined) throw new DivisiError("unsupported", `${path}: is ${known} file`);
  throw new DivisiError(
    "bad-audio",
    `${path}: is not audio that divisi reads (WAV, AIFF, FLAC, MP3, Ogg Vorbis, Opus)`,
  );
}

function checkShape(audio: DecodedAudio, path: string): void {
  const { sampleRate, channelCount } = audio;
  if (sampleRate < minRate || sampleRate > maxRate) {
    throw new DivisiError(
      "bad-audio",
      `${path}: has a sample rate of ${sampleRate} Hz; ${minRate} to ${maxRate} Hz can be used`,
    );
  }
  if (channelCount < 1 || channelCount > maxChannels) {
    throw new DivisiError(
      "bad-audio",
      `${path}: has ${channelCount} channels; 1 to ${maxChannels} can be used`,
    );
  }
}

/** The decoded blocks, with errors that name the file, and an error where there are none at all. */
async function* guarded(
  decoded: DecodedAudio,
  report: ReadReport,
  path: string,
): AsyncGenerator<readonly Float32Array[]> {
  let frames = 0;
  try {
    for await (const block of conform(decoded.blocks, decoded, report)) {
      frames += block[0]?.length ?? 0;
      if ((block[0]?.length ?? 0) > 0) yield block;
    }
  } catch (error) {
    // Half a song must not pass for a whole one.
    const where = frames === 0 ? "" : ` beyond ${(frames / decoded.sampleRate).toFixed(1)} s`;
    throw asAudioError(error, path, where);
  }
  if (frames === 0) throw new DivisiError("bad-audio", `${path}: holds no audio (0 frames)`);
}

/** Errors of this program's own say what they mean; any other comes out of a decoder package. */
function isDecoderError(error: unknown): boolean {
  return (
    error instanceof Error &&
    !isAbort(error) &&
    error.name !== "DivisiError" &&
    error.name !== "CliError"
  );
}

/** What a decoder package throws says what is wrong, but not in which file. */
function asAudioError(error: unknown, path: string, where = ""): unknown {
  if (!isDecoderError(error)) return error;
  const { message } = error as Error;
  return new DivisiError("bad-audio", `${path}: could not be decoded${where} (${message})`, {
    cause: error,
  });
}
