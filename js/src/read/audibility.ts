/** Notices where there is nothing to hear. */

/** -80 dBFS: below the noise of tape and of any microphone. */
const silence = 1e-4;

/** Listens to a song, in any order and any pieces. */
export class Audibility {
  #peak = 0;
  #monoPeak = 0;

  /** Whether no sample so far reached -80 dBFS. */
  get isSilent(): boolean {
    return this.#peak < silence;
  }

  /** The same of the channels' mean, which is all that a tagger hears. */
  get isSilentInMono(): boolean {
    return this.#monoPeak < silence;
  }

  /** Hears the frames from `begin` to before `end`, as long as there was nothing to hear. */
  add(channels: readonly Float32Array[], begin = 0, end = channels[0]?.length ?? 0): void {
    if (!this.isSilentInMono) return;
    for (let i = begin; i < end; i++) {
      let sum = 0;
      for (const channel of channels) {
        const sample = channel[i] ?? 0;
        sum += sample;
        this.#peak = Math.max(this.#peak, Math.abs(sample));
      }
      this.#monoPeak = Math.max(this.#monoPeak, Math.abs(sum) / channels.length);
    }
  }
}
