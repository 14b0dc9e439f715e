/** What travels through the rings under test: every sample says where it belongs. */

/** Exact in float32, and different on every channel. */
export function sampleAt(frame: number, channel: number): number {
  return (frame % 2 ** 20) * 8 + channel;
}

/** Sizes from 1 to 1000, small ones as likely as large ones. */
export function randomSizes(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor(10 ** ((3 * state) / 2 ** 32));
  };
}
