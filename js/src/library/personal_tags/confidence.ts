/** How far to trust a decision: see PersonalTags. */

import { type Decision, sigmoid } from "./classifier.js";

/** Strength of the prior that holds log(stretch) near 0. */
const priorPrecision = 4;
const widest = 4;
const tolerance = 1e-3;

/** What the examples say about decisions that were made without them. */
export interface Experience {
  /** The factor on decisions that suits best what is known of them. */
  readonly stretch: number;
  /** How like its likest fellow an example usually is: the median. */
  readonly usualLikeness: number;
}

export function gainExperience(leftOut: readonly Decision[], fits: readonly boolean[]): Experience {
  const likeness = leftOut.map((decision) => decision.likeness).sort((a, b) => a - b);
  return {
    stretch: bestStretch(leftOut, fits),
    usualLikeness: likeness[Math.floor(likeness.length / 2)] as number,
  };
}

/** The chance that a decision is right, from 0.5 to 1. */
export function certainty(decision: Decision, { stretch, usualLikeness }: Experience): number {
  const known = sigmoid(stretch * Math.abs(moderated(decision)));
  // Of real music 19 in 20 are more than half as like an example as examples are to each other; of
  // what is unlike them all nothing is known, whatever the classifier says.
  const familiarity = Math.min(Math.max(decision.likeness, 0) / (usualLikeness / 2), 1);
  return usualLikeness > 0 ? 0.5 + (known - 0.5) * familiarity : known;
}

function bestStretch(decisions: readonly Decision[], fits: readonly boolean[]): number {
  const positives = fits.filter(Boolean).length;
  const margins = decisions.map((decision, i) => (fits[i] ? 1 : -1) * moderated(decision));
  const shares = fits.map((fit) => fits.length / (2 * (fit ? positives : fits.length - positives)));
  const loss = (logStretch: number) =>
    margins.reduce(
      (sum, margin, i) =>
        sum + (shares[i] as number) * Math.log1p(Math.exp(-Math.exp(logStretch) * margin)),
      (priorPrecision * logStretch ** 2) / 2,
    );
  return Math.exp(goldenMinimum(loss, -widest, widest));
}

/** The decision drawn to 0 by its variance (MacKay 1992: the logistic function under a Gaussian). */
function moderated({ value, variance }: Decision): number {
  return value / Math.sqrt(1 + (Math.PI / 8) * variance);
}

/** Golden-section search. */
function goldenMinimum(f: (x: number) => number, low: number, high: number): number {
  const ratio = (Math.sqrt(5) - 1) / 2;
  let [a, b] = [low, high];
  let [c, d] = [b - ratio * (b - a), a + ratio * (b - a)];
  let [atC, atD] = [f(c), f(d)];
  while (b - a > tolerance) {
    if (atC < atD) {
      [b, d, atD] = [d, c, atC];
      c = b - ratio * (b - a);
      atC = f(c);
    } else {
      [a, c, atC] = [c, d, atD];
      d = a + ratio * (b - a);
      atD = f(d);
    }
  }
  return (a + b) / 2;
}
