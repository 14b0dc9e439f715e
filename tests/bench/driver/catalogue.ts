/** The models of manifest.json, and who is measured with them. */

import { readdirSync, readFileSync } from "node:fs";
import { inBuild, inRoot } from "../../../scripts/lib/paths.mjs";
import type { ContenderKind, Job } from "../contenders/contender.js";

export interface ModelFile {
  readonly file: string;
  readonly dtype: string;
  readonly size: number;
}

export interface CatalogueEntry extends ModelFile {
  readonly name: string;
  readonly stems?: readonly string[];
  readonly variants?: readonly ModelFile[];
}

/** The manifest's type of weights as the report calls it. */
export const weightsName = (dtype: string) => (/8/.test(dtype) ? "int8" : dtype);

export const variants = ["simd", "relaxed-simd"] as const;

export function catalogueEntry(name: string): CatalogueEntry {
  const { models } = JSON.parse(readFileSync(inRoot("models/manifest.json"), "utf8"));
  const entry = models.find((model: CatalogueEntry) => model.name === name);
  if (!entry) throw new Error(`models/manifest.json has no ${name}`);
  return entry;
}

export const allFiles = (entry: CatalogueEntry): readonly ModelFile[] => [
  entry,
  ...(entry.variants ?? []),
];

/** A contender as the bench sees it: a job, and how it is called. */
export interface Contender {
  readonly id: string;
  readonly label: string;
  readonly runtime: string;
  readonly threads: number;
  readonly job: Job;
  readonly modelFiles: readonly string[];
  /** divisi: the published engine that runs the model, where the small one does not. */
  readonly engine?: "whole";
  /** divisi: the type of the weights, as the manifest names it. */
  readonly dtype?: string;
  /** Largest difference from divisi's float32 outputs, relative to their peak, that is accepted. */
  readonly tolerance: number;
}

/** Float32 networks differ by rounding, some 1e-5; a wrong constant or layout by 1e-2 and more. */
export const float32Tolerance = 1e-3;
/** Only to see that it is the same network: what int8 does to the music is measured on music. */
const quantisedTolerance = 0.3;

/** What all jobs of a section share. */
export type Common = Pick<Job, "inputs" | "outputs">;

/** A model file of divisi's, where pages and where the bench find it. */
export interface DivisiFile {
  readonly dtype: string;
  readonly url: string;
  readonly path: string;
}

/** Those of the catalogue that are measured: float32 first. */
export function divisiFiles(entry: CatalogueEntry): DivisiFile[] {
  // float16 is only how weights are stored: the engine computes with the same numbers as float32.
  return allFiles(entry)
    .filter(({ dtype }) => dtype !== "f16")
    .sort((a, b) => Number(b.dtype === "f32") - Number(a.dtype === "f32"))
    .map(({ file, dtype }) => ({
      dtype: weightsName(dtype),
      url: `/models/${file}`,
      path: inBuild("models", file),
    }));
}

/**
 * divisi in every variant, with every file and number of Workers; the first file's outputs are what
 * the others' are compared with.
 */
export function divisiContenders(
  files: readonly DivisiFile[],
  common: Common,
  workers: readonly number[],
  sharing: Pick<Job, "oneEach" | "wholeEach">,
): Contender[] {
  return workers.flatMap((threads) =>
    variants.flatMap((variant) =>
      files.map(({ dtype, url, path }) => ({
        id: `divisi-${variant}-${dtype}-${threads}`,
        label: `divisi ${dtype}, ${variant}`,
        runtime: "divisi",
        threads,
        dtype,
        job: { ...common, ...sharing, kind: "divisi", threads, model: url, variant },
        modelFiles: [path],
        tolerance: dtype === "int8" ? quantisedTolerance : float32Tolerance,
      })),
    ),
  );
}

const peers: readonly {
  kind: ContenderKind;
  runtime: string;
  label: string;
  model: (name: string) => string;
}[] = [
  {
    kind: "onnxruntime",
    runtime: "onnxruntime-web",
    label: "onnxruntime-web",
    model: (name) => `${name}.onnx`,
  },
  { kind: "litert", runtime: "litert", label: "LiteRT.js", model: (name) => `${name}.tflite` },
  {
    kind: "tfjs",
    runtime: "tfjs-wasm",
    label: "TensorFlow.js wasm",
    model: (name) => `${name}-tfjs/model.json`,
  },
];

/** The other runtimes. @param suffix of names, where a network is measured in two forms */
export function peerContenders(
  network: string,
  common: Common,
  threadCounts: readonly number[],
  suffix: { id: string; label: string } = { id: "", label: "" },
): Contender[] {
  return threadCounts.flatMap((threads) =>
    peers.map(({ kind, runtime, label, model }) => ({
      id: `${runtime}${suffix.id}-${threads}`,
      label: `${label}${suffix.label}`,
      runtime,
      threads,
      job: { ...common, kind, threads, model: `/bench-models/${model(network)}` },
      modelFiles: filesOf(model(network)),
      tolerance: float32Tolerance,
    })),
  );
}

/** TensorFlow.js has a folder, the others one file. */
function filesOf(model: string): string[] {
  const [folder, rest] = model.split("/");
  if (rest === undefined) return [inBuild("bench/models", model)];
  const inFolder = inBuild("bench/models", folder as string);
  return readdirSync(inFolder).map((name) => `${inFolder}/${name}`);
}
