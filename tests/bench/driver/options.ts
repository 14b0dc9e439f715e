/** The command line of the bench. */

import { parseArgs } from "node:util";
import { Failure } from "../../../scripts/lib/failure.mjs";

export const help = `npm run bench [-- OPTIONS]: measures divisi beside other runtimes in Chromium.

  --rounds N      how often each contender is measured (default 8; end to end: 3)
  --only LIST     sections, separated by commas: SECTIONS (the last four only when named)
  --match TEXT    only runtimes whose name holds TEXT, e.g. divisi or int8-2
  --mixes DIR     more mixes for the section quality: a folder with a manifest.json; may be repeated
  --songs DIR     for the section analysis: songs with their truth (default: the bundled song)
  --htdemucs DIR  for the section htdemucs: where its three files lie (docs/import.md)
  --quick         2 rounds and a short song: to see that everything works
  --wait SECONDS  longest time to wait, in all, for a noisy machine to calm down (default 300)
  --write-docs    also writes the figures into docs/performance.md, draws its plot anew, and writes
                  the tables of docs/quality.md
  --from FILE     measures nothing: makes the outputs again from a report.json
  --help

Writes out/bench/report.md and out/bench/report.json, and prints the former.`;

export interface Options {
  readonly rounds: number;
  readonly endToEndRounds: number;
  readonly songSeconds: number;
  readonly only: readonly string[];
  /** Part of the ids of the contenders to measure; the reference is always there. */
  readonly match: string;
  /** Folders of mixes beside the section quality's own. */
  readonly mixes: readonly string[];
  /** Songs with known truth. */
  readonly songs: string | undefined;
  /** Where the user keeps the files of HTDemucs. */
  readonly htdemucs: string | undefined;
  readonly quick: boolean;
  readonly waitSeconds: number;
  readonly writeDocs: boolean;
  readonly from: string | undefined;
}

/** @returns undefined when only help was wanted */
export function readOptions(
  args: readonly string[],
  sections: readonly string[],
  usual: readonly string[],
): Options | undefined {
  const { values } = parse(args);
  if (values.help) return undefined;
  const only = values.only?.split(",") ?? usual;
  const unknown = only.filter((name) => !sections.includes(name));
  if (unknown.length > 0) {
    throw new Failure(
      `--only: there is no section ${unknown.join(", ")}`,
      `choose from ${sections.join(", ")}`,
    );
  }
  const rounds = wholeNumber("--rounds", values.rounds);
  return {
    rounds: rounds ?? (values.quick ? 2 : 8),
    endToEndRounds: values.quick ? 1 : Math.min(rounds ?? 3, 3),
    songSeconds: values.quick ? 30 : 180,
    only,
    match: values.match ?? "",
    mixes: values.mixes,
    songs: values.songs,
    htdemucs: values.htdemucs,
    quick: values.quick,
    waitSeconds: wholeNumber("--wait", values.wait) ?? (values.quick ? 0 : 300),
    writeDocs: values["write-docs"],
    from: values.from,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        rounds: { type: "string" },
        only: { type: "string" },
        match: { type: "string" },
        mixes: { type: "string", multiple: true, default: [] },
        songs: { type: "string" },
        htdemucs: { type: "string" },
        quick: { type: "boolean", default: false },
        wait: { type: "string" },
        "write-docs": { type: "boolean", default: false },
        from: { type: "string" },
        help: { type: "boolean", default: false },
      },
    });
  } catch (error) {
    throw new Failure((error as Error).message, "npm run bench -- --help");
  }
}

function wholeNumber(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,4}$/.test(text) || (name === "--rounds" && Number(text) === 0)) {
    throw new Failure(`${name}: expected a whole number, got ${text}`);
  }
  return Number(text);
}
