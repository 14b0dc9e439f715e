/**
 * Brings all of a file's audio to one form. Rate and channel count change within joined recordings,
 * as of radio programmes, and within chained Ogg files.
 */

import type { DecodedBlock } from "./audio_file.js";
import type { ReadReport } from "./read_report.js";
import { StreamResampler } from "./resampler.js";

/** The form that all of a file's audio is brought to. */
export interface Shape {
  /** Samples per second. */
  readonly sampleRate: number;
  /** 1 to 8. */
  readonly channelCount: number;
}

/** Changes that are told one by one; a file with more of them only gets a last word. */
const toldChanges = 5;

export async function* conform(
  blocks: AsyncIterable<DecodedBlock>,
  { sampleRate, channelCount }: Shape,
  report: ReadReport,
): AsyncGenerator<readonly Float32Array[]> {
  let resampler: StreamResampler | undefined;
  let frames = 0;
  let changes = 0;
  let form = "";
  const count = (channels: readonly Float32Array[]) => {
    frames += channels[0]?.length ?? 0;
    return channels;
  };
  for await (const block of blocks) {
    if (resampler !== undefined && resampler.from !== block.sampleRate) {
      yield count(resampler.finish());
      resampler = undefined;
    }
    const there = `${block.sampleRate} Hz, ${plural(block.channels.length)}`;
    if (there !== form) {
      const differs = block.sampleRate !== sampleRate || block.channels.length !== channelCount;
      if (differs && ++changes <= toldChanges) {
        const at = (frames / sampleRate).toFixed(1);
        const last = changes === toldChanges ? "; later changes aren't told" : "";
        report.warn(
          `from ${at} s on the file has ${there}: brought to ${sampleRate} Hz, ` +
            `${plural(channelCount)}${last}`,
        );
      }
      form = there;
    }
    const channels = mix(block.channels, channelCount);
    if (block.sampleRate === sampleRate) {
      yield count(channels);
      continue;
    }
    resampler ??= new StreamResampler(block.sampleRate, sampleRate, channelCount);
    const resampled = resampler.add(channels);
    if ((resampled[0]?.length ?? 0) > 0) yield count(resampled);
  }
  if (resampler !== undefined) yield count(resampler.finish());
}

function plural(channels: number): string {
  return channels === 1 ? "1 channel" : `${channels} channels`;
}

/** Mono goes to both sides; of more channels than there is room for, the rest goes there too. */
function mix(channels: readonly Float32Array[], count: number): readonly Float32Array[] {
  if (channels.length === count) return channels;
  const [first = new Float32Array(0)] = channels;
  if (count === 1) return [weighted(channels, 1 / channels.length)];
  if (channels.length === 1) {
    return Array.from({ length: count }, (_, i) =>
      i < 2 ? first : new Float32Array(first.length),
    );
  }
  if (channels.length < count) {
    return Array.from({ length: count }, (_, i) => channels[i] ?? new Float32Array(first.length));
  }
  // At -3 dB on both sides, as ITU-R BS.775 has it for the centre.
  const rest = weighted(channels.slice(count), Math.SQRT1_2);
  return channels
    .slice(0, count)
    .map((channel, i) => (i < 2 ? channel.map((sample, n) => sample + (rest[n] ?? 0)) : channel));
}

function weighted(channels: readonly Float32Array[], weight: number): Float32Array {
  const sum = new Float32Array(channels[0]?.length ?? 0);
  for (const channel of channels) {
    for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] ?? 0) + (channel[i] ?? 0) * weight;
  }
  return sum;
}
