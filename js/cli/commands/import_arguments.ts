/** The arguments of `divisi import`; most are handed on to the importer as they are. */

import type { ParseArgsConfig } from "node:util";

export interface ImportArguments {
  readonly command: "import";
  /** An ONNX file, or the name of a network that divisi knows where to fetch. */
  readonly source: string;
  readonly out: string | undefined;
  readonly accept: string | undefined;
  /** What the importer gets beside the file and the place. */
  readonly words: readonly string[];
  readonly json: boolean;
}

type Options = NonNullable<ParseArgsConfig["options"]>;

const single = ["task", "card", "licence", "recipe", "dtype", "engine", "input"] as const;
const repeated = ["shape", "inputs", "outputs", "name", "layout"] as const;

export const importOptions = {
  out: { type: "string", short: "o" },
  accept: { type: "string" },
  "no-check": { type: "boolean" },
  ...strings(single, {}),
  ...strings(repeated, { multiple: true }),
} as const satisfies Options;

function strings<T extends string, O>(names: readonly T[], more: O) {
  return Object.fromEntries(names.map((name) => [name, { type: "string", ...more }])) as Record<
    T,
    { type: "string" } & O
  >;
}

type Values = Readonly<
  Partial<Record<(typeof single)[number], string>> &
    Partial<Record<(typeof repeated)[number], string[]>> & { "no-check"?: boolean }
>;

/** The words of the importer's own command line, which checks their values. */
export function importerWords(values: Values): string[] {
  const words: string[] = [];
  const add = (name: string, value: string) => {
    words.push(`--${name}=${value}`);
  };
  for (const name of single) if (values[name] !== undefined) add(name, values[name]);
  for (const name of repeated) for (const value of values[name] ?? []) add(name, value);
  if (values["no-check"]) words.push("--no-check");
  return words;
}
