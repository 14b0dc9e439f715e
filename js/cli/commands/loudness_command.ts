/** `divisi loudness`: any number of files; one that fails doesn't stop the others. */

import { type LoudnessSummary, Meter } from "divisi";
import type { Terminal } from "../console/terminal.js";
import { printable } from "../console/text.js";
import type { LoudnessArguments } from "./arguments.js";
import {
  complainAbout,
  eachFile,
  exitCode,
  fileDocument,
  type OnFileProgress,
  type ReadAudio,
} from "./each_file.js";
import { readThrough } from "./read_through.js";

interface FileLoudness extends ReadAudio {
  readonly loudness: LoudnessSummary;
}

/** Columns of the table. */
const columns: readonly [title: string, number: keyof LoudnessSummary, unit: string][] = [
  ["integrated", "integrated", "LUFS"],
  ["range", "range", "LU"],
  ["short-term", "maxShortTerm", "LUFS"],
  ["momentary", "maxMomentary", "LUFS"],
  ["true peak", "truePeak", "dBTP"],
];
const columnWidth = 11;

/** @return the exit code. */
export async function loudnessCommand(
  { files, json }: LoudnessArguments,
  terminal: Terminal,
): Promise<number> {
  const meter = await Meter.create({ signal: terminal.signal });
  try {
    if (!json) {
      const titles = columns.map(([title]) => title.padStart(columnWidth)).join("  ");
      terminal.print(`${titles}  file`);
    }
    const outcomes = await eachFile(
      files,
      terminal,
      (file, _index, onProgress) => measureFile(meter, file, terminal.signal, onProgress),
      (outcome) => {
        if (json) return;
        complainAbout(outcome, terminal);
        const { file, result } = outcome;
        if (result !== undefined) terminal.print(tableRow(file, result.loudness));
      },
    );
    if (json) {
      terminal.printJson({
        version: 1,
        command: "loudness",
        files: outcomes.map((outcome) => fileDocument(outcome, ({ loudness }) => ({ loudness }))),
      });
    }
    return exitCode(outcomes);
  } finally {
    meter.close();
  }
}

async function measureFile(
  meter: Meter,
  file: string,
  signal: AbortSignal,
  onProgress: OnFileProgress,
): Promise<FileLoudness> {
  const { result, audio } = await readThrough(file, signal, onProgress, (stream, options) =>
    meter.measure(stream, options),
  );
  const { curve: _curve, ...loudness } = result;
  return { ...audio, loudness };
}

/** "-23.0 LUFS     13.0 LU  …  song.wav"; what is silent has no number. */
function tableRow(file: string, loudness: LoudnessSummary): string {
  const cells = columns.map(([, name, unit]) => {
    const value = loudness[name];
    const text = Number.isFinite(value) ? `${value.toFixed(1)} ${unit}` : "silent";
    return text.padStart(columnWidth);
  });
  return `${cells.join("  ")}  ${printable(file)}`;
}
