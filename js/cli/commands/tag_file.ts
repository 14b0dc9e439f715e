/** Tags one file: opens it, streams it through the tagger, and says what there is to know. */

import type { Tag, Tagger } from "divisi";
import type { OnFileProgress, ReadAudio } from "./each_file.js";
import { readThrough } from "./read_through.js";

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
  const {
    result: { tags, padded, taggram },
    audio,
    silentInMono: silent,
  } = await readThrough(file, signal, onProgress, (stream, options) => tagger.tag(stream, options));
  const short =
    `${(audio.frames / audio.sampleRate).toFixed(2)} s of audio, less than the ` +
    `${taggram.patchSeconds.toFixed(2)} s that the model hears at once: ` +
    "filled up with silence, so its tags mean little";
  return {
    ...audio,
    silent,
    // What the networks say of silence is made up.
    tags: silent ? [] : tags,
    padded,
    warnings: [...audio.warnings, ...(padded && !silent ? [short] : [])],
  };
}
