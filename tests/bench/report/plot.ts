/** The picture in docs/performance.md: who takes how long, and how much has to be downloaded. */

import type { Report } from "./report.js";

interface Bar {
  readonly label: string;
  readonly value: number;
  /** What stands behind the bar. */
  readonly text: string;
  readonly ours: boolean;
}

interface Panel {
  readonly title: string;
  readonly bars: readonly Bar[];
}

const width = 760;
const labelWidth = 250;
const valueWidth = 150;
const barHeight = 18;
const gap = 7;
const titleHeight = 34;
const panelGap = 20;
const colours = { ours: "#0b6e99", peer: "#b9c0c7", ink: "#1f2933", faint: "#5b6770" };

/** @returns an SVG document, or undefined when the report lacks what it shows */
export function plot(report: Report): string | undefined {
  const panels = [
    times(report, "spleeter", 1, "Spleeter pair, 11.9 s of music: one thread or worker, ms"),
    times(report, "spleeter", 2, "The same with two threads or workers, ms"),
    times(report, "musicnn", 1, "musicnn, 3 s of music: one thread, ms"),
    downloads(report),
  ].filter((panel) => panel.bars.length > 0);
  if (panels.length === 0) return undefined;
  let y = 12;
  const parts = panels.map((panel) => {
    const drawn = draw(panel, y);
    y += titleHeight + panel.bars.length * (barHeight + gap) + panelGap;
    return drawn;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${y}" width="${width}"`,
    `  height="${y}" font-family="system-ui, sans-serif" font-size="13">`,
    "<title>divisi beside other runtimes: milliseconds and bytes, smaller is better</title>",
    `<rect width="${width}" height="${y}" fill="#ffffff"/>`,
    ...parts,
    "</svg>",
    "",
  ].join("\n");
}

interface ContenderData {
  readonly id: string;
  readonly label: string;
  readonly runtime: string;
  readonly threads: number;
  readonly summary?: { readonly median: number };
  readonly ratio?: number;
  readonly runtimeSize?: { readonly brotli: number };
}

function contenders(report: Report, section: string): readonly ContenderData[] {
  const found = report.sections.find((candidate) => candidate.name === section);
  const data = found?.data as { contenders: ContenderData[] } | undefined;
  return data?.contenders ?? [];
}

function times(report: Report, section: string, threads: number, title: string): Panel {
  const bars = contenders(report, section)
    .filter((entry) => entry.threads === threads && !entry.id.includes("-pruned"))
    .flatMap((entry): Bar[] => {
      if (!entry.summary) return [];
      const { median } = entry.summary;
      const digits = median < 100 ? 1 : 0;
      const text = `${median.toFixed(digits)} ms${
        entry.ratio === undefined ? "" : `  (${entry.ratio.toFixed(2)})`
      }`;
      return [{ label: entry.label, value: median, text, ours: entry.runtime === "divisi" }];
    });
  return { title, bars: sorted(bars) };
}

function downloads(report: Report): Panel {
  const seen = new Map<string, Bar>();
  for (const { runtime, label, runtimeSize } of contenders(report, "spleeter")) {
    if (!runtimeSize) continue;
    // Both variants of divisi are of nearly one size: the larger stands for both.
    const value = Math.max(runtimeSize.brotli, seen.get(runtime)?.value ?? 0);
    const text = `${(value / 1e6).toFixed(2)} MB`;
    const ours = runtime === "divisi";
    seen.set(runtime, { label: ours ? "divisi" : label, value, text, ours });
  }
  return {
    title: "Download of the runtime (JavaScript and Wasm, brotli)",
    bars: sorted([...seen.values()]),
  };
}

const sorted = (bars: readonly Bar[]) => [...bars].sort((a, b) => a.value - b.value);

function draw({ title, bars }: Panel, top: number): string {
  const end = axisEnd(bars);
  const room = width - labelWidth - valueWidth;
  const lines = [
    `<text x="12" y="${top + 18}" font-weight="600" fill="${colours.ink}">${escaped(title)}</text>`,
  ];
  bars.forEach(({ label, value, text, ours }, i) => {
    const y = top + titleHeight + i * (barHeight + gap);
    const length = Math.max(room * Math.min(value / end, 1), 1).toFixed(1);
    const weight = ours ? ' font-weight="600"' : "";
    const colour = ours ? colours.ours : colours.peer;
    lines.push(
      `<text x="${labelWidth - 8}" y="${y + 13.5}" text-anchor="end"${weight} fill="${colours.ink}">${escaped(label)}</text>`,
      `<rect x="${labelWidth}" y="${y}" width="${length}" height="${barHeight}" rx="2" fill="${colour}"/>`,
      ...(value > end ? [brokenBar(labelWidth + 0.9 * room, y)] : []),
      `<text x="${(labelWidth + Number(length) + 6).toFixed(1)}" y="${y + 13.5}" fill="${colours.faint}">${escaped(text)}</text>`,
    );
  });
  return lines.join("\n");
}

/** One bar far longer than all others would leave nothing to see of those: it is broken off. */
function axisEnd(bars: readonly Bar[]): number {
  const [largest = 1, second = largest] = bars.map((bar) => bar.value).sort((a, b) => b - a);
  return largest > 2 * second ? 1.2 * second : largest;
}

/** Two slanted cuts that say: this bar goes on. */
function brokenBar(x: number, y: number): string {
  const cut = (at: number) => `M${at} ${y + barHeight + 2} l6 ${-barHeight - 4}`;
  return `<path d="${cut(x)} ${cut(x + 7)}" stroke="#ffffff" stroke-width="3" fill="none"/>`;
}

const escaped = (text: string) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
