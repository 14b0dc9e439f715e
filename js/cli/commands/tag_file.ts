/** Tags one file: opens it, streams it through the tagger, and says what there is to know. */

import type { Tag, Tagger } from "divisi";
import { MeasuredAudio } from "../read/measured.js";
import { openAudioFile } from "../read/open_audio_file.js";
import type { OnFileProgress, ReadAudio } from "./each_file.js";

export interface TaggedFile extends ReadAudio {
  /** Best first; none of silence. */
  readonly tags: readonly Tag[];
  /** Whether the audio was too short and was filled up with silence. */
  readonly padded: boolean;
}

export async function tagFile(
  tagger: Tagger,
  file: string,
  signal: AbortSignal,
  onProgress: OnFileProgress,
): Promise<TaggedFile> {
  signal.throwIfAborted();
  const source = await openAudioFile(file);
  try {
    const measured = new MeasuredAudio(source);
    const { tags, padded, taggram } = await tagger.tag(measured.audio, {
      signal,
      onProgress: ({ done }) => onProgress(measured.share(done), done / source.sampleRate),
    });
    const frames = measured.decoded;
    const short =
      `${(frames / source.sampleRate).toFixed(2)} s of audio, less than the ` +
      `${taggram.patchSeconds.toFixed(2)} s that the model hears at once: ` +
      "filled up with silence, so its tags mean little";
    const silent = measured.isSilentInMono;
    return {
      format: source.format,
      sampleRate: source.sampleRate,
      channels: source.channelCount,
      frames,
      silent,
      // What the networks say of silence is made up.
      tags: silent ? [] : tags,
      padded,
      complete: source.complete(),
      warnings: [...source.warnings, ...(padded && !silent ? [short] : [])],
    };
  } finally {
    const closed = source.close();
    // A pipe that says nothing more can't be closed while it is read, and Ctrl-C mustn't wait for it.
    if (!signal.aborted) await closed;
  }
}
