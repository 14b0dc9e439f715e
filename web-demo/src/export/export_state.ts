/** The export under way, and what became of the last one. */

import { computed, signal } from "@preact/signals";
import type { SampleBits } from "divisi/files";
import { explain } from "../session/errors.js";
import { askBeforeLeaving } from "../session/leaving.js";
import { queue } from "../session/session.js";
import { bytes } from "../shared/format.js";
import { panelStrings } from "../shared/panel_strings.js";
import { fileName, saveBlob } from "../shared/save_blob.js";
import { BlobStemStore } from "../songs/stem_store.js";
import type { Song } from "../songs/types.js";
import { exportFiles } from "./export_files.js";
import type { AudioFormat, ExportResult, FileContent } from "./types.js";

export const formats = ["wav-16", "wav-24", "wav-32", "flac-16", "flac-24"] as const;

/** One of `formats`. Kept while other songs are shown. */
export const format = signal<string>("wav-24");

interface Running {
  readonly song: Song;
  readonly what: string;
  readonly share: number;
  readonly ending: AbortController;
}

export const running = signal<Running | undefined>(undefined);
export const outcome = signal<{ readonly song: Song; readonly text: string } | undefined>(
  undefined,
);
export const isBusy = computed(() => running.value !== undefined);

export interface WishedFile {
  /** What it is of the song: the file is called "SONG (PART)". */
  readonly part: string;
  readonly content: FileContent;
}

export interface Wish {
  readonly what: string;
  readonly files: readonly WishedFile[];
  /** Whether several files go into one archive. */
  readonly archive?: boolean;
}

/** Makes the files and has the browser save them. */
export async function make(song: Song, { what, files, archive }: Wish): Promise<void> {
  const store = queue.value?.stems(song);
  if (!(store instanceof BlobStemStore) || running.value) return;
  const [kind, bits] = format.value.split("-") as [AudioFormat, string];
  const ending = new AbortController();
  const named = (part: string) => fileName(`${song.name} (${part})`);
  const request = {
    stems: store.stored,
    files: files.map(({ part, content }) => ({ name: `${named(part)}.${kind}`, content })),
    format: kind,
    bits: Number(bits) as SampleBits,
    ...(archive && { archive: `${named(what)}.zip` }),
  };
  running.value = { song, what, share: 0, ending };
  outcome.value = undefined;
  const mayLeave = askBeforeLeaving();
  try {
    const result = await exportFiles(request, {
      signal: ending.signal,
      onProgress: (share) => {
        running.value = { song, what, share, ending };
      },
    });
    saveBlob(result.name, result.blob);
    outcome.value = { song, text: describeResult(result) };
  } catch (error) {
    if (!ending.signal.aborted) {
      const { what: problem, next } = explain(error);
      outcome.value = { song, text: `${problem} ${next}` };
    }
  } finally {
    mayLeave();
    running.value = undefined;
  }
}

/** What there is to know of a finished file. */
function describeResult({ name, blob, clippedSamples, level }: ExportResult): string {
  const text = panelStrings.exports;
  const parts = [text.saved(name, bytes(blob.size))];
  if (level < 1) parts.push(text.quieter((-20 * Math.log10(level)).toFixed(1)));
  if (clippedSamples > 0) parts.push(text.clipped(clippedSamples));
  return parts.join(" ");
}
