/** What the bench asks of each runtime; the modules beside this one run in a page. */

/** A runtime with a model and an input: everything a page needs to know. URLs are the site's. */
export interface Job {
  readonly kind: ContenderKind;
  /** Threads of a peer, Workers of divisi. */
  readonly threads: number;
  /** The model's file; of TensorFlow.js its model.json. */
  readonly model: string;
  /** float32, row by row, channels last. */
  readonly input: string;
  readonly inputName: string;
  /** Without the batch axis: [height, width, channels]. */
  readonly inputShape: readonly number[];
  readonly outputs: readonly string[];
  /** divisi's Wasm build. */
  readonly variant?: "simd" | "relaxed-simd";
  /** divisi: a network for each output (separation), or one for all (tagging). */
  readonly oneEach?: boolean;
}

export type ContenderKind = "divisi" | "onnxruntime" | "litert" | "tfjs";

export interface Contender {
  /** Computes once; resolves when the outputs are in JavaScript's hands. */
  run(): Promise<void>;
  /** What the last run gave, channels last. */
  outputs(): Promise<Record<string, Float32Array>>;
  /** Bytes of Wasm memory, one entry an instance; none where the page's own record has them. */
  memory?(): Promise<number[]>;
}

/** What each of the modules exports. */
export type LoadContender = (job: Job, input: Float32Array) => Promise<Contender>;

export async function fetchBytes(url: string): Promise<Uint8Array> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: HTTP ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

/** [height][width][channels] to [channels][height][width], or back. */
export function transposeChannels(
  values: Float32Array,
  channels: number,
  to: "first" | "last",
): Float32Array {
  const pixels = values.length / channels;
  const result = new Float32Array(values.length);
  for (let c = 0; c < channels; c++) {
    for (let p = 0; p < pixels; p++) {
      if (to === "first") result[c * pixels + p] = values[p * channels + c] as number;
      else result[p * channels + c] = values[c * pixels + p] as number;
    }
  }
  return result;
}
