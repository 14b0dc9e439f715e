/** Runs one of the Wasm decoders over pieces of a file and watches what comes out. */

export interface Decoded {
  readonly channelData: readonly Float32Array[];
  readonly samplesDecoded: number;
  readonly sampleRate: number;
  readonly errors: readonly { readonly message: string }[];
}

export interface WasmDecoder {
  decode(data: Uint8Array): Decoded | Promise<Decoded>;
  flush?(): Decoded | Promise<Decoded>;
}

export interface Shape {
  readonly sampleRate: number;
  readonly channelCount: number;
}

/**
 * Yields what the decoder makes of the pieces. Damaged stretches become one warning with a count;
 * where rate or channel count change within the file, what came before is used.
 */
export async function* decodeBlocks(
  decoder: WasmDecoder,
  pieces: AsyncIterable<Uint8Array>,
  shape: Shape,
  warnings: string[],
): AsyncGenerator<readonly Float32Array[]> {
  const damage = new DamageCount(warnings);
  for await (const piece of pieces) {
    const decoded = await quietly(() => decoder.decode(piece));
    damage.add(decoded.errors);
    if (decoded.samplesDecoded === 0) continue;
    const changed = describeChange(decoded, shape);
    if (changed !== undefined) {
      warnings.push(changed);
      return;
    }
    yield decoded.channelData;
  }
  const flush = decoder.flush?.bind(decoder);
  if (flush === undefined) return;
  const decoded = await quietly(flush);
  damage.add(decoded.errors);
  if (decoded.samplesDecoded > 0 && describeChange(decoded, shape) === undefined) {
    yield decoded.channelData;
  }
}

function describeChange(decoded: Decoded, shape: Shape): string | undefined {
  if (decoded.sampleRate !== shape.sampleRate) {
    return (
      `the sample rate changes from ${shape.sampleRate} to ${decoded.sampleRate} Hz within the ` +
      "file; the audio before the change is used"
    );
  }
  if (decoded.channelData.length !== shape.channelCount) {
    return (
      `the channel count changes from ${shape.channelCount} to ${decoded.channelData.length} ` +
      "within the file; the audio before the change is used"
    );
  }
  return undefined;
}

/** Keeps one warning up to date instead of adding one for each damaged place. */
export class DamageCount {
  private count = 0;
  private index = -1;
  private first = "";

  constructor(private readonly warnings: string[]) {}

  add(errors: readonly { readonly message: string }[]): void {
    if (errors.length === 0) return;
    if (this.index < 0) {
      this.index = this.warnings.push("") - 1;
      this.first = (errors[0]?.message ?? "").replace(/\s+/g, " ").trim();
    }
    this.count += errors.length;
    const places = this.count === 1 ? "1 place" : `${this.count} places`;
    this.warnings[this.index] = `damaged audio was skipped in ${places} (${this.first})`;
  }
}

/** The decoder packages report each damaged frame on the console; here it is a warning instead. */
export async function quietly<T>(work: () => T | Promise<T>): Promise<T> {
  const { error } = console;
  console.error = () => {};
  try {
    return await work();
  } finally {
    console.error = error;
  }
}
