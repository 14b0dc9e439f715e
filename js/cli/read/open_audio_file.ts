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
import { type AudioFile, openAudio } from "divisi/readers";
import { openBytes } from "./byte_source.js";
import { decodeByFfmpeg } from "./ffmpeg.js";
import { readMp3 } from "./mpeg/mp3_reader.js";
import { readOgg } from "./ogg/ogg_reader.js";

/**
 * @param path of a file or a named pipe, or "-" for standard input.
 * @throws CliError for a file that cannot be read, DivisiError for one that is not usable audio.
 */
export async function openAudioFile(path: string): Promise<AudioFile> {
  const reader = await openBytes(path);
  return openAudio(reader, {
    readers: { mp3: readMp3, ogg: readOgg },
    async otherwise({ message }, report) {
      const decoded = await decodeByFfmpeg(path, message, reader, report);
      if (decoded !== undefined) return decoded;
      const advice = "install ffmpeg, and divisi reads it through that";
      throw new DivisiError("unsupported", `${message}; ${advice}`);
    },
  });
}
