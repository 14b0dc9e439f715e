/** What an audio file holds, whatever its format. */

/** Of a sample; 32 is float. */
export type SampleBits = 16 | 24 | 32;

export interface AudioShape {
  readonly sampleRate: number;
  /** In the order of Web Audio: L R C LFE SL SR. */
  readonly channelCount: number;
  readonly bits: SampleBits;
}
