/** Makes the files of an export, one after the other, and puts them into an archive if asked to. */

import type { FlacLibrary } from "divisi/files";
import { BlobStemStore } from "../songs/stem_store.js";
import { type BlobWriter, createFlacWriter, createWavWriter } from "./blob_writer.js";
import { type Rendering, render } from "./render.js";
import type { ExportRequest, ExportResult } from "./types.js";

export interface ExportTools {
  /** Fetched only when a FLAC is asked for. */
  loadFlacLibrary(): Promise<FlacLibrary>;
  onProgress(share: number): void;
}

export async function makeFiles(request: ExportRequest, tools: ExportTools): Promise<ExportResult> {
  const store = new BlobStemStore(request.stems);
  const made: { readonly name: string; readonly blob: Blob }[] = [];
  let clippedSamples = 0;
  let level = 1;
  for (const [index, file] of request.files.entries()) {
    const rendering = await render(file.content, store);
    const audio = await openFile(file.name, store, rendering, request, tools);
    try {
      let frames = 0;
      for await (const channels of rendering.stretches) {
        audio.write(channels);
        frames += channels[0]?.length ?? 0;
        tools.onProgress((index + frames / store.frameCount) / request.files.length);
      }
      made.push({ name: file.name, blob: audio.finish() });
      clippedSamples += audio.clippedSamples;
      level = Math.min(level, rendering.level);
    } finally {
      audio.free();
    }
  }
  const [first] = made;
  if (!first) throw new RangeError("no file was asked for");
  if (request.archive === undefined) return { ...first, clippedSamples, level };
  return { name: request.archive, blob: await zip(made), clippedSamples, level };
}

async function openFile(
  name: string,
  { sampleRate }: BlobStemStore,
  { channelCount }: Rendering,
  { format, bits }: ExportRequest,
  tools: ExportTools,
): Promise<BlobWriter> {
  const shape = { sampleRate, channelCount, bits };
  return format === "wav"
    ? createWavWriter(shape)
    : createFlacWriter(await tools.loadFlacLibrary(), shape, name);
}

/** Audio does not get smaller by being packed again: the archive only holds it together. */
async function zip(files: readonly { name: string; blob: Blob }[]): Promise<Blob> {
  const { downloadZip } = await import("client-zip");
  const now = new Date();
  const entries = files.map(({ name, blob }) => ({ name, input: blob, lastModified: now }));
  const blob = await downloadZip(entries).blob();
  return new Blob([blob], { type: "application/zip" });
}
