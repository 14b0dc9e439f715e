/**
 * Learns one tag from examples: logistic regression with a Gaussian prior on its weights (that is,
 * L2-regularised), both classes weighing the same, however many examples each has.
 *
 * It is solved in the space of the examples rather than of the weights, for there are fewer of them.
 * The same few matrices then also give what makes the confidence honest:
 *  - for each example the decision of a classifier that was never shown it (leave one out, by one
 *    Newton step from the optimum: Cawley and Talbot, "Efficient approximate leave-one-out
 *    cross-validation for kernel logistic regression", 2008);
 *  - for any music the variance of the decision, which grows with the distance from the examples
 *    (Laplace's approximation: Rasmussen and Williams, "Gaussian Processes for Machine Learning",
 *    2006, 3.4).
 */

import { cholesky, solveLower, solveUpper } from "./cholesky.js";

/** Chosen by cross-validation on the real embeddings of tests/golden/embeddings. */
const regularisation = 0.3;
/** Prior variance of the offset, of the order of a decision's own. */
const offsetVariance = 1;
const mostSteps = 30;
const smallestStep = 1e-6;

export interface Decision {
  /** Above 0 where the tag fits rather than not. */
  readonly value: number;
  readonly variance: number;
  /** Cosine similarity to the likest example. */
  readonly likeness: number;
}

export const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

export class Classifier {
  /** decision = weights . point + offset */
  readonly weights: Float64Array;
  readonly offset: number;
  /** For each example, the decision without it. */
  readonly leftOut: readonly Decision[];
  readonly #points: readonly Float64Array[];
  /** Lower triangle of B = I + W^1/2 K W^1/2, and the diagonal of W^1/2. */
  readonly #lower: Float64Array;
  readonly #roots: Float64Array;

  /**
   * @param points standardised embeddings
   * @param fits whether the tag fits each; both kinds must be there
   */
  constructor(points: readonly ArrayLike<number>[], fits: readonly boolean[]) {
    this.#points = points.map((point) => Float64Array.from(point));
    const n = points.length;
    const positives = fits.filter(Boolean).length;
    const share = Float64Array.from(fits, (fit) => n / (2 * (fit ? positives : n - positives)));
    const kernel = kernelMatrix(this.#points);
    const { decisions, slopes } = solve(kernel, fits, share);
    const curvature = curvatures(decisions, share);
    this.#roots = curvature.map(Math.sqrt);
    this.#lower = cholesky(innerMatrix(kernel, this.#roots), n);

    const size = this.#points[0]?.length ?? 0;
    this.weights = new Float64Array(size);
    this.#points.forEach((point, i) => {
      const slope = (slopes[i] as number) / regularisation;
      for (let k = 0; k < size; k++) {
        this.weights[k] = (this.weights[k] as number) + slope * (point[k] as number);
      }
    });
    this.offset =
      (offsetVariance / regularisation) * slopes.reduce((total, slope) => total + slope, 0);
    this.leftOut = this.#points.map((_, i) => {
      const row = kernel.subarray(i * n, (i + 1) * n);
      const spread = this.#spread(row, row[i] as number);
      const rest = Math.max(1 - (curvature[i] as number) * spread, 1e-9);
      return {
        value: (decisions[i] as number) - (spread * (slopes[i] as number)) / rest,
        variance: spread / rest,
        likeness: nearest(row.filter((_, other) => other !== i)),
      };
    });
  }

  decide(music: ArrayLike<number>): Decision {
    const point = Float64Array.from(music);
    const similarities = Float64Array.from(this.#points, (example) => similarity(example, point));
    return {
      value: dot(this.weights, point) + this.offset,
      variance: this.#spread(similarities, similarity(point, point)),
      likeness: nearest(similarities),
    };
  }

  /** The variance that is left of a decision once the examples are known. */
  #spread(similarities: Float64Array, own: number): number {
    const roots = this.#roots;
    const known = Float64Array.from(similarities, (value, i) => value * (roots[i] as number));
    solveLower(this.#lower, roots.length, known);
    return Math.max(own - known.reduce((total, value) => total + value * value, 0), 0);
  }
}

/** One kind of array only, which engines run several times as fast. */
function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

function similarity(a: Float64Array, b: Float64Array): number {
  return (dot(a, b) + offsetVariance) / regularisation;
}

/** The largest cosine among similarities. */
function nearest(similarities: Float64Array): number {
  return similarities.reduce((a, b) => Math.max(a, b), -Infinity) * regularisation - offsetVariance;
}

function kernelMatrix(points: readonly Float64Array[]): Float64Array {
  const n = points.length;
  const kernel = new Float64Array(n * n);
  points.forEach((a, i) => {
    for (let j = 0; j <= i; j++) {
      const value = similarity(a, points[j] as Float64Array);
      kernel[i * n + j] = value;
      kernel[j * n + i] = value;
    }
  });
  return kernel;
}

/** B = I + W^1/2 K W^1/2, whose eigenvalues are at least 1: always safe to factor. */
function innerMatrix(kernel: Float64Array, roots: Float64Array): Float64Array {
  const n = roots.length;
  const inner = new Float64Array(n * n);
  for (let i = 0, at = 0; i < n; i++) {
    for (let j = 0; j < n; j++, at++) {
      inner[at] = (roots[i] as number) * (kernel[at] as number) * (roots[j] as number);
    }
    inner[i * n + i] = (inner[i * n + i] as number) + 1;
  }
  return inner;
}

function curvatures(decisions: Float64Array, share: Float64Array): Float64Array {
  return decisions.map((decision, i) => {
    const p = sigmoid(decision);
    return (share[i] as number) * p * (1 - p);
  });
}

/** Newton's method (Rasmussen and Williams, algorithm 3.1). */
function solve(
  kernel: Float64Array,
  fits: readonly boolean[],
  share: Float64Array,
): { decisions: Float64Array; slopes: Float64Array } {
  const n = fits.length;
  const times = (x: Float64Array) =>
    Float64Array.from(x, (_, i) => dot(kernel.subarray(i * n, (i + 1) * n), x));
  const slopesAt = (decisions: Float64Array) =>
    decisions.map((value, i) => (share[i] as number) * (Number(fits[i]) - sigmoid(value)));

  let decisions = new Float64Array(n);
  for (let step = 0; step < mostSteps; step++) {
    const curvature = curvatures(decisions, share);
    const roots = curvature.map(Math.sqrt);
    const slopes = slopesAt(decisions);
    const target = decisions.map(
      (value, i) => (curvature[i] as number) * value + (slopes[i] as number),
    );
    const lower = cholesky(innerMatrix(kernel, roots), n);
    const inner = times(target).map((value, i) => value * (roots[i] as number));
    solveUpper(lower, n, solveLower(lower, n, inner));
    const next = times(
      target.map((value, i) => value - (roots[i] as number) * (inner[i] as number)),
    );
    const move = next.reduce(
      (m, value, i) => Math.max(m, Math.abs(value - (decisions[i] as number))),
      0,
    );
    decisions = next;
    if (move < smallestStep) break;
  }
  return { decisions, slopes: slopesAt(decisions) };
}
