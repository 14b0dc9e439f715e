/** What a pool makes of what callers hand in. */

import type { AudioSource } from "../audio/audio_source.js";
import type { AudioInput, AudioStream } from "../audio/types.js";
import { openInput } from "./open_input.js";

/** What is asked of a WorkerPool. */
interface Streaming<How, Batch> {
  readonly wasmBase: string | URL | undefined;
  checkOpen(): void;
  stream(source: AudioSource, how: How): AsyncGenerator<Batch, void, void>;
}

interface Watched {
  readonly signal?: AbortSignal | undefined;
}

/** Opens `audio`, streams it through the pool, and lets go of it however that ends. */
export async function* streamInput<How extends Watched, Batch>(
  pool: Streaming<How, Batch>,
  audio: AudioInput | AudioStream | Blob,
  how: How,
): AsyncGenerator<Batch, void, void> {
  const { signal } = how;
  const input = await openInput(audio, { signal, wasmBase: pool.wasmBase });
  try {
    pool.checkOpen();
    signal?.throwIfAborted();
    yield* pool.stream(input, how);
  } finally {
    await input.close();
  }
}
