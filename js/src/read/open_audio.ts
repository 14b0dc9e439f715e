/** Opens audio for reading as a stream, whatever its bytes come from. */

import { DivisiError } from "../base/errors.js";
import { checkCallback, checkOptions } from "../base/options.js";
import type { AudioFile, DecodedAudio } from "./audio_file.js";
import { type ByteReader, checkReader } from "./byte_reader.js";
import { conform } from "./conform.js";
import { type Container, findStart } from "./find_start.js";
import { readFlac } from "./flac/flac_reader.js";
import { readAiff } from "./pcm/aiff_reader.js";
import { readWav } from "./pcm/wav_reader.js";
import { ReadReport } from "./read_report.js";

const minRate = 8000;
const maxRate = 192000;
const maxChannels = 8;

/** Reads one format, from where `findStart` left the reader. */
export type AudioReader = (reader: ByteReader, report: ReadReport) => Promise<DecodedAudio>;

/** What `openAudio` is to use beside the package's own readers. */
export interface OpenAudioOptions {
  /** Readers of more formats, or others in the place of the package's own. */
  readonly readers?: Partial<Readonly<Record<Container, AudioReader>>>;
  /**
   * Reads what no reader knows, of a file from its first byte on; `error` says what it is. Undefined: it can't be
   * read after all.
   */
  readonly otherwise?: (
    error: DivisiError,
    report: ReadReport,
  ) => Promise<DecodedAudio | undefined>;
}

/**
 * Opens a WAV, AIFF or FLAC, or what `options` has a reader for: by its content, over tags and junk in
 * front. Samples are floats as the decoder gives them: peaks above 1 are kept. Closes the reader when
 * it fails.
 *
 * @throws DivisiError "unsupported" for other formats, "bad-audio" for what is no usable audio; both
 * say what the file is
 */
export async function openAudio(
  reader: ByteReader,
  options: OpenAudioOptions = {},
): Promise<AudioFile> {
  checkReader(reader);
  checkOptions(options);
  const { otherwise, readers = {} } = options;
  checkCallback("otherwise", otherwise);
  checkOptions(readers, "readers");
  const report = new ReadReport();
  let decoded: DecodedAudio;
  try {
    decoded = await open(reader, options, report);
    checkShape(decoded, reader.name);
  } catch (error) {
    await reader.close();
    throw asAudioError(error, reader.name);
  }
  let closed = false;
  return {
    format: decoded.format,
    sampleRate: decoded.sampleRate,
    channelCount: decoded.channelCount,
    ...(decoded.frameCount === undefined ? {} : { frameCount: decoded.frameCount }),
    blocks: guarded(decoded, report, reader.name),
    warnings: report.warnings,
    complete: () => report.complete,
    bytesRead: () => {
      if (decoded.share !== undefined) return decoded.share();
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

async function open(
  reader: ByteReader,
  { readers, otherwise }: OpenAudioOptions,
  report: ReadReport,
): Promise<DecodedAudio> {
  try {
    const container = await findContainer(reader);
    const all = { wav: readWav, aiff: readAiff, flac: readFlac, ...readers };
    const read: AudioReader | undefined = (all as OpenAudioOptions["readers"])?.[container];
    if (read !== undefined) return await read(reader, report);
    throw new DivisiError("unsupported", `${reader.name}: is ${otherContainers[container]} file`);
  } catch (error) {
    if (!(error instanceof DivisiError) || error.code !== "unsupported") throw error;
    // What has been taken out of a pipe can't be put back.
    if (reader.size === undefined && reader.position > 0) throw error;
    const decoded = await otherwise?.(error, report);
    if (decoded === undefined) throw error;
    return decoded;
  }
}

/** Recognised here and read by others. */
const otherContainers: Readonly<Partial<Record<Container, string>>> = {
  mp3: "an MP3",
  ogg: "an Ogg",
};

async function findContainer(reader: ByteReader): Promise<Container> {
  const { name } = reader;
  if ((await reader.peek(1)).length === 0) {
    throw new DivisiError("bad-audio", `${name}: is empty (0 bytes)`);
  }
  const { container, known } = await findStart(reader);
  if (container !== undefined) return container;
  if (known !== undefined) throw new DivisiError("unsupported", `${name}: is ${known} file`);
  throw new DivisiError(
    "bad-audio",
    `${name}: is not audio that divisi reads (WAV, AIFF, FLAC, MP3, Ogg Vorbis, Opus)`,
  );
}

function checkShape(audio: DecodedAudio, name: string): void {
  const { sampleRate, channelCount } = audio;
  if (sampleRate < minRate || sampleRate > maxRate) {
    throw new DivisiError(
      "bad-audio",
      `${name}: has a sample rate of ${sampleRate} Hz; ${minRate} to ${maxRate} Hz can be used`,
    );
  }
  if (channelCount < 1 || channelCount > maxChannels) {
    throw new DivisiError(
      "bad-audio",
      `${name}: has ${channelCount} channels; 1 to ${maxChannels} can be used`,
    );
  }
}

/** The decoded blocks, with errors that name the file, and an error where there are none at all. */
async function* guarded(
  decoded: DecodedAudio,
  report: ReadReport,
  name: string,
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
    throw asAudioError(error, name, where);
  }
  if (frames === 0) throw new DivisiError("bad-audio", `${name}: holds no audio (0 frames)`);
}

/** Errors of a name of their own say what they mean; these come out of a decoder. */
const namesOfDecoderErrors = new Set(["Error", "TypeError", "RangeError", "RuntimeError"]);

/** What a decoder throws says what is wrong, but not in which file. */
function asAudioError(error: unknown, name: string, where = ""): unknown {
  if (!(error instanceof Error) || !namesOfDecoderErrors.has(error.name)) return error;
  const message = `${name}: could not be decoded${where} (${error.message})`;
  return new DivisiError("bad-audio", message, { cause: error });
}
