/** `divisi analyse`: any number of files; one that fails doesn't stop the others. */

import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import {
  Analyser,
  type AnalysisResult,
  analysisFiles,
  type ChordsResult,
  type KeyResult,
  type SectionsResult,
  sectionText,
} from "divisi";
import type { Terminal } from "../console/terminal.js";
import { clock } from "../console/text.js";
import { version } from "../console/version.js";
import { standardInput } from "../read/byte_source.js";
import { openAudioFile } from "../read/open_audio_file.js";
import { writeNew } from "../write/write_new.js";
import type { AnalyseArguments } from "./arguments.js";
import {
  complainAbout,
  eachFile,
  exitCode,
  type FileOutcome,
  fileDocument,
  type OnFileProgress,
  type ReadAudio,
  summary,
} from "./each_file.js";
import { outputNames } from "./output_names.js";
import { readThrough } from "./read_through.js";

interface AnalysedFile extends ReadAudio {
  readonly analysis: AnalysisResult;
  /** Files that were written. */
  readonly paths: readonly string[];
}

/** Of chords, keys or sections, on a line. */
const mostShown = 8;

/** @return the exit code. */
export async function analyseCommand(
  options: AnalyseArguments,
  terminal: Terminal,
): Promise<number> {
  const { files, json, parts } = options;
  const { signal } = terminal;
  const analyser = await Analyser.create({ signal, ...(parts && { parts }) });
  try {
    const names = outputNames(files);
    const outcomes = await eachFile(
      files,
      terminal,
      async (file, index, onProgress) => {
        const name = names[index] ?? "";
        const folder = options.stems && join(options.stems, name);
        const analysed = await analyseFile(analyser, file, folder, signal, onProgress);
        return { ...analysed, paths: await writeFiles(analysed.analysis, options, file, name) };
      },
      (outcome) => {
        if (!json) printOutcome(outcome, terminal);
      },
    );
    if (json) terminal.printJson(document(analyser, outcomes));
    return exitCode(outcomes);
  } finally {
    analyser.close();
  }
}

async function analyseFile(
  analyser: Analyser,
  file: string,
  stems: string | undefined,
  signal: AbortSignal,
  onProgress: OnFileProgress,
): Promise<Omit<AnalysedFile, "paths">> {
  const vocals = stems === undefined ? undefined : await openAudioFile(vocalsIn(stems));
  try {
    const { result, audio } = await readThrough(file, signal, onProgress, (stream, options) =>
      analyser.analyse(stream, { ...options, ...(vocals && { stems: { vocals } }) }),
    );
    return { ...audio, analysis: result };
  } finally {
    await vocals?.close();
  }
}

/** The stem's path, in one of the formats in which `divisi separate` writes it. */
function vocalsIn(folder: string): string {
  const flac = join(folder, "vocals.flac");
  return existsSync(flac) ? flac : join(folder, "vocals.wav");
}

/** @param name of the file's folder. @return the paths */
async function writeFiles(
  analysis: AnalysisResult,
  { format, out }: AnalyseArguments,
  file: string,
  name: string,
): Promise<string[]> {
  if (format === undefined) return [];
  const folder = join(out, name);
  const song = { file: file === standardInput ? name : basename(file), version: version() };
  const paths: string[] = [];
  for (const { name, bytes } of analysisFiles(analysis, format, song)) {
    paths.push(await writeNew(folder, name, bytes));
  }
  return paths;
}

function printOutcome(outcome: FileOutcome<AnalysedFile>, terminal: Terminal): void {
  const { file, elapsedSeconds, result } = outcome;
  complainAbout(outcome, terminal);
  if (result === undefined) return;
  terminal.print(summary(file, result, elapsedSeconds));
  for (const line of analysisLines(result.analysis)) terminal.print(`  ${line}`);
  for (const path of result.paths) terminal.print(`  ${path}`);
}

/** What a person wants to know first of each part. */
function analysisLines({ beats, key, chords, sections, loudness }: AnalysisResult): string[] {
  const lines: string[] = [];
  if (beats) {
    const [first] = beats.beats.filter(({ number }) => number === 1);
    lines.push(
      beats.tempo === undefined
        ? "beats     none"
        : `beats     ${beats.beats.length} at ${beats.tempo.toFixed(1)} a minute ` +
            `(${percent(beats.tempoConfidence)}), ${beats.beatsPerBar} a bar` +
            (first ? `, the first bar at ${clock(first.seconds)}` : ""),
    );
  }
  if (key) lines.push(`key       ${keyText(key)}`);
  if (chords) lines.push(`chords    ${chordsText(chords)}`);
  if (sections) lines.push(`sections  ${sectionsText(sections)}`);
  if (loudness) {
    const { integrated } = loudness;
    lines.push(
      `loudness  ${Number.isFinite(integrated) ? `${integrated.toFixed(1)} LUFS` : "silent"}`,
    );
  }
  return lines;
}

/** "A minor (61 %), then C major from 1:12; tuned +12 cents". */
function keyText({ key, parts, tuningCents }: KeyResult): string {
  if (key === undefined) return "none";
  const [first, ...others] = parts;
  const start = first ?? key;
  const shown = [
    `${start.tonic} ${start.mode} (${percent(start.confidence)})`,
    ...others
      .slice(0, mostShown)
      .map(({ tonic, mode, startSeconds }) => `${tonic} ${mode} from ${clock(startSeconds)}`),
    ...(others.length > mostShown ? ["…"] : []),
  ];
  const cents = Math.round(tuningCents);
  return `${shown.join(", then ")}; tuned ${cents > 0 ? "+" : ""}${cents} cents`;
}

/** The first ones, without the silence before them: "C:maj A:min F:maj G:7 …". */
function chordsText({ chords }: ChordsResult): string {
  const played = chords.filter(({ label }) => label !== "N");
  if (played.length === 0) return "none";
  const shown = played.slice(0, mostShown).map(({ label }) => label);
  return [...shown, ...(played.length > mostShown ? ["…"] : [])].join(" ");
}

/** "A verse 0:00, B chorus 0:31, …; the hook at 0:31". */
function sectionsText({ sections }: SectionsResult): string {
  if (sections.length === 0) return "none";
  const shown = sections
    .slice(0, mostShown)
    .map((section) => `${sectionText(section)} ${clock(section.startSeconds)}`);
  const hook = sections.find(({ isHook }) => isHook);
  const list = [...shown, ...(sections.length > mostShown ? ["…"] : [])].join(", ");
  return hook ? `${list}; the hook at ${clock(hook.startSeconds)}` : list;
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}

function document(analyser: Analyser, outcomes: readonly FileOutcome<AnalysedFile>[]) {
  return {
    version: 1,
    command: "analyse",
    parts: analyser.parts,
    files: outcomes.map((outcome) =>
      fileDocument(outcome, ({ analysis: { durationSeconds: _, ...analysis }, paths }) => ({
        ...analysis,
        ...(paths.length > 0 && { paths }),
      })),
    ),
  };
}
