/**
 * What songs are made of, as divisi hears it and as others do: processor time, and scores of songs
 * whose truth is known. Measured only when asked for by name, in Node and Python: nobody needs a
 * browser for this.
 */

import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, parse, resolve } from "node:path";
import { analysisPython } from "../../../scripts/bench/setup.mjs";
import { Failure } from "../../../scripts/lib/failure.mjs";
import { inBuild, inRoot } from "../../../scripts/lib/paths.mjs";
import { run } from "../../../scripts/lib/run.mjs";
import type { Heard } from "../analysis/answers.js";
import type { Section, SectionReport, Table } from "./section.js";

const parts = ["beats", "key", "chords", "sections", "loudness"] as const;
/** Those whose answers are scored; divisi's parts alone are timed only. */
const listeners = ["divisi", "audiojs"] as const;
const titles: Readonly<Record<string, string>> = {
  divisi: "divisi, all parts",
  audiojs: "@audio/beat, @audio/mir",
  librosa: "librosa (Python)",
};

interface Score {
  readonly processorSecondsAMinute: number;
  /** By the name of the measure; empty without truth. */
  readonly scores: Readonly<Record<string, number>>;
}

export const analysis: Section = {
  name: "analysis",
  async run({ options, tell }) {
    const songs = songsOf(options.songs);
    const folder = inRoot("out/bench/analysis");
    mkdirSync(folder, { recursive: true });
    const hear = async (name: string): Promise<string> => {
      tell(name);
      const out = join(folder, `${name.replace(" ", "-")}.json`);
      const program = inBuild("bench/analysis/main.mjs");
      await run(process.execPath, [program, name, out, ...songs], { what: `${name}: analysis` });
      return out;
    };
    const alone = new Map<string, number>();
    for (const part of parts) alone.set(part, costOf(await hear(`divisi ${part}`)));
    const heard: string[] = [];
    for (const name of listeners) heard.push(await hear(name));
    tell("librosa, and scores");
    const script = inRoot("tests/bench/analysis/score.py");
    const librosa = join(folder, "librosa.json");
    const text = await run(
      analysisPython,
      [script, ...heard, "--librosa", librosa, "--songs", ...songs],
      { what: "Scoring the analysis" },
    );
    const scores = JSON.parse(text) as Record<string, Score>;
    writeFileSync(join(folder, "scores.json"), `${JSON.stringify(scores, null, 1)}\n`);
    return reportOf(songs.length, alone, scores);
  },
};

/** The song that is part of the repository, or all of a folder. */
function songsOf(folder: string | undefined): string[] {
  if (folder === undefined) return [inRoot("sample/song.ogg")];
  const path = resolve(process.env.INIT_CWD ?? process.cwd(), folder);
  const songs = existsSync(path) ? readdirSync(path).filter((file) => file.endsWith(".flac")) : [];
  if (songs.length === 0) {
    throw new Failure(
      `--songs: ${path} holds no FLAC files`,
      "docs/performance.md says what a folder of songs holds",
    );
  }
  return songs.sort().map((file) => join(path, file));
}

/** Processor seconds a minute of music. */
function costOf(path: string): number {
  const heard = JSON.parse(readFileSync(path, "utf8")) as Heard[];
  const sum = (of: (one: Heard) => number) => heard.reduce((total, one) => total + of(one), 0);
  return (60 * sum((one) => one.processorSeconds)) / sum((one) => one.seconds);
}

function reportOf(
  songs: number,
  alone: ReadonlyMap<string, number>,
  scores: Readonly<Record<string, Score>>,
): SectionReport {
  const measures = [...new Set(Object.values(scores).flatMap((one) => Object.keys(one.scores)))];
  const compared: Table = {
    columns: ["who", "processor seconds a minute", ...measures],
    rows: Object.entries(scores).map(([name, { processorSecondsAMinute, scores: own }]) => [
      titles[name] ?? name,
      processorSecondsAMinute.toFixed(2),
      ...measures.map((measure) => own[measure]?.toFixed(2) ?? "-"),
    ]),
  };
  const shares: Table = {
    columns: ["part of divisi, alone", "processor seconds a minute"],
    rows: [...alone].map(([part, seconds]) => [part, seconds.toFixed(2)]),
  };
  const figures = Object.entries(scores).flatMap(
    ([name, { processorSecondsAMinute, scores: own }]) => [
      [`${name}/processor`, processorSecondsAMinute] as const,
      ...Object.entries(own).map(([measure, value]) => [`${name}/${measure}`, value] as const),
    ],
  );
  const source = parse(inRoot("sample/song.ogg")).base;
  return {
    name: "analysis",
    title: "Analysis",
    description:
      `Beats, tempo, keys, chords and sections of ${songs === 1 ? source : `${songs} songs`}, ` +
      "each of everyone in a process of its own, after one song to warm up.",
    tables: [compared, shares],
    notes: [
      "divisi runs the Wasm of pages in Node, a Worker a part. Processor time is that of all threads.",
      "Scores are mir_eval's, means over the songs whose truth knows the part; beats of the first " +
        "5 s do not count. Tempo: within 4 %. Key: weighted, by time.",
    ],
    figures: Object.fromEntries(figures),
    spreads: {},
    data: { alone: Object.fromEntries(alone), scores },
  };
}
