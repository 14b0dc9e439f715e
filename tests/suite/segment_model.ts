/**
 * A model file that hears segments of samples, as HTDemucs does, with four stems: each is a constant
 * part of the mix. Its networks are random convolutions that take their time, beside which the mix goes
 * through unchanged. It needs the whole engine.
 */

import { type Documents, encodeModel, type Tensor } from "./tiny_model.js";

/** The part of the mix that each stem is. */
export const segmentParts = { drums: 0.4, bass: 0.3, other: 0.2, vocals: 0.1 } as const;
export type SegmentStem = keyof typeof segmentParts;
export const segmentStems = Object.keys(segmentParts) as SegmentStem[];

/** Each run of the networks gives so much of the song. */
export const hopSeconds = 1.5;

const sampleRate = 44100;
const frames = 2 * sampleRate;
const channels = 2;
const width = 48;
const taps = 9;

export interface SegmentModelOptions {
  readonly title?: string;
  /** Changes the documents before they are written. */
  readonly edit?: (documents: Documents) => void;
}

export function segmentModel({ title, edit }: SegmentModelOptions = {}): Uint8Array<ArrayBuffer> {
  const documents = segmentDocuments(title ?? "Quarters for tests");
  edit?.(documents);
  return encodeModel(documents, [
    ...convolution("in", [width, 1, channels]),
    ...convolution("inner", [width, taps, width]),
    ...outConvolution(),
  ]);
}

function segmentDocuments(title: string): Documents {
  return {
    task: {
      version: 1,
      task: "separation",
      sampleRate,
      channels,
      segments: {
        frames,
        hopFrames: hopSeconds * sampleRate,
        join: "triangular",
        end: "centred",
      },
      inputs: [{ name: "mix", value: "waveform", layout: "1 frames channels" }],
      stems: segmentStems,
      outputs: [{ name: "stems", value: "waveform", layout: "1 frames (stems channels)" }],
      residual: "shared",
    },
    graph: {
      version: 1,
      inputs: [{ name: "mix", shape: [1, frames, channels] }],
      outputs: [{ name: "stems", value: "out" }],
      nodes: [node("mix", "in"), node("in", "inner", taps), node("inner", "out")],
    },
    card: {
      version: 1,
      name: "quarters",
      title,
      modelVersion: "1",
      summary: "Each stem is a constant part of the mix.",
      authors: ["The authors of the tests"],
      licence: {
        weights: "personal and research use only",
        statedBy: "the tests: do not publish this file.",
        url: "https://example.org/terms",
      },
      trainingData: { description: "none", known: "", unknown: "", consent: "Nobody was asked." },
      source: { package: "divisi", version: "0", registry: "none", sha256: "" },
      quality: [],
      limits: ["It separates nothing."],
    },
  };
}

const node = (input: string, name: string, size = 1) => ({
  op: "conv2d",
  inputs: [input],
  output: name,
  weights: { kernel: `${name}/kernel`, bias: `${name}/bias` },
  attributes: { padding: [0, 0, (size - 1) / 2, (size - 1) / 2] },
});

/** The first two channels go through; the others are made of anything. */
function convolution(name: string, [outer, size, inner]: [number, number, number]): Tensor[] {
  let state = 1;
  const random = () => {
    state = (state * 16807) % 2147483647;
    return (state / 2147483647 - 0.5) / Math.sqrt(size * inner);
  };
  const kernel = Array.from({ length: outer * size * inner }, (_, index) => {
    const [o, t, i] = [
      Math.floor(index / (size * inner)),
      Math.floor(index / inner) % size,
      index % inner,
    ];
    return o < channels ? Number(i === o && t === (size - 1) / 2) : random();
  });
  return [
    [`${name}/kernel`, kernel, [outer, 1, size, inner]],
    [`${name}/bias`, new Array<number>(outer).fill(0)],
  ];
}

function outConvolution(): Tensor[] {
  const kernel = segmentStems.flatMap((stem) =>
    Array.from({ length: channels * width }, (_, index) => {
      const [channel, input] = [Math.floor(index / width), index % width];
      return input === channel ? segmentParts[stem] : 0;
    }),
  );
  const outer = segmentStems.length * channels;
  return [
    ["out/kernel", kernel, [outer, 1, 1, width]],
    ["out/bias", new Array<number>(outer).fill(0)],
  ];
}
