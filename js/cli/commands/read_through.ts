/** Reads a whole file through a task that gives one result at its end. */

import type { AudioStream } from "divisi";
import { MeasuredAudio } from "../read/measured.js";
import { openAudioFile } from "../read/open_audio_file.js";
import type { OnFileProgress, ReadAudio } from "./each_file.js";

/** What a task takes beside the audio. */
export interface RunOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: { readonly done: number }) => void;
}

export interface FileReading<T> {
  readonly result: T;
  readonly audio: ReadAudio;
  /** As `audio.silent`, of the channels' mean. */
  readonly silentInMono: boolean;
}

export async function readThrough<T>(
  file: string,
  signal: AbortSignal,
  onProgress: OnFileProgress,
  run: (audio: AudioStream, options: RunOptions) => Promise<T>,
): Promise<FileReading<T>> {
  signal.throwIfAborted();
  const source = await openAudioFile(file);
  try {
    const measured = new MeasuredAudio(source);
    const result = await run(measured.audio, {
      signal,
      onProgress: ({ done }) => onProgress(measured.share(done), done / source.sampleRate),
    });
    return {
      result,
      audio: {
        format: source.format,
        sampleRate: source.sampleRate,
        channels: source.channelCount,
        frames: measured.decoded,
        silent: measured.isSilent,
        complete: source.complete(),
        warnings: source.warnings,
      },
      silentInMono: measured.isSilentInMono,
    };
  } finally {
    const closed = source.close();
    // A pipe that says nothing more can't be closed while it is read, and Ctrl-C mustn't wait for it.
    if (!signal.aborted) await closed;
  }
}
