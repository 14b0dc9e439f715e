/** The part of AudioWorkletGlobalScope that is used: TypeScript's DOM types leave it out. */

export interface ProcessorPort {
  postMessage(message: unknown, transfer?: Transferable[]): void;
  onmessage: ((event: MessageEvent) => void) | null;
  /** An open port keeps its processor, and all that it holds, until the context is closed. */
  close(): void;
}

interface ProcessorBase {
  readonly port: ProcessorPort;
}

/** [input or output][channel][frame] */
export type Buses = readonly (readonly Float32Array[])[];

export interface ParameterDescriptor {
  readonly name: string;
  readonly defaultValue: number;
  readonly minValue: number;
  readonly maxValue: number;
  readonly automationRate: "k-rate";
}

export type Parameters = Readonly<Record<string, Float32Array>>;

interface WorkletScope {
  readonly AudioWorkletProcessor: new () => ProcessorBase;
  readonly sampleRate: number;
  readonly currentFrame: number;
  /** Newer than most browsers; where it is missing it is 128. */
  readonly renderQuantumSize?: number;
  registerProcessor(name: string, processor: unknown): void;
}

export const scope = globalThis as unknown as WorkletScope;

export const quantumFrames = scope.renderQuantumSize ?? 128;
