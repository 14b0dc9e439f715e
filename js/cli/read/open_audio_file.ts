/**
 * Opens a recording for reading as a stream: WAV, FLAC, MP3, Ogg Vorbis, Ogg Opus or Ogg FLAC.
 *
 *   const source = await openAudioFile("song.mp3");
 *   try { for await (const block of separator.stream(source)) … } finally { await source.close(); }
 *
 * Samples are floats as the decoder gives them: peaks above 1 are kept.
 */

import { DivisiError } from "divisi";
import { CliError, isAbort } from "../console/errors.js";
import type { AudioFile, DecodedAudio } from "./audio_file.js";
import { ByteReader } from "./byte_reader.js";
import { type Container, detect, detectBytes, id3Length } from "./detect.js";
import { readFlac } from "./flac_reader.js";
import { readMp3 } from "./mp3_reader.js";
import { readOgg } from "./ogg_reader.js";
import { readWav } from "./wav_reader.js";

const minRate = 8000;
const maxRate = 192000;
const maxChannels = 8;

const readers: Readonly<
  Record<Container, (reader: ByteReader, warnings: string[]) => Promise<DecodedAudio>>
> = { wav: readWav, flac: readFlac, mp3: readMp3, ogg: readOgg };

/** @throws CliError for a file that cannot be read, DivisiError for one that is not usable audio. */
export async function openAudioFile(path: string): Promise<AudioFile> {
  const reader = await ByteReader.open(path);
  const warnings: string[] = [];
  let decoded: DecodedAudio;
  try {
    decoded = await readers[await detectContainer(reader)](reader, warnings);
    checkShape(decoded, path);
  } catch (error) {
    await reader.close();
    throw asAudioError(error, path);
  }
  let closed = false;
  return {
    format: decoded.format,
    sampleRate: decoded.sampleRate,
    channelCount: decoded.channelCount,
    ...(decoded.frameCount === undefined ? {} : { frameCount: decoded.frameCount }),
    blocks: guarded(decoded, warnings, path),
    warnings,
    bytesRead: () =>
      reader.size === undefined || reader.size === 0
        ? undefined
        : Math.min(1, reader.position / reader.size),
    close: async () => {
      if (closed) return;
      closed = true;
      decoded.free?.();
      await reader.close();
    },
  };
}

async function detectContainer(reader: ByteReader): Promise<Container> {
  const start = await reader.peek(10);
  if (start.length === 0) throw new DivisiError("bad-audio", `${reader.path}: is empty (0 bytes)`);
  // Some taggers put an ID3 tag before FLAC and WAV too.
  await reader.skip(id3Length(start));
  const { container, known } = detect(await reader.peek(detectBytes));
  if (container !== undefined) return container;
  if (known !== undefined) {
    throw new DivisiError(
      "unsupported",
      `${reader.path}: is ${known} file; WAV, FLAC, MP3, Ogg Vorbis and Opus are read`,
    );
  }
  throw new DivisiError(
    "bad-audio",
    `${reader.path}: is not audio that divisi reads (WAV, FLAC, MP3, Ogg Vorbis, Opus)`,
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
  warnings: string[],
  path: string,
): AsyncGenerator<readonly Float32Array[]> {
  let frames = 0;
  try {
    for await (const block of decoded.blocks) {
      frames += block[0]?.length ?? 0;
      yield block;
    }
  } catch (error) {
    // Where a decoder gives up in the middle, what it gave before is used.
    if (frames === 0 || !isDecoderError(error)) throw asAudioError(error, path);
    warnings.push(`the rest could not be decoded (${(error as Error).message})`);
  }
  if (frames === 0) throw new DivisiError("bad-audio", `${path}: holds no audio (0 frames)`);
}

/** Errors of this program's own say what they mean; any other comes out of a decoder package. */
function isDecoderError(error: unknown): boolean {
  return (
    error instanceof Error &&
    !isAbort(error) &&
    !(error instanceof DivisiError) &&
    !(error instanceof CliError)
  );
}

/** What a decoder package throws says what is wrong, but not in which file. */
function asAudioError(error: unknown, path: string): unknown {
  if (!isDecoderError(error)) return error;
  const { message } = error as Error;
  return new DivisiError("bad-audio", `${path}: could not be decoded (${message})`, {
    cause: error,
  });
}
