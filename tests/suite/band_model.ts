/**
 * A model file of four stems that divides the mix by frequency: each stem is a band of it, so that
 * what comes out of four tones is known. Two of its stems have names that no app has heard of.
 */

import { bins, encodeModel, separationDocuments, type TinyModelOptions } from "./tiny_model.js";

/** Where each band ends, in Hz; the last one goes to the end, and takes what no band has. */
export const bands = { bass: 300, drums: 1200, "whale song": 4000, "2nd violins": 22050 } as const;

export type Band = keyof typeof bands;
export const bandNames = Object.keys(bands) as Band[];

/** A tone in the middle of each band, in Hz. */
export const tones: Readonly<Record<Band, number>> = {
  bass: 150,
  drums: 600,
  "whale song": 2400,
  "2nd violins": 7000,
};

const hertzPerBin = 44100 / 4096;

export function bandModel(
  options: Pick<TinyModelOptions, "chunkFrames"> = {},
): Uint8Array<ArrayBuffer> {
  const documents = separationDocuments(bandNames, options);
  documents.card.title = "Four bands for tests";
  documents.card.summary = "Each stem is a band of the mix's frequencies.";
  // A factor for each bin: an affine node has one for each value of the last axis.
  const turn = (input: string, output: string) => ({
    op: "transpose",
    inputs: [input],
    output,
    attributes: { permutation: [0, 2, 1] },
  });
  documents.graph.nodes = [
    turn("mix", "turned"),
    ...bandNames.flatMap((name) => [
      {
        op: "affine",
        inputs: ["turned"],
        output: `${name}/band`,
        weights: { scale: `${name}/scale`, offset: `${name}/offset` },
      },
      turn(`${name}/band`, `${name}/estimate`),
    ]),
  ];
  let start = 0;
  const tensors = bandNames.flatMap((name): [string, number[]][] => {
    const [begin, end] = [start, bands[name]];
    start = end;
    const inBand = (bin: number) => bin * hertzPerBin >= begin && bin * hertzPerBin < end;
    const scale = Array.from({ length: bins }, (_, bin) => Number(inBand(bin)));
    return [
      [`${name}/scale`, scale],
      [`${name}/offset`, scale.map(() => 0)],
    ];
  });
  return encodeModel(documents, tensors);
}

/** A tone of the band, 0.2 of full scale. */
export function tone(
  name: Band,
  frameCount: number,
  sampleRate = 44100,
): Float32Array<ArrayBuffer> {
  const step = (2 * Math.PI * tones[name]) / sampleRate;
  return Float32Array.from({ length: frameCount }, (_, i) => 0.2 * Math.sin(step * i));
}

/** All tones at once: what the model takes apart. */
export function fourTones(frameCount: number, sampleRate = 44100): Float32Array<ArrayBuffer> {
  const mix = new Float32Array(frameCount);
  for (const name of bandNames) {
    for (const [i, value] of tone(name, frameCount, sampleRate).entries()) {
      mix[i] = (mix[i] as number) + value;
    }
  }
  return mix;
}
