/** Does the work of a command on one file after another; a file that fails doesn't stop the rest. */

import { basename } from "node:path";
import { type ErrorReport, reportError } from "../console/errors.js";
import type { Terminal } from "../console/terminal.js";
import { clock, speedText } from "../console/text.js";
import { standardInputName } from "../read/byte_source.js";

/** What the work on any file tells about the audio. */
export interface ReadAudio {
  readonly format: string;
  readonly sampleRate: number;
  readonly channels: number;
  readonly frames: number;
  readonly warnings: readonly string[];
  /** False where audio that the file holds was left out, as one of the warnings says. */
  readonly complete: boolean;
  /** Whether there was nothing to hear. */
  readonly silent: boolean;
}

export interface FileOutcome<T extends ReadAudio> {
  readonly file: string;
  readonly elapsedSeconds: number;
  /** undefined where the file failed; then there is an error. */
  readonly result?: T;
  readonly error?: ErrorReport;
}

/** @param share 0 to 1; @param audioSeconds done so far. */
export type OnFileProgress = (share: number, audioSeconds: number) => void;

/**
 * @param work what to do with the file of this index.
 * @param report called with each file's outcome as soon as there is one.
 * @return the outcomes; fewer than files after an interruption.
 */
export async function eachFile<T extends ReadAudio>(
  files: readonly string[],
  { progress, signal }: Terminal,
  work: (file: string, index: number, onProgress: OnFileProgress) => Promise<T>,
  report: (outcome: FileOutcome<T>) => void,
): Promise<FileOutcome<T>[]> {
  const outcomes: FileOutcome<T>[] = [];
  for (const [index, file] of files.entries()) {
    const start = performance.now();
    const elapsed = () => ({ elapsedSeconds: (performance.now() - start) / 1000 });
    const place = files.length > 1 ? `${index + 1}/${files.length} ` : "";
    progress.start(`${place}${basename(file)}`);
    let outcome: FileOutcome<T>;
    try {
      const result = await work(file, index, (share, seconds) => progress.update(share, seconds));
      outcome = { file, ...elapsed(), result };
    } catch (error) {
      outcome = { file, ...elapsed(), error: fileError(error, file) };
    } finally {
      progress.clear();
    }
    outcomes.push(outcome);
    report(outcome);
    if (signal.aborted) break;
  }
  return outcomes;
}

/** 0 all done, 1 some file failed or wasn't done whole. */
export function exitCode(outcomes: readonly FileOutcome<ReadAudio>[]): number {
  return outcomes.every(({ result }) => result?.complete === true) ? 0 : 1;
}

/** Messages of the engine name the value, but they can't know which file it came from. */
function fileError(error: unknown, file: string): ErrorReport {
  const report = reportError(error);
  const { message } = report;
  if (message.includes(file) || message.startsWith(standardInputName)) return report;
  return { ...report, message: `${file}: ${message}` };
}

/** Error and warnings, on standard error. */
export function complainAbout(outcome: FileOutcome<ReadAudio>, terminal: Terminal): void {
  const { file, result, error } = outcome;
  if (error !== undefined) terminal.complain(error.message);
  for (const warning of result?.warnings ?? []) terminal.complain(`warning: ${file}: ${warning}`);
}

/** "song.mp3: 3:05 of mp3, 44100 Hz, 2 channels, in 6.1 s (30 x real time)" */
export function summary(file: string, audio: ReadAudio, elapsedSeconds: number): string {
  const { format, sampleRate, channels, frames } = audio;
  const seconds = frames / sampleRate;
  return (
    `${file}: ${clock(seconds)} of ${format}, ${sampleRate} Hz, ${channels} ` +
    `${channels === 1 ? "channel" : "channels"}, in ${elapsedSeconds.toFixed(1)} s ` +
    `(${speedText(seconds / elapsedSeconds)})`
  );
}

/** The file's part of the JSON document. @param extra what only this command has. */
export function fileDocument<T extends ReadAudio>(
  outcome: FileOutcome<T>,
  extra: (result: T) => object,
): object {
  const { file, elapsedSeconds, result, error } = outcome;
  if (result === undefined) return { file, done: false, elapsedSeconds, error };
  const { format, sampleRate, channels, frames, warnings, complete, silent } = result;
  const seconds = frames / sampleRate;
  return {
    file,
    done: true,
    format,
    sampleRate,
    channels,
    frames,
    seconds,
    speed: seconds / elapsedSeconds,
    silent,
    ...extra(result),
    complete,
    warnings,
    elapsedSeconds,
  };
}
