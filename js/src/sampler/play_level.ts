/** How loud sounds are stored, so that a note sounds as it did when it is played with its own velocity. */

/** Players of SFZ and SF2 play velocity v at 40 log10(v / 127) dB; more than this is not made up for. */
const mostMadeUpDb = 18;
/** The loudest sample of an instrument, in dB of full scale. */
const peakDb = -1;

export interface Sound {
  readonly velocity: number;
  readonly channels: readonly Float32Array<ArrayBuffer>[];
}

/** Scales the sounds in place: for their velocities, and all of them alike up to full scale. */
export function setLevels(sounds: readonly Sound[]): void {
  const made = sounds.map(({ velocity, channels }) => {
    const madeUpDb = Math.min(mostMadeUpDb, -40 * Math.log10(velocity / 127));
    const factor = 10 ** (madeUpDb / 20);
    return { channels, factor, peak: factor * peakOf(channels) };
  });
  const peak = made.reduce((most, sound) => Math.max(most, sound.peak), 0);
  const all = peak > 0 ? 10 ** (peakDb / 20) / peak : 1;
  for (const { channels, factor } of made) {
    for (const channel of channels) {
      for (let i = 0; i < channel.length; i++) channel[i] = (channel[i] as number) * factor * all;
    }
  }
}

function peakOf(channels: readonly Float32Array[]): number {
  let peak = 0;
  for (const channel of channels) {
    for (const sample of channel) peak = Math.max(peak, Math.abs(sample));
  }
  return peak;
}
