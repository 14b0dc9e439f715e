/**
 * The readers of audio files, for programs that bring their bytes from elsewhere or have readers of
 * more formats. They stream: a song is never in memory as a whole. (`decode` of `divisi` is all that
 * most apps need.)
 *
 * ```ts
 * import { blobSource, ByteReader, openAudio } from "divisi/readers";
 *
 * const song = await openAudio(new ByteReader(file.name, blobSource(file)));
 * try {
 *   for await (const { startFrame, stems } of separator.stream(song)) schedule(startFrame, stems);
 * } finally {
 *   await song.close();
 * }
 * ```
 *
 * @module divisi/readers
 */

export { Audibility } from "./audibility.js";
export type { AudioFile, DecodedAudio, DecodedBlock } from "./audio_file.js";
export { blobSource } from "./blob_source.js";
export { ByteReader, type ByteSource } from "./byte_reader.js";
export type { Shape } from "./conform.js";
export { type Container, findStart, type Start } from "./find_start.js";
export {
  decodeFlac,
  parseStreamInfo,
  readFlac,
  type StreamInfo,
  streamInfoBytes,
} from "./flac/flac_reader.js";
export {
  type FrameRun,
  findFrames,
  frameRun,
  freeFormatLength,
  type MpegHeader,
  parseMpegHeader,
} from "./mpeg/mpeg_header.js";
export { type AudioReader, type OpenAudioOptions, openAudio } from "./open_audio.js";
export { readAiff } from "./pcm/aiff_reader.js";
export { readWav } from "./pcm/wav_reader.js";
export { statedRate } from "./rates/stated_rate.js";
export { ReadReport } from "./read_report.js";
