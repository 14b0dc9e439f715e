/** What an audio file holds, whatever its format. */

/** Of a sample; 32 is float. */
export type SampleBits = 16 | 24 | 32;

/** How samples are stored, and how many channels there are. */
export interface AudioShape {
  /** Samples per second. */
  readonly sampleRate: number;
  /** In the order of Web Audio: L R C LFE SL SR. */
  readonly channelCount: number;
  /** Of a sample; 32 is float. */
  readonly bits: SampleBits;
}
