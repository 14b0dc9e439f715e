/** Waveforms as numbers: what a stretch of peaks looks like, and what it says in words. */

import { clock } from "../../shared/format.js";
import { strings } from "../../shared/strings.js";
import type { Peaks } from "../../songs/types.js";

/** Maxima and minima of the peaks in a stretch; 0 where they are not computed yet. */
export function outline(peaks: Peaks, start: number, end: number): [Float32Array, Float32Array] {
  const perSecond = peaks.sampleRate / peaks.samplesPerPeak;
  const first = Math.max(0, Math.floor(start * perSecond));
  const last = Math.min(peaks.total, Math.max(first + 1, Math.ceil(end * perSecond)));
  const [maxima, minima] = [new Float32Array(last - first), new Float32Array(last - first)];
  for (let index = first; index < last; index++) {
    minima[index - first] = peaks.values[2 * index] ?? 0;
    maxima[index - first] = peaks.values[2 * index + 1] ?? 0;
  }
  return [maxima, minima];
}

/** A stretch of what is seen, both as shares of it. */
export interface Gap {
  readonly from: number;
  readonly to: number;
}

/** Where, from `start` to `end`, nothing is computed yet. @param peaks undefined: nothing is, anywhere */
export function gapsIn(peaks: Peaks | undefined, start: number, end: number): Gap[] {
  if (!peaks) return [{ from: 0, to: 1 }];
  if (peaks.count >= peaks.total) return [];
  const perSecond = peaks.sampleRate / peaks.samplesPerPeak;
  const first = Math.max(0, Math.floor(start * perSecond));
  const last = Math.min(peaks.total, Math.ceil(end * perSecond));
  const share = (index: number) => {
    const seconds = index / perSecond;
    return Math.min(Math.max((seconds - start) / (end - start), 0), 1);
  };
  const gaps: Gap[] = [];
  for (let index = first; index < last; index++) {
    if (peaks.begun[index] === 1) continue;
    const begin = index;
    while (index < last && peaks.begun[index] === 0) index++;
    gaps.push({ from: share(begin), to: index === peaks.total ? 1 : share(index) });
  }
  return gaps;
}

/** Quieter than this is silence: -50 dB of full scale. */
const silence = 10 ** (-50 / 20);

/** What there is to see, for those who do not see it. */
export function describe(name: string, peaks: Peaks | undefined): string {
  const text = strings.studio.outline;
  if (!peaks || peaks.count === 0) return text.nothing(name);
  let [loudest, at, sounding] = [0, 0, 0];
  for (let index = 0; index < peaks.total; index++) {
    const height = Math.max(-(peaks.values[2 * index] ?? 0), peaks.values[2 * index + 1] ?? 0);
    if (height > silence) sounding += 1;
    if (height > loudest) [loudest, at] = [height, index];
  }
  const seconds = (at * peaks.samplesPerPeak) / peaks.sampleRate;
  const percent = (part: number, whole: number) => Math.round((100 * part) / whole);
  const shown = percent(peaks.count, peaks.total);
  if (loudest <= silence) return text.silent(name, shown);
  return text.heard(name, percent(sounding, peaks.count), clock(seconds), shown);
}
