/**
 * How separated stems are scored. Audio is [channel][frame]; every figure is in dB.
 *
 * SDR: the signal-to-distortion ratio of museval without its filter. The recording is cut into
 * frames of one second; in each, 10 log10 of the truth's energy over that of truth - estimate, both
 * channels together; the result is the median of the frames. Frames where the truth or the estimate
 * is silent and the rest behind the last whole second are left out.
 */

export type Audio = readonly Float32Array[];

/** Mean square, summed over the channels, up to which a frame of the truth counts as silent. */
const silence = 1e-9;
const leastMeanSquare = 1e-20;

/** NaN where the truth is silent throughout. */
export function sdr(truth: Audio, estimate: Audio, sampleRate: number): number {
  const frames = truth[0]?.length ?? 0;
  const ratios: number[] = [];
  for (let begin = 0; begin + sampleRate <= frames; begin += sampleRate) {
    const end = begin + sampleRate;
    const signal = energy(truth, begin, end);
    if (signal <= silence * sampleRate || energy(estimate, begin, end) === 0) continue;
    const error = Math.max(errorEnergy(truth, estimate, begin, end), leastMeanSquare * sampleRate);
    ratios.push(10 * Math.log10(signal / error));
  }
  return median(ratios);
}

/** The estimate's energy over the mix's: what a network hears where nobody sings. */
export function leak(estimate: Audio, mix: Audio): number {
  const frames = mix[0]?.length ?? 0;
  const tiny = leastMeanSquare;
  return 10 * Math.log10((energy(estimate, 0, frames) + tiny) / (energy(mix, 0, frames) + tiny));
}

export function isSilent(audio: Audio): boolean {
  return audio.every((samples) => samples.every((sample) => sample === 0));
}

/** The mean of the middle two of an even number; NaN of nothing, and of numbers with a NaN. */
export function median(values: readonly number[]): number {
  if (values.some(Number.isNaN)) return Number.NaN;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

function energy(audio: Audio, begin: number, end: number): number {
  let sum = 0;
  for (const samples of audio) {
    for (let i = begin; i < end; i++) sum += (samples[i] ?? Number.NaN) ** 2;
  }
  return sum;
}

function errorEnergy(truth: Audio, estimate: Audio, begin: number, end: number): number {
  let sum = 0;
  truth.forEach((samples, c) => {
    const other = estimate[c];
    for (let i = begin; i < end; i++) {
      sum += ((samples[i] ?? Number.NaN) - (other?.[i] ?? Number.NaN)) ** 2;
    }
  });
  return sum;
}

/** By how much the stems' sum misses the mix, at most; NaN where a stem lacks a frame or holds NaN. */
export function largestResidual(mix: Audio, stems: readonly Audio[]): number {
  let largest = 0;
  for (const [c, samples] of mix.entries()) {
    for (const [i, sample] of samples.entries()) {
      const sum = stems.reduce((total, stem) => total + (stem[c]?.[i] ?? Number.NaN), 0);
      const residual = Math.abs(sum - sample);
      // At once: in any comparison it would be lost.
      if (Number.isNaN(residual)) return residual;
      if (residual > largest) largest = residual;
    }
  }
  return largest;
}
