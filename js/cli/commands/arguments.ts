/** Reads the command line; what it does not allow is a UsageError that says what is. */

import { type ParseArgsConfig, parseArgs } from "node:util";
import type { AnalysisFormat, AnalysisPart, SeparationMode, SeparationQuality } from "divisi";
import type { SampleBits } from "divisi/files";
import { UsageError } from "../console/errors.js";
import type { Format } from "../write/stem_writer.js";
import { type ImportArguments, importerWords, importOptions } from "./import_arguments.js";
import { checkFiles, choice, count, names, notEmpty } from "./option_values.js";
import { type SampleArguments, sampleArguments, sampleOptions } from "./sample/sample_arguments.js";
import {
  type TranscribeArguments,
  transcribeArguments,
  transcribeOptions,
} from "./transcribe/transcribe_arguments.js";

export interface SeparateArguments {
  readonly command: "separate";
  readonly files: readonly string[];
  /** A name of the catalogue or a path; undefined: the catalogue's default. */
  readonly model: string | undefined;
  readonly mode: SeparationMode;
  readonly quality: SeparationQuality;
  /** undefined: all. */
  readonly stems: readonly string[] | undefined;
  readonly out: string;
  readonly format: Format;
  readonly bits: SampleBits;
  /** Leave the folders of earlier runs alone. */
  readonly keep: boolean;
  readonly json: boolean;
}

export interface TagArguments {
  readonly command: "tag";
  readonly files: readonly string[];
  /** A name of the catalogue or a path; undefined: the catalogue's default. */
  readonly model: string | undefined;
  /** How many tags; undefined: the format's own choice. */
  readonly top: number | undefined;
  readonly json: boolean;
  readonly csv: boolean;
}

export interface LoudnessArguments {
  readonly command: "loudness";
  readonly files: readonly string[];
  readonly json: boolean;
}

export interface AnalyseArguments {
  readonly command: "analyse";
  readonly files: readonly string[];
  /** undefined: all. */
  readonly parts: readonly AnalysisPart[] | undefined;
  /** The folder with folders of stems, as `divisi separate` writes them. */
  readonly stems: string | undefined;
  /** Of the files that are written; undefined: none are. */
  readonly format: AnalysisFormat | undefined;
  readonly out: string;
  readonly json: boolean;
}

export interface InfoArguments {
  readonly command: "info";
  readonly model: string;
  readonly json: boolean;
}

export type Arguments =
  | SeparateArguments
  | TagArguments
  | LoudnessArguments
  | AnalyseArguments
  | TranscribeArguments
  | SampleArguments
  | InfoArguments
  | ImportArguments
  | { readonly command: "models"; readonly json: boolean }
  | { readonly command: "help" | "version"; readonly json: false };

type Options = NonNullable<ParseArgsConfig["options"]>;

const common = {
  help: { type: "boolean", short: "h" },
  version: { type: "boolean" },
  json: { type: "boolean" },
} as const satisfies Options;

const separateOptions = {
  ...common,
  model: { type: "string" },
  mode: { type: "string" },
  quality: { type: "string" },
  stems: { type: "string", multiple: true },
  out: { type: "string", short: "o" },
  format: { type: "string" },
  bits: { type: "string" },
  keep: { type: "boolean" },
} as const satisfies Options;

const tagOptions = {
  ...common,
  model: { type: "string" },
  top: { type: "string" },
  csv: { type: "boolean" },
} as const satisfies Options;

const analyseOptions = {
  ...common,
  parts: { type: "string", multiple: true },
  stems: { type: "string" },
  format: { type: "string" },
  out: { type: "string", short: "o" },
} as const satisfies Options;

/** Of --parts, in the order in which they are told. */
const analysisParts = [
  "beats",
  "key",
  "chords",
  "sections",
  "loudness",
] as const satisfies readonly AnalysisPart[];

const commands = [
  "separate",
  "tag",
  "loudness",
  "analyse",
  "transcribe",
  "sample",
  "models",
  "info",
  "import",
];

/** @param args what follows the program's name. */
export function parseArguments(args: readonly string[]): Arguments {
  // Who asks for JSON everywhere may put that first.
  const [command, ...rest] = args[0] === "--json" ? [...args.slice(1), "--json"] : args;
  if (command === undefined || command === "--json") throw new UsageError("no command given");
  if (command === "help" || command === "--help" || command === "-h") {
    return { command: "help", json: false };
  }
  if (command === "--version") return { command: "version", json: false };
  if (command === "separate") return parseSeparate(rest);
  if (command === "tag") return parseTag(rest);
  if (command === "loudness") return parseLoudness(rest);
  if (command === "analyse") return parseAnalyse(rest);
  if (command === "transcribe") return parseTranscribe(rest);
  if (command === "sample") return parseSample(rest);
  if (command === "models" || command === "info") return parseModelCommand(command, rest);
  if (command === "import") return parseImport(rest);
  const what = command.startsWith("-") ? "option" : "command";
  throw new UsageError(`unknown ${what} "${command}"; the commands are ${commands.join(", ")}`);
}

function parseSeparate(args: readonly string[]): Arguments {
  const { values, positionals } = parse(args, separateOptions);
  if (values.help) return { command: "help", json: false };
  if (values.version) return { command: "version", json: false };
  checkFiles("separate", positionals);
  const format = choice("format", values.format, ["wav", "flac"], "wav");
  const bits = Number(choice("bits", values.bits, ["16", "24", "32"], "16")) as SampleBits;
  if (format === "flac" && bits === 32) {
    throw new UsageError(
      "--bits 32 is float, which FLAC can't hold: use 16 or 24, or --format wav",
    );
  }
  return {
    command: "separate",
    files: positionals,
    model: notEmpty("model", values.model),
    mode: choice("mode", values.mode, ["best", "reference"], "best"),
    quality: choice("quality", values.quality, ["normal", "high"], "normal"),
    stems: values.stems === undefined ? undefined : names("stems", values.stems),
    out: notEmpty("out", values.out) ?? "out",
    format,
    bits,
    keep: values.keep ?? false,
    json: values.json ?? false,
  };
}

function parseTag(args: readonly string[]): Arguments {
  const { values, positionals } = parse(args, tagOptions);
  if (values.help) return { command: "help", json: false };
  if (values.version) return { command: "version", json: false };
  checkFiles("tag", positionals);
  const { json = false, csv = false } = values;
  if (json && csv) throw new UsageError("--json and --csv: only one of them can be printed");
  if (csv && values.top !== undefined) {
    throw new UsageError("--top and --csv: a row of the CSV has every tag, in a fixed order");
  }
  return {
    command: "tag",
    files: positionals,
    model: notEmpty("model", values.model),
    top: values.top === undefined ? undefined : count("top", values.top),
    json,
    csv,
  };
}

function parseLoudness(args: readonly string[]): Arguments {
  const { values, positionals } = parse(args, common);
  if (values.help) return { command: "help", json: false };
  if (values.version) return { command: "version", json: false };
  checkFiles("loudness", positionals);
  return { command: "loudness", files: positionals, json: values.json ?? false };
}

function parseAnalyse(args: readonly string[]): Arguments {
  const { values, positionals } = parse(args, analyseOptions);
  if (values.help) return { command: "help", json: false };
  if (values.version) return { command: "version", json: false };
  checkFiles("analyse", positionals);
  const format = choice(
    "format",
    values.format,
    ["text", "json", "jams", "lab", "audacity", "csv", "midi"],
    values.json ? "json" : "text",
  );
  const written = format === "text" || format === "json" ? undefined : format;
  if (written === undefined && values.out !== undefined) {
    throw new UsageError(
      "--out: nothing is written without --format jams, lab, audacity, csv or midi",
    );
  }
  return {
    command: "analyse",
    files: positionals,
    parts: values.parts && names("parts", values.parts).map((name) => partName(name)),
    stems: notEmpty("stems", values.stems),
    format: written,
    out: notEmpty("out", values.out) ?? "out",
    json: values.json ?? format === "json",
  };
}

function partName(name: string): AnalysisPart {
  return choice("parts", name, analysisParts, "beats");
}

function parseTranscribe(args: readonly string[]): Arguments {
  const { values, positionals } = parse(args, { ...common, ...transcribeOptions });
  if (values.help) return { command: "help", json: false };
  if (values.version) return { command: "version", json: false };
  return transcribeArguments(values, positionals);
}

function parseSample(args: readonly string[]): Arguments {
  const { values, positionals } = parse(args, { ...common, ...sampleOptions });
  if (values.help) return { command: "help", json: false };
  if (values.version) return { command: "version", json: false };
  return sampleArguments(values, positionals);
}

function parseModelCommand(command: "models" | "info", args: readonly string[]): Arguments {
  const { values, positionals } = parse(args, common);
  if (values.help) return { command: "help", json: false };
  if (values.version) return { command: "version", json: false };
  const json = values.json ?? false;
  if (command === "models") {
    if (positionals.length > 0) throw new UsageError(`models: takes no "${positionals[0]}"`);
    return { command, json };
  }
  const [model, ...more] = positionals;
  if (model === undefined || model === "") throw new UsageError("info: no MODEL given");
  if (more.length > 0) throw new UsageError(`info: takes one MODEL, not also "${more[0]}"`);
  return { command, model, json };
}

function parseImport(args: readonly string[]): Arguments {
  const { values, positionals } = parse(args, { ...common, ...importOptions });
  if (values.help) return { command: "help", json: false };
  if (values.version) return { command: "version", json: false };
  const [source, ...more] = positionals;
  if (source === undefined || source === "") throw new UsageError("import: no FILE.onnx given");
  if (more.length > 0) throw new UsageError(`import: takes one FILE, not also "${more[0]}"`);
  return {
    command: "import",
    source,
    out: notEmpty("out", values.out),
    accept: notEmpty("accept", values.accept),
    words: importerWords(values),
    json: values.json ?? false,
  };
}

function parse<T extends Options>(args: readonly string[], options: T) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    // Its first sentence names the option; the rest is advice.
    const [message = ""] = (error as Error).message.split(/\. |\n/);
    throw new UsageError(message);
  }
}
