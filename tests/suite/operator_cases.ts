/**
 * Operators that run by kernels of divisi's own, in the variant itself: a tiny tagging model gives
 * their arguments and their results as its scores, and plain JavaScript computes the same in double
 * precision.
 */

import { atMost, equal } from "./check.js";
import { type Case, noise, withTagger } from "./environment.js";
import { type Documents, encodeModel } from "./tiny_model.js";

const [frames, bands] = [6, 9];
const size = frames * bands;
const epsilon = 1e-3;

type Results = (x: readonly number[]) => number[];

interface OperatorCase {
  readonly op: string;
  readonly attributes?: object;
  readonly weights?: object;
  /** Of all values [frames][bands], from all arguments. */
  readonly results: Results;
}

const scale = Array.from({ length: bands }, (_, i) => 0.5 + i / 4);
const offset = Array.from({ length: bands }, (_, i) => i / 8 - 0.5);

const operators: readonly OperatorCase[] = [
  { op: "gelu", results: (x) => x.map((v) => (v / 2) * (1 + erf(v / Math.SQRT2))) },
  {
    op: "gelu",
    attributes: { approximate: "tanh" },
    results: (x) =>
      x.map((v) => (v / 2) * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (v + 0.044715 * v ** 3)))),
  },
  { op: "softmax", results: (x) => rows(x).flatMap(softmax) },
  {
    op: "softmax",
    attributes: { axis: 0 },
    results: (x) => transposed(transposed(rows(x)).map(softmax)).flat(),
  },
  {
    op: "layer_norm",
    attributes: { epsilon },
    weights: { scale: "norm/scale", offset: "norm/offset" },
    results: (x) => rows(x).flatMap(layerNorm),
  },
];

export const operatorCases: Record<string, Case> = {
  "operators with kernels of our own are right": (environment) =>
    withTagger(environment, { model: operatorModel() }, async (tagger) => {
      const { taggram } = await tagger.tag({ sampleRate: 16000, channels: [noise(16000)] });
      atMost(10, taggram.rows.length, "patches"); // more than one, of different sounds
      for (const row of taggram.rows) {
        const x = [...row.subarray(0, size)];
        equal(row.length, size * (operators.length + 1), "scores");
        // Both sides of zero, and steep enough for the tails.
        atMost(Math.min(...x), -1, "lowest argument");
        atMost(1, Math.max(...x), "highest argument");
        operators.forEach(({ op, results }, i) => {
          const expected = results(x);
          const peak = Math.max(...expected.map(Math.abs));
          expected.forEach((want, at) => {
            const got = row[(i + 1) * size + at] ?? Number.NaN;
            // Of the peak: float32's rounding of few operations, and 1.5e-7 for erf.
            atMost(Math.abs(got - want) / peak, 1e-6, `${op} ${i} at ${at}`);
          });
        });
      }
    }),
};

function operatorModel(): Uint8Array<ArrayBuffer> {
  const parts = operators.map((_, i) => `part${i}`);
  const documents: Documents = {
    task: {
      version: 1,
      task: "tagging",
      sampleRate: 16000,
      channels: 1,
      frontEnd: {
        type: "mel",
        fftSize: 256,
        hop: 128,
        window: "hann",
        center: true,
        padding: "zeros",
        power: 2,
        melBands: bands,
        melScale: "slaney",
        melNorm: "slaney",
        minHz: 0,
        maxHz: 8000,
        log: { type: "log10", scale: 10000, offset: 1 },
      },
      chunking: { frames, hopFrames: frames },
      outputs: { scores: "scores", embedding: "arguments" },
      labels: Array.from({ length: size * (operators.length + 1) }, (_, i) => ({
        name: `value ${i}`,
        kind: "other",
      })),
    },
    graph: {
      version: 1,
      inputs: [{ name: "mel", shape: [frames, bands] }],
      outputs: ["scores", "arguments"].map((name) => ({ name, value: name })),
      nodes: [
        {
          op: "affine",
          inputs: ["mel"],
          output: "x",
          weights: { scale: "x/scale", offset: "x/offset" },
        },
        { op: "reshape", inputs: ["x"], output: "arguments", attributes: { shape: [size] } },
        ...operators.flatMap(({ op, attributes = {}, weights }, i) => [
          { op, inputs: ["x"], output: `value${i}`, attributes, ...(weights ? { weights } : {}) },
          {
            op: "reshape",
            inputs: [`value${i}`],
            output: `part${i}`,
            attributes: { shape: [size] },
          },
        ]),
        { op: "concat", inputs: ["arguments", ...parts], output: "scores" },
      ],
    },
    card: { version: 1, name: "operators", title: "Operators for tests", modelVersion: "1" },
  };
  return encodeModel(documents, [
    ["x/scale", Array.from({ length: bands }, () => 6)],
    ["x/offset", Array.from({ length: bands }, () => -15)],
    ["norm/scale", scale],
    ["norm/offset", offset],
  ]);
}

function rows(x: readonly number[]): number[][] {
  return Array.from({ length: frames }, (_, i) => x.slice(i * bands, (i + 1) * bands));
}

function transposed(matrix: readonly number[][]): number[][] {
  return (matrix[0] ?? []).map((_, column) => matrix.map((row) => row[column] ?? Number.NaN));
}

function softmax(x: readonly number[]): number[] {
  const most = Math.max(...x);
  const powers = x.map((v) => Math.exp(v - most));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((v) => v / sum);
}

function layerNorm(x: readonly number[]): number[] {
  const mean = x.reduce((a, b) => a + b, 0) / x.length;
  const variance = x.reduce((a, b) => a + (b - mean) ** 2, 0) / x.length;
  return x.map(
    (v, i) => ((v - mean) / Math.sqrt(variance + epsilon)) * (scale[i] ?? 0) + (offset[i] ?? 0),
  );
}

/** By the series of erf around 0 (Abramowitz and Stegun, 7.1.6), all of whose terms are positive. */
function erf(x: number): number {
  if (Math.abs(x) > 6) return Math.sign(x);
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > 1e-18 * Math.abs(sum); n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}
