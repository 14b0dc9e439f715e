/** What the bench asks of each runtime; the modules beside this one run in a page. */

/** An input or output, channels last, as divisi and TensorFlow have it; ONNX has channels first. */
export interface Port {
  readonly name: string;
  /** What the ONNX file calls it, where it has another name there. */
  readonly onnxName?: string;
  readonly channels: number;
}

export interface Input extends Port {
  /** URL of its numbers: float32, row by row, channels last. */
  readonly file: string;
  /** Without the batch axis: [height, width, channels] or [length, channels]. */
  readonly shape: readonly number[];
}

/** A runtime with a model and its inputs: everything a page needs to know. URLs are the site's. */
export interface Job {
  readonly kind: ContenderKind;
  /** Threads of a peer, Workers of divisi. */
  readonly threads: number;
  /** The model's file; of TensorFlow.js its model.json. */
  readonly model: string;
  readonly inputs: readonly Input[];
  readonly outputs: readonly Port[];
  /** divisi's Wasm build. */
  readonly variant?: "simd" | "relaxed-simd";
  /** divisi: a network for each output (separation), or one for all (tagging). */
  readonly oneEach?: boolean;
  /**
   * divisi: every Worker computes all outputs, of inputs of its own, instead of a share of them. A
   * run then does the work of so many, and times are given for one.
   */
  readonly wholeEach?: boolean;
}

/** How many times a contender computes the outputs in one run. */
export const computedInRun = (job: Job) => (job.wholeEach ? job.threads : 1);

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
export type LoadContender = (job: Job, inputs: readonly Float32Array[]) => Promise<Contender>;

/** The only input, for runtimes that are not measured with several. */
export function onlyInput<T>(inputs: readonly T[]): T {
  const [input] = inputs;
  if (input === undefined || inputs.length > 1) throw new Error("made for one input");
  return input;
}

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
