/** What divisi's figures should be, and which of them are. */

export interface Target {
  readonly figure: string;
  /** The section and the figure in it. */
  readonly section: string;
  readonly key: string;
  /** The largest value that reaches it, in the unit of `unit`. */
  readonly limit: number;
  readonly unit: "ratio" | "MB" | "KB" | "dB" | "s";
}

/** The files' types of weights in models/manifest.json. */
const int8 = "int8";

export const targets: readonly Target[] = [
  {
    figure: "Spleeter pair, f32, relaxed SIMD, one thread",
    section: "spleeter",
    key: "divisi-relaxed-simd-f32-1/ratio",
    limit: 0.68,
    unit: "ratio",
  },
  {
    figure: "Spleeter pair, int8, relaxed SIMD, one thread",
    section: "spleeter",
    key: `divisi-relaxed-simd-${int8}-1/ratio`,
    limit: 0.3,
    unit: "ratio",
  },
  {
    figure: "Spleeter pair, int8, relaxed SIMD, two workers against two threads",
    section: "spleeter",
    key: `divisi-relaxed-simd-${int8}-2/ratio`,
    limit: 0.33,
    unit: "ratio",
  },
  {
    figure: "Spleeter pair, f32, plain SIMD, one thread",
    section: "spleeter",
    key: "divisi-simd-f32-1/ratio",
    limit: 1.0,
    unit: "ratio",
  },
  {
    figure: "musicnn patch, best variant",
    section: "musicnn",
    key: "divisi-relaxed-simd-f32-1/ratio",
    limit: 0.6,
    unit: "ratio",
  },
  {
    figure: "end to end / networks alone, f32",
    section: "end-to-end",
    key: "f16-1/over-network",
    limit: 1.12,
    unit: "ratio",
  },
  {
    figure: "end to end / networks alone, int8",
    section: "end-to-end",
    key: `${int8}-1/over-network`,
    limit: 1.12,
    unit: "ratio",
  },
  {
    figure: "peak Wasm memory while separating, int8, a worker",
    section: "end-to-end",
    key: `${int8}-1/memory`,
    limit: 120,
    unit: "MB",
  },
  {
    figure: "peak Wasm memory while separating, f32, a worker",
    section: "end-to-end",
    key: "f16-1/memory",
    limit: 220,
    unit: "MB",
  },
  ...(["simd", "relaxed-simd"] as const).map((variant) => ({
    figure: `Wasm and its JavaScript, brotli, ${variant}`,
    section: "spleeter",
    key: `divisi-${variant}-f32-1/runtime`,
    limit: 220,
    unit: "KB" as const,
  })),
  {
    figure: "model download, Spleeter pair, int8",
    section: "spleeter",
    key: `divisi-relaxed-simd-${int8}-1/model`,
    limit: 20,
    unit: "MB",
  },
  ...(
    [
      ["f16", "float32 arithmetic", 0.6, 600],
      [int8, "int8", 0.45, 450],
    ] as const
  ).flatMap(([dtype, name, limit, megabytes]) => [
    ...(
      [
        [1, "one thread"],
        [2, "two workers against two threads"],
      ] as const
    ).map(([workers, who]) => ({
      figure: `HTDemucs, ${name}, relaxed SIMD, ${who}`,
      section: "htdemucs",
      key: `divisi-relaxed-simd-${dtype}-${workers}/ratio`,
      limit,
      unit: "ratio" as const,
    })),
    {
      figure: `HTDemucs, ${name}, Wasm memory, a worker`,
      section: "htdemucs",
      key: `song-${dtype}/memory`,
      limit: megabytes,
      unit: "MB" as const,
    },
    {
      figure: `HTDemucs, ${name}, a song of four minutes, two workers`,
      section: "htdemucs",
      key: `song-${dtype}/ratio`,
      limit: 0.4,
      unit: "ratio" as const,
    },
  ]),
  {
    figure: "the original's notes, one worker, against its network alone in onnxruntime-web",
    section: "notes",
    key: "reference/onnxruntime",
    limit: 0.5,
    unit: "ratio",
  },
  {
    figure: "notes, one worker, against @spotify/basic-pitch",
    section: "notes",
    key: "divisi/spotify",
    limit: 1 / 3,
    unit: "ratio",
  },
  {
    figure: "notes of a song of four minutes, one worker",
    section: "notes",
    key: "song/seconds",
    limit: 15,
    unit: "s",
  },
  {
    figure: "notes, Wasm memory",
    section: "notes",
    key: "song/memory",
    limit: 150,
    unit: "MB",
  },
  {
    figure: "SDR that the median mix loses with int8, worst setting",
    section: "quality",
    key: "int8/median",
    limit: 0.1,
    unit: "dB",
  },
  {
    figure: "SDR that any mix loses with int8",
    section: "quality",
    key: "int8/worst",
    limit: 0.3,
    unit: "dB",
  },
  {
    figure: "rise of false vocals in instrumental music with int8",
    section: "quality",
    key: "int8/leak",
    limit: 4,
    unit: "dB",
  },
];

const divisors = { ratio: 1, MB: 1e6, KB: 1e3, dB: 1, s: 1 } as const;

export interface Outcome extends Target {
  /** In the target's unit; undefined when it was not measured. */
  readonly value: number | undefined;
  readonly reached: boolean | undefined;
}

/** @param figures by section, then by key */
export function compareWithTargets(
  figures: Readonly<Record<string, Readonly<Record<string, number>>>>,
): Outcome[] {
  return targets.map((target) => {
    const raw = figures[target.section]?.[target.key];
    const value = raw === undefined ? undefined : raw / divisors[target.unit];
    return { ...target, value, reached: value === undefined ? undefined : value <= target.limit };
  });
}

/** A value as it stands in a table, with its unit. */
export function inUnit(value: number | undefined, unit: Target["unit"]): string {
  if (value === undefined) return "not measured";
  if (unit === "ratio") return value.toFixed(2);
  return unit === "dB" ? `${value.toFixed(2)} dB` : `${value.toFixed(value < 100 ? 1 : 0)} ${unit}`;
}
