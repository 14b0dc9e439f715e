/**
 * The part of the peers' interfaces that the bench uses, so that type checking does not need their
 * packages, which only `npm run bench` installs.
 */

declare module "onnxruntime-web/wasm" {
  export class Tensor {
    constructor(type: "float32", data: Float32Array, dims: readonly number[]);
    readonly data: Float32Array;
  }
  export interface InferenceSession {
    readonly inputNames: readonly string[];
    run(feeds: Record<string, Tensor>): Promise<Record<string, Tensor>>;
  }
  export const InferenceSession: {
    create(model: Uint8Array, options: object): Promise<InferenceSession>;
  };
  export const env: { wasm: { numThreads: number; wasmPaths: string } };
}

declare module "@litertjs/core" {
  export class Tensor {
    constructor(data: Float32Array, shape: readonly number[]);
    moveTo(where: "wasm"): Promise<Tensor>;
    toTypedArray(): Float32Array;
    delete(): void;
  }
  export interface CompiledModel {
    run(input: Record<string, Tensor>): Promise<Record<string, Tensor>>;
    readonly isFullyAccelerated: boolean;
  }
  export function loadLiteRt(path: string, options?: { threads?: boolean }): Promise<unknown>;
  export function loadAndCompile(
    model: Uint8Array,
    options: { accelerator: "wasm"; cpuOptions?: { numThreads?: number } },
  ): Promise<CompiledModel>;
}

declare module "@tensorflow/tfjs-core" {
  export interface Tensor {
    data(): Promise<Float32Array>;
    dispose(): void;
  }
  export function tensor(data: Float32Array, shape: readonly number[]): Tensor;
  export function setBackend(name: string): Promise<boolean>;
  export function getBackend(): string;
  export function ready(): Promise<void>;
}

declare module "@tensorflow/tfjs-converter" {
  import type { Tensor } from "@tensorflow/tfjs-core";
  export interface GraphModel {
    execute(inputs: Record<string, Tensor>, outputs: readonly string[]): Tensor[];
  }
  export function loadGraphModel(url: string): Promise<GraphModel>;
}

declare module "@tensorflow/tfjs-backend-wasm" {
  export function setWasmPaths(prefix: string): void;
  export function setThreadsCount(count: number): void;
  export function getThreadsCount(): number;
}

declare module "@spotify/basic-pitch" {
  export interface NoteEvent {
    readonly startFrame: number;
  }
  export class BasicPitch {
    constructor(model: string);
    readonly model: Promise<unknown>;
    evaluateModel(
      audio: AudioBuffer,
      onComplete: (frames: number[][], onsets: number[][], contours: number[][]) => void,
      onProgress: (share: number) => void,
    ): Promise<void>;
  }
  export function outputToNotesPoly(
    frames: readonly (readonly number[])[],
    onsets: readonly (readonly number[])[],
    onsetThreshold: number,
    frameThreshold: number,
    leastFrames: number,
  ): NoteEvent[];
  export function addPitchBendsToNoteEvents(
    contours: readonly (readonly number[])[],
    notes: readonly NoteEvent[],
  ): NoteEvent[];
  export function noteFramesToTime(notes: readonly NoteEvent[]): readonly unknown[];
}
