/** The command line of the quality bench; scripts/bench_quality.mjs starts it. */

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Failure } from "../../../scripts/lib/failure.mjs";
import { inRoot } from "../../../scripts/lib/paths.mjs";
import type { SectionReport } from "../driver/section.js";
import { markdownTable } from "../report/markdown.js";
import { writeQualityDocument } from "./document.js";
import { measureQuality } from "./quality.js";

const help = `node scripts/bench_quality.mjs [OPTIONS]: what smaller model files cost in quality.

  --mixes DIR     more mixes with known stems: a folder with a manifest.json; may be repeated
  --quick         the bundled song alone: to see that everything works
  --write-docs    also writes the tables into docs/quality.md
  --help

Makes its own mixes on the first run (tests/bench/quality/README.md), and writes
out/bench/quality.md and out/bench/quality.json.
Exit code 1 when the 8-bit file breaks a limit.`;

export async function main(args: readonly string[]): Promise<number> {
  const options = parse(args);
  if (options.help) {
    process.stdout.write(`${help}\n`);
    return 0;
  }
  if (options.quick && options["write-docs"]) {
    throw new Failure("--quick measures too little for --write-docs");
  }
  const report = await measureQuality(options, (text) => process.stderr.write(`${text}\n`));
  const text = reportText(report);
  const out = inRoot("out/bench");
  mkdirSync(out, { recursive: true });
  writeFileSync(join(out, "quality.md"), text);
  writeFileSync(join(out, "quality.json"), `${JSON.stringify(report, null, 1)}\n`);
  process.stdout.write(text);
  if (options["write-docs"]) writeQualityDocument(report);
  return report.violations.length === 0 ? 0 : 1;
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        mixes: { type: "string", multiple: true, default: [] },
        quick: { type: "boolean", default: false },
        "write-docs": { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    }).values;
  } catch (error) {
    throw new Failure((error as Error).message, "node scripts/bench_quality.mjs --help");
  }
}

function reportText({ title, description, tables, notes }: SectionReport): string {
  return [`# ${title}`, description, ...tables.map(markdownTable), ...notes]
    .join("\n\n")
    .concat("\n");
}
