/** Whether figures taken on this machine, at that time, can be believed. */

import type { NoiseRecord } from "../driver/quiet.js";

export interface Verdict {
  readonly trusted: boolean;
  /** What was seen, in words. */
  readonly reasons: readonly string[];
}

/** Limits; each is well above what a machine with nothing else to do shows. */
export const limits = {
  /** Share of measurements with other work around them. */
  disturbed: 0.25,
  /** The calibration's median over its minimum. */
  calibration: 1.1,
  /** Busy share of the processors while the bench itself does nothing. */
  idleBusy: 0.1,
  /** A contender's median over its minimum. */
  spread: 1.15,
} as const;

const percent = (share: number) => `${Math.round(100 * share)} %`;

/** @param spreads median over minimum of each contender, by name */
export function judge(noise: NoiseRecord, spreads: Readonly<Record<string, number>>): Verdict {
  const reasons: string[] = [];
  if (noise.disturbed > limits.disturbed) {
    reasons.push(`other work ran around ${percent(noise.disturbed)} of the measurements`);
  }
  const calibration = noise.calibration.median / noise.calibration.min;
  if (calibration > limits.calibration) {
    reasons.push(
      `the calibration took ${percent(calibration - 1)} longer than at its best in the median`,
    );
  }
  if (noise.idleBusy > limits.idleBusy) {
    reasons.push(`${percent(noise.idleBusy)} of the processors were busy between measurements`);
  }
  const wide = Object.entries(spreads).filter(([, spread]) => spread > limits.spread);
  if (wide.length > Object.keys(spreads).length / 4) {
    const names = wide.map(([name, spread]) => `${name} ${percent(spread - 1)}`);
    reasons.push(`medians lie far above minima: ${names.join(", ")}`);
  }
  return { trusted: reasons.length === 0, reasons };
}
