/** Measures, and writes the report. Started by scripts/bench.mjs, which sets up and builds first. */

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { Failure, main } from "../../../scripts/lib/failure.mjs";
import { htdemucsFolder } from "../../../scripts/lib/htdemucs.mjs";
import { inRoot } from "../../../scripts/lib/paths.mjs";
import { detail, step } from "../../../scripts/lib/progress.mjs";
import { writeDocuments } from "../report/documents.js";
import { toMarkdown } from "../report/markdown.js";
import type { Report } from "../report/report.js";
import { analysis } from "./analysis_section.js";
import { endToEndSection } from "./end_to_end.js";
import { htdemucs, lastHtdemucs } from "./htdemucs_section.js";
import { liveSection } from "./live_section.js";
import { describeMachine, describeVersions } from "./machine.js";
import { musicnn, spleeter } from "./networks.js";
import { notesSection } from "./notes_section.js";
import { help, type Options, readOptions } from "./options.js";
import { ProcessorTime } from "./processor_time.js";
import { lastQuality, quality } from "./quality_section.js";
import { QuietGate } from "./quiet.js";
import type { Context, Section, SectionReport } from "./section.js";
import { openSite } from "./site.js";
import { Sizes } from "./sizes.js";

/** In the order of the report. */
const sections: readonly Section[] = [
  spleeter,
  musicnn,
  endToEndSection,
  liveSection,
  htdemucs,
  quality,
  analysis,
  notesSection,
];
const names = sections.map((section) => section.name);
/** What is measured without being asked for. */
const named = [htdemucs, quality, analysis, notesSection];
const usual = sections.filter((section) => !named.includes(section)).map(({ name }) => name);

await main(async () => {
  const options = readOptions(process.argv.slice(2), names, usual);
  if (!options) {
    console.log(help.replace("SECTIONS", names.join(", ")));
    return 0;
  }
  const report = options.from === undefined ? await measure(options) : readReport(options.from);
  const text = `# divisi's bench\n\n${toMarkdown(report)}`;
  mkdirSync(inRoot("out/bench"), { recursive: true });
  writeFileSync(inRoot("out/bench/report.md"), text);
  writeFileSync(inRoot("out/bench/report.json"), `${JSON.stringify(report, null, 1)}\n`);
  if (options.writeDocs) writeDocuments(report, inRoot("docs/performance.md"));
  console.log(text);
  return process.exitCode;
});

async function measure(options: Options): Promise<Report> {
  const site = await openSite({ "/htdemucs/": htdemucsFolder(options.htdemucs) });
  try {
    const gate = await QuietGate.open(site, options.waitSeconds);
    const sizes = new Sizes(site);
    const processor = await ProcessorTime.open(site.browser);
    const reports: SectionReport[] = [];
    for (const section of sections.filter(({ name }) => options.only.includes(name))) {
      const context = { site, gate, sizes, processor, options, tell: detail };
      reports.push(await runSection(section, context));
    }
    if (options.only === usual) {
      reports.push(...[lastHtdemucs(), lastQuality()].filter((earlier) => earlier !== undefined));
    }
    return {
      format: 1,
      date: new Date().toISOString(),
      rounds: options.rounds,
      quick: options.quick,
      machine: describeMachine(),
      versions: describeVersions(`Chromium ${site.browser.version()}`),
      noise: gate.record(),
      sections: reports,
    };
  } finally {
    await site.close();
  }
}

/** A section that fails costs its own figures, not those of the others. */
async function runSection(section: Section, context: Context): Promise<SectionReport> {
  try {
    return await step(`Measuring ${section.name}`, () => section.run(context));
  } catch (error) {
    console.error(error);
    process.exitCode = 1;
    return {
      name: section.name,
      title: section.name,
      description: `Not measured: ${(error as Error).message.split("\n")[0]}`,
      tables: [],
      notes: [],
      figures: {},
      spreads: {},
      data: undefined,
    };
  }
}

function readReport(path: string): Report {
  const file = resolve(process.env.INIT_CWD ?? process.cwd(), path);
  try {
    const report = JSON.parse(readFileSync(file, "utf8")) as Report;
    if (report.format === 1) return report;
  } catch (error) {
    throw new Failure(`--from: cannot read ${path}: ${(error as Error).message}`);
  }
  throw new Failure(`--from: ${path} is not a report of this bench`);
}
