/** An instance of tests/bench/wasm: divisi's engine with its networks in the open. */

export interface BenchModule {
  ByteBuffer: new (size: number) => Deletable & { view(): Uint8Array };
  BenchNetworks: new (bytes: object, outputs: readonly string[], oneEach: boolean) => BenchNetworks;
  CompiledTask: new (bytes: object, live: boolean) => CompiledTask;
  /** What the networks of separators took since the last call. */
  takeNetworkClock(): { milliseconds: number; runs: number };
}

export interface BenchNetworks extends Deletable {
  status(): Status;
  inputView(name: string): Float32Array;
  outputView(index: number): Float32Array;
  run(): Status;
}

export interface CompiledTask extends Deletable {
  status(): Status;
  open(sampleRate: number, channelCount: number, optionsJson: string): TaskStream;
}

export interface TaskStream extends Deletable {
  status(): Status;
  stageFrames(): number;
  inputView(channel: number): Float32Array;
  outputView(output: number, plane: number): Float32Array;
  push(frames: number): Status;
  pull(output: number, maxItems: number): number;
  finish(): Status;
}

interface Deletable {
  delete(): void;
}

interface Status {
  code: string;
  message: string;
}

/** @returns the module and what tells how large its memory is. */
export async function openModule(variant: string) {
  const base = `/engine/${variant}/divisi-bench-${variant}`;
  const [{ default: create }, compiled] = await Promise.all([
    import(`${base}.mjs`) as Promise<{ default: (settings: object) => Promise<BenchModule> }>,
    WebAssembly.compileStreaming(fetch(`${base}.wasm`)),
  ]);
  let memory: WebAssembly.Memory | undefined;
  const module = await new Promise<BenchModule>((resolve, reject) => {
    create({
      instantiateWasm(
        imports: Record<string, Record<string, WebAssembly.ImportValue>>,
        receive: (instance: WebAssembly.Instance) => void,
      ) {
        // The glue has made the memory, with the size that the module was linked for.
        memory = Object.values(imports)
          .flatMap((group) => Object.values(group))
          .find((value) => value instanceof WebAssembly.Memory);
        WebAssembly.instantiate(compiled, imports).then(receive, reject);
        return {};
      },
    }).then(resolve, reject);
  });
  return { module, memoryBytes: () => memory?.buffer.byteLength ?? 0 };
}

export function check({ code, message }: Status): void {
  if (code !== "ok") throw new Error(`${code}: ${message}`);
}

/** Runs `work` with a model's file in the heap, which is freed afterwards. */
export function withBytes<T>(
  module: BenchModule,
  bytes: Uint8Array,
  work: (staged: object) => T,
): T {
  const staged = new module.ByteBuffer(bytes.length);
  try {
    staged.view().set(bytes);
    return work(staged);
  } finally {
    staged.delete();
  }
}
