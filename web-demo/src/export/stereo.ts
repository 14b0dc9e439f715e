/**
 * From mono to stereo, with the stems' help: some stay in the middle (a voice, mostly), the others are
 * spread around them.
 *
 *   mid = all stems, down-mixed to mono        left  = mid + side
 *   side = width * decorrelated(spread stems)        right = mid - side
 *
 * Left and right add up to twice the mid signal whatever the width: who hears it in mono hears the
 * original. Where mid and side together would go beyond full scale a limiter takes from the side
 * alone. A record so loud that little of the side would be left is made quieter as a whole instead:
 * `LevelFinder` says how much.
 */

import { Decorrelator } from "./decorrelator.js";
import { fullScale, SideLimiter } from "./side_limiter.js";

export type Stems = ReadonlyMap<string, readonly Float32Array[]>;

interface MidSide {
  readonly mids: Float64Array;
  readonly sides: Float64Array;
}

/** So much of the side's power may go to the limiter: 1 dB, which is hardly heard as less wide. */
const mostPowerLost = 1 - 10 ** -0.1;
/** 6 dB; if that is not enough the limiter takes the rest. */
const lowestLevel = 0.5;

/** Mid and side of a song that comes stretch by stretch. */
class MidSideMaker {
  readonly #width: number;
  readonly #decorrelators: ReadonlyMap<string, Decorrelator>;

  constructor(sampleRate: number, spread: readonly string[], width: number) {
    this.#width = width;
    this.#decorrelators = new Map(
      spread.map((name, i) => [name, new Decorrelator(sampleRate, i, spread.length)]),
    );
  }

  process(stems: Stems): MidSide {
    const frameCount = [...stems.values()][0]?.[0]?.length ?? 0;
    const mids = new Float64Array(frameCount);
    const sides = new Float64Array(frameCount);
    for (const [name, channels] of stems) {
      const mono = downMix(channels, frameCount);
      for (let i = 0; i < frameCount; i++) mids[i] = (mids[i] as number) + (mono[i] as number);
      const decorrelator = this.#decorrelators.get(name);
      if (!decorrelator) continue;
      decorrelator.process(mono);
      for (let i = 0; i < frameCount; i++) {
        sides[i] = (sides[i] as number) + this.#width * (mono[i] as number);
      }
    }
    return { mids, sides };
  }
}

export class StereoField {
  /** Frames by which what comes out is late: so many zeros are to be put in at the end. */
  readonly delay: number;
  readonly #maker: MidSideMaker;
  readonly #limiter: SideLimiter;
  readonly #level: number;

  /**
   * @param spread the stems that do not stay in the middle
   * @param width 0 is mono, 1 as wide as it gets
   * @param level what everything is multiplied by
   */
  constructor(sampleRate: number, spread: readonly string[], width: number, level = 1) {
    this.#maker = new MidSideMaker(sampleRate, spread, width);
    this.#limiter = new SideLimiter(sampleRate);
    this.#level = level;
    this.delay = this.#limiter.delay;
  }

  /** @param stems channels by stem name, all of one length; @return left and right */
  process(stems: Stems): Float32Array<ArrayBuffer>[] {
    const { mids, sides } = this.#maker.process(stems);
    if (this.#level !== 1) scale([mids, sides], this.#level);
    this.#limiter.process(mids, sides);
    return [
      Float32Array.from(mids, (mid, i) => mid + (sides[i] as number)),
      Float32Array.from(mids, (mid, i) => mid - (sides[i] as number)),
    ];
  }
}

/** Looks through a whole song to find the level at which it is placed in the field. */
export class LevelFinder {
  readonly #maker: MidSideMaker;
  readonly #limiter: SideLimiter;
  #peak = 0;
  #powerBefore = 0;
  #powerAfter = 0;

  constructor(sampleRate: number, spread: readonly string[], width: number) {
    this.#maker = new MidSideMaker(sampleRate, spread, width);
    this.#limiter = new SideLimiter(sampleRate);
  }

  process(stems: Stems): void {
    const { mids, sides } = this.#maker.process(stems);
    for (let i = 0; i < mids.length; i++) {
      const [mid, side] = [mids[i] as number, sides[i] as number];
      this.#peak = Math.max(this.#peak, Math.abs(mid) + Math.abs(side));
      this.#powerBefore += side * side;
    }
    this.#limiter.process(mids, sides);
    for (const side of sides) this.#powerAfter += side * side;
  }

  /** 1 where the limiter does, else what brings the loudest moment to full scale. */
  get level(): number {
    const lost = this.#powerBefore - this.#powerAfter;
    if (lost <= mostPowerLost * this.#powerBefore) return 1;
    return Math.min(1, Math.max(lowestLevel, fullScale / this.#peak));
  }
}

function scale(arrays: readonly Float64Array[], factor: number): void {
  for (const values of arrays) {
    for (let i = 0; i < values.length; i++) values[i] = (values[i] as number) * factor;
  }
}

function downMix(channels: readonly Float32Array[], frameCount: number): Float64Array {
  const mono = new Float64Array(frameCount);
  for (const samples of channels) {
    for (let i = 0; i < frameCount; i++) {
      mono[i] = (mono[i] as number) + (samples[i] as number) / channels.length;
    }
  }
  return mono;
}
