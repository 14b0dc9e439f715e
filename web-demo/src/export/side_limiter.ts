/**
 * Makes the side signal quieter for the moments in which mid and side together would go beyond full
 * scale, and leaves the mid signal as it is: nothing clips that did not clip before, and the sum of
 * both channels stays what it was.
 *
 * The gain goes down before the moment and comes back after it, within `reachSeconds` each way. What
 * comes out is `delay` frames late.
 */

const reachSeconds = 0.004;
/** A little less than 1: rounding and dither must not go beyond it either. */
export const fullScale = 0.9999;

export class SideLimiter {
  /** Frames by which what comes out is late. */
  readonly delay: number;
  /** The last gains that were needed, and the smallest of each stretch of them: rings. */
  readonly #needed: Float64Array;
  readonly #smallest: Float64Array;
  readonly #mids: Float64Array;
  readonly #sides: Float64Array;
  #sum: number;
  #position = 0;

  constructor(sampleRate: number) {
    // The smallest of so many needed gains, averaged over as many: each average holds none that is
    // larger than what the frame in its middle needs.
    this.delay = Math.max(1, Math.round(reachSeconds * sampleRate));
    const length = this.delay + 1;
    this.#needed = new Float64Array(length).fill(1);
    this.#smallest = new Float64Array(length).fill(1);
    this.#mids = new Float64Array(this.delay);
    this.#sides = new Float64Array(this.delay);
    this.#sum = length;
  }

  /** Replaces the samples by those of `delay` frames before, limited. */
  process(mids: Float64Array, sides: Float64Array): void {
    const length = this.#needed.length;
    for (let i = 0; i < mids.length; i++) {
      const mid = mids[i] as number;
      const side = sides[i] as number;
      const room = Math.max(0, fullScale - Math.abs(mid));
      const slot = this.#position % length;
      this.#needed[slot] = Math.abs(side) > room ? room / Math.abs(side) : 1;
      const smallest = this.#smallestNeeded(slot);
      this.#sum += smallest - (this.#smallest[slot] as number);
      this.#smallest[slot] = smallest;
      // Once a round the sum is made anew, so that rounding does not pile up.
      if (slot === 0) this.#sum = this.#smallest.reduce((sum, value) => sum + value, 0);
      const late = this.#position % this.delay;
      mids[i] = this.#mids[late] as number;
      sides[i] = (this.#sides[late] as number) * Math.max(0, Math.min(1, this.#sum / length));
      this.#mids[late] = mid;
      this.#sides[late] = side;
      this.#position++;
    }
  }

  #lowest = 1;
  #lowestAt = 0;

  /** The smallest of the ring, after `slot` was written. */
  #smallestNeeded(slot: number): number {
    const value = this.#needed[slot] as number;
    if (value <= this.#lowest) {
      this.#lowest = value;
      this.#lowestAt = this.#position;
    } else if (this.#position - this.#lowestAt >= this.#needed.length) {
      // The one before is out of the ring. Its last occurrence counts: it stays longest.
      const length = this.#needed.length;
      this.#lowest = Number.POSITIVE_INFINITY;
      for (let age = length - 1; age >= 0; age--) {
        const position = this.#position - age;
        const needed = this.#needed[((position % length) + length) % length] as number;
        if (needed <= this.#lowest) {
          this.#lowest = needed;
          this.#lowestAt = position;
        }
      }
    }
    return this.#lowest;
  }
}
