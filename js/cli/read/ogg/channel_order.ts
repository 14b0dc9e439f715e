/**
 * Channel orders. Inside divisi: Web Audio's (L R C LFE SL SR), which is the order of WAV's channel
 * mask and of FLAC for every channel count. Vorbis and Opus have their own.
 */

/** For Vorbis and Opus: `order[i]` is the decoder's channel that becomes channel i. */
const fromVorbis: Readonly<Record<number, readonly number[]>> = {
  3: [0, 2, 1], // L C R
  5: [0, 2, 1, 3, 4], // L C R SL SR
  6: [0, 2, 1, 5, 3, 4], // L C R SL SR LFE
  7: [0, 2, 1, 6, 5, 3, 4], // L C R SL SR BC LFE -> L R C LFE BC SL SR
  8: [0, 2, 1, 7, 5, 6, 3, 4], // L C R SL SR BL BR LFE -> L R C LFE BL BR SL SR
};

/** Puts the channels of a Vorbis or Opus decoder in divisi's order. */
export function fromVorbisOrder<T>(channels: readonly T[]): readonly T[] {
  const order = fromVorbis[channels.length];
  return order === undefined ? channels : order.map((from) => channels[from] as T);
}
