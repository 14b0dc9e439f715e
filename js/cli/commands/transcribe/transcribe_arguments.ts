/** The arguments of `divisi transcribe`. */

import type { NoteFormat, TranscribeOptions } from "divisi";
import { UsageError } from "../../console/errors.js";
import { standardInput } from "../../read/byte_source.js";
import { checkFiles, choice, count, notEmpty, share } from "../option_values.js";

export interface TranscribeArguments {
  readonly command: "transcribe";
  readonly files: readonly string[];
  /** A name of the catalogue or a path; undefined: the catalogue's default. */
  readonly model: string | undefined;
  /** Whether the model has to be one for melody. */
  readonly melody: boolean;
  /** Whether drums are heard in place of notes. */
  readonly drums: boolean;
  /** Of the files that are written; undefined: none are. */
  readonly format: NoteFormat | undefined;
  readonly bends: boolean;
  /** Of a song that is separated first, and written with its beats; undefined: the mix alone is heard. */
  readonly stems: StemsArguments | undefined;
  readonly options: Pick<TranscribeOptions, "sensitivity" | "mode">;
  readonly out: string;
  readonly json: boolean;
}

/** How a song is separated first. */
export interface StemsArguments {
  /** A name of the catalogue or a path; undefined: the catalogue's default. */
  readonly separator: string | undefined;
  /** Lines of a grid within a beat; undefined: notes lie where they were heard. */
  readonly grid: number | undefined;
}

export const transcribeOptions = {
  model: { type: "string" },
  format: { type: "string" },
  melody: { type: "boolean" },
  drums: { type: "boolean" },
  sensitivity: { type: "string" },
  bends: { type: "boolean" },
  mode: { type: "string" },
  stems: { type: "boolean" },
  separator: { type: "string" },
  grid: { type: "string" },
  out: { type: "string", short: "o" },
} as const;

/** Of a beat. */
const mostLines = 12;

type Values = Readonly<{
  [name in keyof typeof transcribeOptions]?: (typeof transcribeOptions)[name]["type"] extends "boolean"
    ? boolean
    : string;
}> & { readonly json?: boolean };

export function transcribeArguments(
  values: Values,
  positionals: readonly string[],
): TranscribeArguments {
  checkFiles("transcribe", positionals);
  const format = choice(
    "format",
    values.format,
    ["midi", "csv", "json"],
    values.json && !values.stems ? "json" : "midi",
  );
  const written = format === "json" ? undefined : format;
  if (written === undefined && values.out !== undefined) {
    throw new UsageError("--out: nothing is written with --format json");
  }
  const bends = values.bends ?? false;
  if (bends && written !== "midi") {
    throw new UsageError("--bends: only MIDI files are written with or without them");
  }
  const mode = choice("mode", values.mode, ["best", "reference"], "best");
  if (mode === "reference" && values.sensitivity !== undefined) {
    throw new UsageError("--sensitivity has no meaning with --mode reference");
  }
  const melody = values.melody ?? false;
  if (melody && values.sensitivity !== undefined) {
    throw new UsageError("--sensitivity has no meaning with --melody");
  }
  if (melody && mode === "reference") {
    throw new UsageError("--mode reference has no meaning with --melody");
  }
  if (melody && values.stems) {
    throw new UsageError("--melody has no meaning with --stems: vocals and bass are followed so");
  }
  const drums = values.drums ?? false;
  if (drums) checkDrums(values);
  return {
    command: "transcribe",
    files: positionals,
    model: notEmpty("model", values.model),
    melody,
    drums,
    format: written,
    bends,
    stems: stemsArguments(values, positionals, written === "midi" && !bends),
    options: {
      ...(mode === "reference" && { mode }),
      ...(values.sensitivity !== undefined && {
        sensitivity: share("sensitivity", values.sensitivity),
      }),
    },
    out: notEmpty("out", values.out) ?? "out",
    json: values.json ?? format === "json",
  };
}

function checkDrums({ melody, bends, mode, stems }: Values): void {
  if (stems) {
    throw new UsageError("--drums has no meaning with --stems: the stem of drums is heard so");
  }
  for (const [name, value] of Object.entries({ melody, bends, mode })) {
    if (value !== undefined) throw new UsageError(`--${name} has no meaning with --drums`);
  }
}

function stemsArguments(
  { stems, separator, grid }: Values,
  files: readonly string[],
  isPlainMidi: boolean,
): StemsArguments | undefined {
  if (!stems) {
    if (separator === undefined && grid === undefined) return undefined;
    throw new UsageError(`--${separator === undefined ? "grid" : "separator"} needs --stems`);
  }
  if (!isPlainMidi)
    throw new UsageError("--stems: one MIDI file without bends is all that it writes");
  if (files.includes(standardInput)) {
    throw new UsageError(
      '--stems: songs are read twice, but standard input ("-") can be read once',
    );
  }
  const lines = grid === undefined ? undefined : count("grid", grid);
  if (lines !== undefined && lines > mostLines) {
    throw new UsageError(`--grid "${grid}": must be a whole number from 1 to ${mostLines}`);
  }
  return { separator: notEmpty("separator", separator), grid: lines };
}
