/** Runs one network in every runtime, in turns, and compares what comes out. */

import type { Page } from "playwright-core";
import { computedInRun } from "../contenders/contender.js";
import type { Bench } from "../page/page.js";
import {
  countedSamples,
  median,
  processorSamples,
  ratio,
  relativeError,
  type Sample,
  type Summary,
  summarise,
} from "../report/statistics.js";
import type { Contender } from "./catalogue.js";
import type { Context, SectionReport, Table } from "./section.js";
import type { Size } from "./sizes.js";

declare const bench: Bench;

/** Whose time the others' is divided by, at the same number of threads. */
const yardstick = "onnxruntime-web";
/** Whoever takes longer takes part in every third round only. */
const slowMilliseconds = 2500;
const warmUpRuns = 3;
/** Short networks are run several times a visit, of which the median counts. */
const visit = { maxRuns: 5, milliseconds: 400 };

export interface Measured {
  readonly id: string;
  readonly label: string;
  readonly runtime: string;
  readonly threads: number;
  readonly dtype?: string;
  readonly variant?: string;
  readonly samples: Sample[];
  summary?: Summary;
  ratio?: number;
  /** The same of processor time. */
  processorRatio?: number;
  loadMilliseconds?: number;
  /** Wasm memory in bytes, one entry an instance (divisi: a Worker). */
  memory?: readonly number[];
  runtimeSize?: Size;
  modelSize?: Size;
  /** Largest difference from divisi's float32 outputs, relative to their peak. */
  error?: number;
  /** Why there are no figures. */
  refused?: string;
}

export interface NetworkSection {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly notes: readonly string[];
  /** The first one's outputs are what all others are compared with. */
  readonly contenders: readonly Contender[];
}

export async function measureNetwork(
  section: NetworkSection,
  context: Context,
): Promise<SectionReport> {
  const entries: Entry[] = [];
  try {
    const wanted = section.contenders.filter(
      ({ id }, i) => i === 0 || id.includes(context.options.match),
    );
    for (const contender of wanted) {
      context.tell(`${section.name}: loading ${contender.label}, ${contender.threads}`);
      entries.push(await open(contender, entries[0], context));
    }
    if (entries[0]?.measured.refused) throw new Error(entries[0].measured.refused);
    for (let round = 0; round < context.options.rounds; round++) {
      await runRound(section.name, entries, round, context);
    }
    for (const { page, measured } of entries.filter((entry) => !entry.measured.refused)) {
      measured.memory = await (page as Page).evaluate(() => bench.memory());
    }
  } finally {
    await Promise.all(entries.map(({ page }) => page?.context().close()));
  }
  return report(
    section,
    entries.map((entry) => entry.measured),
  );
}

interface Entry {
  readonly contender: Contender;
  readonly measured: Measured;
  page?: Page;
  /** Kept of the first only. */
  outputs?: Record<string, Float32Array>;
  slow?: boolean;
}

/** Loads a contender, warms it up and compares its outputs with the first one's. */
async function open(
  contender: Contender,
  first: Entry | undefined,
  context: Context,
): Promise<Entry> {
  const { id, label, runtime, threads, dtype, job } = contender;
  const measured: Measured = {
    id,
    label,
    runtime,
    threads,
    samples: [],
    ...(dtype !== undefined && { dtype }),
    ...(job.variant !== undefined && { variant: job.variant }),
  };
  const entry: Entry = { contender, measured };
  const { site, sizes } = context;
  try {
    site.takeRequests();
    // divisi needs no isolation, and so is measured without.
    entry.page = await site.open("page", runtime !== "divisi");
    await entry.page.waitForFunction(() => "bench" in globalThis);
    measured.loadMilliseconds = await entry.page.evaluate((job) => bench.load(job), job);
    const requests = site.takeRequests();
    measured.runtimeSize =
      runtime === "divisi"
        ? await sizes.ofDivisi(job.variant as string, contender.engine)
        : await sizes.ofPeer(job.kind, requests);
    measured.modelSize = await sizes.ofFiles(contender.modelFiles);
    const [time] = await entry.page.evaluate(() => bench.run());
    entry.slow = (time as number) > slowMilliseconds;
    if (!entry.slow) {
      await entry.page.evaluate((runs) => bench.run(runs, Number.POSITIVE_INFINITY), warmUpRuns);
    }
    await entry.page.evaluate((id) => bench.sendOutputs(id), id);
    const outputs = Object.fromEntries(
      job.outputs.map(({ name }) => {
        const values = site.outputs.get(`${id}/${name}`);
        if (!values) throw new Error(`${name} did not come out`);
        return [name, values];
      }),
    );
    site.outputs.clear();
    if (!first) entry.outputs = outputs;
    const wanted = first?.outputs ?? outputs;
    measured.error = Math.max(
      ...job.outputs.map(({ name }) =>
        relativeError(wanted[name] as Float32Array, outputs[name] as Float32Array),
      ),
    );
    if (measured.error > contender.tolerance) {
      throw new Error(
        `its outputs differ from divisi's by ${measured.error.toExponential(1)} of the peak, ` +
          `more than ${contender.tolerance}`,
      );
    }
  } catch (error) {
    measured.refused = (error as Error).message.split("\n")[0] ?? "unknown";
  }
  return entry;
}

async function runRound(
  name: string,
  entries: readonly Entry[],
  round: number,
  { gate, options, processor, tell }: Context,
): Promise<void> {
  await gate.lookIdle();
  const running = entries.filter(
    ({ measured, slow }) => !measured.refused && !(slow && round % 3 !== 0),
  );
  // Another one goes first each time, and every other round the other way round: nobody always has
  // the same neighbour before it.
  const start = round % running.length;
  const order = [...running.slice(start), ...running.slice(0, start)];
  if (round % 2 === 1) order.reverse();
  for (const { page, measured, contender } of order) {
    tell(`${name}: round ${round + 1} of ${options.rounds}, ${measured.label}`);
    const { result: visited, quiet } = await gate.measure(() =>
      processor.during(() =>
        (page as Page).evaluate(
          ({ maxRuns, milliseconds }) => bench.run(maxRuns, milliseconds),
          visit,
        ),
      ),
    );
    const { result: times, processorMilliseconds } = visited;
    measured.samples.push({
      round,
      milliseconds: median(times),
      processorMilliseconds: processorMilliseconds / (times.length * computedInRun(contender.job)),
      quiet,
    });
  }
}

function report(section: NetworkSection, all: readonly Measured[]): SectionReport {
  const figures: Record<string, number> = {};
  const spreads: Record<string, number> = {};
  for (const measured of all.filter((candidate) => candidate.samples.length > 0)) {
    const { id, samples, memory, threads } = measured;
    measured.summary = summarise(samples);
    const other = all.find((m) => m.id === `${yardstick}-${threads}`);
    if (other && other.samples.length > 0) {
      measured.ratio = ratio(samples, other.samples);
      measured.processorRatio = ratio(processorSamples(samples), processorSamples(other.samples));
      figures[`${id}/ratio`] = measured.ratio;
      figures[`${id}/processor-ratio`] = measured.processorRatio;
    }
    figures[`${id}/median`] = measured.summary.median;
    figures[`${id}/min`] = measured.summary.min;
    if (memory) figures[`${id}/memory`] = Math.max(...memory);
    if (measured.runtimeSize) figures[`${id}/runtime`] = measured.runtimeSize.brotli;
    if (measured.modelSize) figures[`${id}/model`] = measured.modelSize.raw;
    if (countedSamples(samples).length > 1) {
      spreads[`${measured.label} (${threads})`] = measured.summary.spread;
    }
  }
  const refused = all.filter((measured) => measured.refused);
  return {
    name: section.name,
    title: section.title,
    description: section.description,
    tables: [table(all)],
    notes: [
      ...refused.map((m) => `Not measured: ${m.label}, ${m.threads}: ${m.refused}.`),
      ...section.notes,
    ],
    figures,
    spreads,
    data: { contenders: all },
  };
}

const mebibytes = (bytes: number) => (bytes / 2 ** 20).toFixed(0);
const megabytes = (bytes: number) => (bytes / 1e6).toFixed(bytes < 1e7 ? 2 : 1);
const both = (size: Size | undefined) =>
  size ? `${megabytes(size.raw)} (${megabytes(size.brotli)})` : "";

function table(all: readonly Measured[]): Table {
  const byThreads = [...all].sort((a, b) => a.threads - b.threads);
  return {
    columns: [
      "runtime",
      "threads or workers",
      "median ms",
      "minimum ms",
      `ratio to ${yardstick}`,
      "processor ms (ratio)",
      "Wasm memory MiB",
      "runtime MB (brotli)",
      "model MB (brotli)",
      "error",
    ],
    rows: byThreads
      .filter((measured) => measured.summary)
      .map((measured) => [
        measured.label,
        String(measured.threads),
        milliseconds(measured.summary?.median),
        milliseconds(measured.summary?.min),
        measured.ratio?.toFixed(2) ?? "",
        processorTime(measured),
        (measured.memory ?? []).map(mebibytes).join(" + "),
        both(measured.runtimeSize),
        both(measured.modelSize),
        measured.error === 0 ? "reference" : (measured.error?.toExponential(1) ?? ""),
      ]),
  };
}

function processorTime({ samples, processorRatio }: Measured): string {
  const { median: time } = summarise(processorSamples(samples));
  return `${milliseconds(time)}${processorRatio ? ` (${processorRatio.toFixed(2)})` : ""}`;
}

function milliseconds(value: number | undefined): string {
  if (value === undefined) return "";
  return value.toFixed(value < 100 ? 1 : 0);
}
