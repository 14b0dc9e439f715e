/** The arguments of `divisi sample`. */

import { UsageError } from "../../console/errors.js";
import { checkFiles, notEmpty } from "../option_values.js";

export interface SampleArguments {
  readonly command: "sample";
  readonly files: readonly string[];
  /** Of each file, which is separated first; undefined: the file itself is one. */
  readonly stem: string | undefined;
  /** A name of the catalogue or a path; undefined: the catalogue's first that has the stem. */
  readonly separator: string | undefined;
  /** Whether one voice sings or plays, rather than any number. */
  readonly melody: boolean;
  /** Whether drums are sampled in place of notes. */
  readonly drums: boolean;
  readonly out: string;
  readonly json: boolean;
}

export const sampleOptions = {
  stem: { type: "string" },
  separator: { type: "string" },
  melody: { type: "boolean" },
  drums: { type: "boolean" },
  out: { type: "string", short: "o" },
} as const;

type Values = Readonly<{
  [name in keyof typeof sampleOptions]?: (typeof sampleOptions)[name]["type"] extends "boolean"
    ? boolean
    : string;
}> & { readonly json?: boolean };

export function sampleArguments(values: Values, positionals: readonly string[]): SampleArguments {
  checkFiles("sample", positionals);
  const stem = notEmpty("stem", values.stem);
  const melody = values.melody ?? false;
  const drums = values.drums ?? stem === "drums";
  if (melody && drums) throw new UsageError("--melody has no meaning with drums");
  const separator = notEmpty("separator", values.separator);
  if (separator !== undefined && stem === undefined)
    throw new UsageError("--separator needs --stem");
  return {
    command: "sample",
    files: positionals,
    stem,
    separator,
    melody,
    drums,
    out: notEmpty("out", values.out) ?? "out",
    json: values.json ?? false,
  };
}
