/** The tables of the quality bench, for the report of all benches and for docs/quality.md. */

import type { Table } from "../driver/section.js";
import { leakRises, limits, losses, violations } from "./losses.js";
import { type Dtype, dtypes, type Score } from "./measure.js";

const compressed: readonly Dtype[] = ["f16", "int8"];
const db = (value: number | undefined, digits = 2) =>
  value === undefined ? "" : value.toFixed(digits);
const signed = (value: number) => {
  const text = value.toFixed(2).replace(/^-0\.00$/, "0.00");
  return Number(text) > 0 ? `+${text}` : text;
};

/** Loss of each smaller file in each setting, beside the limits. */
export function lossTable(scores: readonly Score[]): Table {
  const rows = compressed.flatMap((dtype) => {
    const leaks = new Map(leakRises(scores, dtype).map((rise) => [rise.setting, rise]));
    return losses(scores, dtype).map((loss) => {
      const rise = loss.stem === "vocals" ? leaks.get(loss.setting) : undefined;
      return [
        `${dtype}, ${loss.setting}, ${loss.stem}`,
        signed(loss.median),
        `${signed(loss.worst)} (${loss.worstMix})`,
        rise ? `${signed(rise.worst)} (${rise.worstMix})` : "",
      ];
    });
  });
  return {
    columns: [
      "weights, setting, stem",
      "median SDR loss, dB",
      "largest SDR loss, dB",
      "largest rise of leak, dB",
    ],
    rows: [...rows, ["limit for int8", `${limits.median}`, `${limits.worst}`, `${limits.leak}`]],
  };
}

/** Every mix in one setting: SDR of both stems, or leak, with each file. */
export function mixTable(scores: readonly Score[], setting: string): Table {
  const here = scores.filter((score) => score.setting === setting);
  const names = [...new Set(here.map(({ mix }) => mix))];
  const cell = (mix: string, dtype: Dtype, figure: "vocals" | "accompaniment" | "leak") =>
    db(here.find((score) => score.mix === mix && score.dtype === dtype)?.[figure]);
  return {
    columns: [
      "mix",
      ...dtypes.map((dtype) => `vocals, ${dtype}`),
      ...dtypes.map((dtype) => `accompaniment, ${dtype}`),
      ...dtypes.map((dtype) => `leak, ${dtype}`),
    ],
    rows: names.map((mix) => [
      mix,
      ...(["vocals", "accompaniment", "leak"] as const).flatMap((figure) =>
        dtypes.map((dtype) => cell(mix, dtype, figure)),
      ),
    ]),
  };
}

/** One sentence that says whether the 8-bit file keeps what it has to keep. */
export function verdict(scores: readonly Score[]): string {
  const broken = violations(scores, "int8");
  const promise =
    `at most ${limits.median} dB median SDR lost, ${limits.worst} dB by any mix, ` +
    `and leak at most ${limits.leak} dB up`;
  if (broken.length === 0) return `int8 keeps its limits (${promise}).`;
  return `int8 breaks its limits (${promise}): ${broken.join("; ")}.`;
}
