/** Separates one file: opens it, streams it through the separator, writes and names the stems. */

import { mkdir, rmdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Separator } from "divisi";
import { DivisiError } from "divisi";
import type { AudioFile } from "divisi/readers";
import { CliError, describeFileError } from "../console/errors.js";
import { pathOf } from "../console/file_paths.js";
import { MeasuredAudio } from "../read/measured.js";
import { openAudioFile } from "../read/open_audio_file.js";
import { FlacWriter } from "../write/flac_writer.js";
import type { StemWriter } from "../write/stem_writer.js";
import { WavWriter } from "../write/wav_writer.js";
import type { SeparateArguments } from "./arguments.js";
import type { OnFileProgress, ReadAudio } from "./each_file.js";

export interface Job {
  readonly file: string;
  /** Where the stems go. */
  readonly folder: string;
  readonly stems: readonly string[];
  readonly signal: AbortSignal;
  readonly onProgress: OnFileProgress;
}

export interface SeparatedFile extends ReadAudio {
  readonly stems: readonly WrittenStem[];
}

export interface WrittenStem {
  readonly name: string;
  readonly path: string;
  readonly clippedSamples: number;
  /** Whether a file of an earlier run stood there. */
  readonly replaced: boolean;
}

/** On any failure nothing is left behind, and stems of an earlier run are as they were. */
export async function separateFile(
  separator: Separator,
  options: SeparateArguments,
  job: Job,
): Promise<SeparatedFile> {
  job.signal.throwIfAborted();
  const source = await openAudioFile(job.file);
  const folder = new OutputFolder(job.folder);
  const writers: StemWriter[] = [];
  let published = false;
  try {
    await folder.create();
    for (const stem of job.stems) writers.push(await createWriter(stem, source, options, job));
    const written = await writeStems(separator, source, writers, options, job);
    for (const writer of writers) await writer.finish();
    job.signal.throwIfAborted();
    const replaced = await Promise.all(writers.map(({ path }) => exists(path)));
    for (const writer of writers) await writer.publish();
    published = true;
    return describe(source, written, writers, replaced, options, job);
  } finally {
    for (const writer of writers) await writer.discard();
    if (!published) await folder.removeCreated();
    const closed = source.close();
    // A pipe that says nothing more can't be closed while it is read, and Ctrl-C mustn't wait for it.
    if (!job.signal.aborted) await closed;
  }
}

async function createWriter(
  stem: string,
  source: AudioFile,
  options: SeparateArguments,
  job: Job,
): Promise<StemWriter> {
  const path = join(job.folder, `${fileName(stem)}.${options.format}`);
  await refuseInput(path, options.files);
  const { sampleRate, channelCount } = source;
  if (options.format === "flac" && !fitsFlac(sampleRate)) {
    const reason = `FLAC can't hold a sample rate of ${sampleRate} Hz: use --format wav`;
    throw new CliError("unsupported", `${job.file}: ${reason}`);
  }
  const shape = { sampleRate, channelCount, bits: options.bits };
  return options.format === "flac" ? FlacWriter.create(path, shape) : WavWriter.create(path, shape);
}

/** Frame headers have 16 bits for the rate, in Hz or in tens of Hz, or 8 in kHz (RFC 9639, 9.1.2). */
function fitsFlac(sampleRate: number): boolean {
  return sampleRate < 65536 || sampleRate % 10 === 0;
}

/** A stem's name comes from the model file, which may be anybody's: it must not lead elsewhere. */
function fileName(stem: string): string {
  const allowed = /^[^\p{Cc}/\\:*?"<>|.][^\p{Cc}/\\:*?"<>|]{0,99}$/u;
  if (allowed.test(stem)) return stem;
  throw new DivisiError("bad-model", `the model's stem ${JSON.stringify(stem)} can't name a file`);
}

/** With `--out` chosen unhappily a stem could replace a recording that is to be separated. */
async function refuseInput(path: string, files: readonly string[]): Promise<void> {
  const existing = await stat(path).catch(() => undefined);
  if (existing === undefined) return;
  for (const file of files) {
    const input = await stat(pathOf(file)).catch(() => undefined);
    if (input?.ino === existing.ino && input.dev === existing.dev) {
      throw new CliError("would-overwrite-input", `${path}: is one of the files to separate`);
    }
  }
}

interface Written {
  /** Frames written. */
  readonly frames: number;
  readonly silent: boolean;
}

/** Streams the whole file. */
async function writeStems(
  separator: Separator,
  source: AudioFile,
  writers: readonly StemWriter[],
  options: SeparateArguments,
  job: Job,
): Promise<Written> {
  const measured = new MeasuredAudio(source);
  const { mode, quality } = options;
  const { stems, signal } = job;
  let frames = 0;
  const stream = separator.stream(measured.audio, { mode, quality, stems, signal });
  for await (const block of stream) {
    for (const [index, writer] of writers.entries()) {
      await writer.write(block.stems[stems[index] ?? ""] ?? []);
    }
    frames += block.frameCount;
    job.onProgress(measured.share(frames), frames / source.sampleRate);
  }
  const { decoded } = measured;
  if (frames !== decoded) {
    throw new DivisiError("internal", `${job.file}: ${decoded} frames went in, ${frames} came out`);
  }
  return { frames, silent: measured.isSilent };
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}

function describe(
  source: AudioFile,
  { frames, silent }: Written,
  writers: readonly StemWriter[],
  replaced: readonly boolean[],
  { format, bits }: SeparateArguments,
  job: Job,
): SeparatedFile {
  const stems = writers.map(({ path, clippedSamples }, index) => ({
    name: job.stems[index] ?? "",
    path,
    clippedSamples,
    replaced: replaced[index] ?? false,
  }));
  const advice = format === "wav" ? "--bits 32" : "--format wav --bits 32";
  const clipped = stems
    .filter(({ clippedSamples }) => clippedSamples > 0)
    .map(
      ({ path, clippedSamples }) =>
        `${path}: ${clippedSamples} samples beyond full scale were cut off to ${bits} bits; ` +
        `${advice} keeps them`,
    );
  return {
    format: source.format,
    sampleRate: source.sampleRate,
    channels: source.channelCount,
    frames,
    silent,
    stems,
    complete: source.complete(),
    warnings: [...source.warnings, ...clipped],
  };
}

/**
 * Makes a folder and those that it lies in: Node's own way to do so never ends where a folder can't be
 * made in one that exists, as below /proc and on drives that are gone.
 *
 * @return the outermost folder that was made
 */
async function makeFolder(path: string): Promise<string | undefined> {
  try {
    await mkdir(path);
    return path;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (await isFolder(path)) return undefined;
    if (code !== "ENOENT" || dirname(path) === path || (await isFolder(dirname(path)))) throw error;
    const first = await makeFolder(dirname(path));
    await mkdir(path);
    return first ?? path;
  }
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
}

/** The folder for the stems; what was made for it is removed again if nothing goes into it. */
class OutputFolder {
  readonly #path: string;
  #firstCreated: string | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  async create(): Promise<void> {
    try {
      this.#firstCreated = await makeFolder(this.#path);
    } catch (error) {
      throw describeFileError(error, this.#path);
    }
  }

  async removeCreated(): Promise<void> {
    if (this.#firstCreated === undefined) return;
    for (let folder = this.#path; ; folder = dirname(folder)) {
      try {
        await rmdir(folder);
      } catch {
        return; // somebody else put something there
      }
      if (folder.length <= this.#firstCreated.length) return;
    }
  }
}
