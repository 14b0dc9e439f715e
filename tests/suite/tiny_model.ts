/**
 * A model file with Spleeter's front end and stems and the most trivial networks there can be: each
 * estimate is the mix's magnitude times a constant. An hour of audio takes seconds, and what comes
 * out is known: the mask of stem i is gain_i² / (sum of gain²) at every place in reference mode, and
 * the same with cubes in best mode, whose masks are steeper.
 */

export interface TinyModelOptions {
  readonly sampleRate?: number;
  /** Frames a chunk. */
  readonly chunkFrames?: number;
  /** Estimate of each stem as a part of the mix's magnitude. */
  readonly gains?: Readonly<Record<string, number>>;
  /** Changes the three documents before they are written. */
  readonly edit?: (documents: Documents) => void;
}

// biome-ignore lint/suspicious/noExplicitAny: tests break these documents in every possible way.
export type Documents = Record<"task" | "graph" | "card", any>;

export const tinyGains = { vocals: 0.75, accompaniment: 0.25 };

/** The part of the mix that each stem of the tiny model is. */
export const tinyParts = {
  best: { vocals: 27 / 28, accompaniment: 1 / 28 },
  reference: { vocals: 9 / 10, accompaniment: 1 / 10 },
} as const;

export function tinyModel(options: TinyModelOptions = {}): Uint8Array<ArrayBuffer> {
  const gains: Readonly<Record<string, number>> = options.gains ?? tinyGains;
  const stems = Object.keys(gains);
  const documents = separationDocuments(stems, options);
  documents.graph.nodes = stems.map((name) => ({
    op: "affine",
    inputs: ["mix"],
    output: `${name}/estimate`,
    weights: { scale: `${name}/scale`, offset: `${name}/offset` },
  }));
  options.edit?.(documents);
  const tensors = stems.flatMap((name): [string, number[]][] => [
    [`${name}/scale`, [gains[name] ?? 0, gains[name] ?? 0]],
    [`${name}/offset`, [0, 0]],
  ]);
  return encodeModel(documents, tensors);
}

/** Bins of the spectra that the models for tests see, of 4096 / 2. */
export const bins = 1024;

/** What a separator for tests says of itself; its graph still needs nodes for `STEM/estimate`. */
export function separationDocuments(
  stems: readonly string[],
  { sampleRate = 44100, chunkFrames = 64 }: TinyModelOptions,
): Documents {
  return {
    task: {
      version: 1,
      task: "separation",
      sampleRate,
      channels: 2,
      frontEnd: {
        type: "stft",
        fftSize: 4096,
        hop: 1024,
        window: "hann",
        bins,
        value: "magnitude",
      },
      chunking: { frames: chunkFrames, multipleOf: 64 },
      stems,
      backEnd: { type: "ratio-mask", exponent: 2, epsilon: 1e-10, remainder: stems.at(-1) },
    },
    graph: {
      version: 1,
      inputs: [{ name: "mix", shape: [chunkFrames, bins, 2] }],
      outputs: stems.map((name) => ({ name, value: `${name}/estimate` })),
      nodes: [],
    },
    card: {
      version: 1,
      name: "tiny",
      title: "Constant masks for tests",
      modelVersion: "1",
      summary: "Each stem is a constant part of the mix.",
      authors: ["divisi"],
      licence: { weights: "Apache-2.0", statedBy: "divisi", url: "" },
      trainingData: { description: "none", known: "", unknown: "", consent: "" },
      source: { package: "divisi", version: "0", registry: "none", sha256: "" },
      quality: [],
      limits: [],
    },
  };
}

/** A name, values, and a shape where it is no vector. */
export type Tensor = readonly [name: string, values: readonly number[], shape?: readonly number[]];

/** Writes a safetensors file of F32 tensors. */
export function encodeModel(documents: Documents, tensors: readonly Tensor[]) {
  const header: Record<string, unknown> = {
    __metadata__: {
      "divisi.task": JSON.stringify(documents.task),
      "divisi.graph": JSON.stringify(documents.graph),
      "divisi.card": JSON.stringify(documents.card),
    },
  };
  let end = 0;
  for (const [name, values, shape = [values.length]] of tensors) {
    const start = end;
    end += values.length * 4;
    header[name] = { dtype: "F32", shape, data_offsets: [start, end] };
  }
  // Tensors begin at a multiple of 8, as the format's own writer has it.
  const json = JSON.stringify(header);
  const text = new TextEncoder().encode(json + " ".repeat((8 - (json.length % 8)) % 8));
  const bytes = new Uint8Array(8 + text.length + end);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  bytes.set(
    new Uint8Array(Float32Array.from(tensors.flatMap(([, v]) => v)).buffer),
    8 + text.length,
  );
  return bytes;
}
