/** The public types of the sampler: instruments that are cut from recordings. */

/** Frames that repeat as long as a key is held. */
export interface SampleLoop {
  /** The first frame of it. */
  readonly start: number;
  /** The frame after its last one, which sounds as `start` does. */
  readonly end: number;
}

/** A sound of an instrument, and the keys and velocities that play it. */
export interface SampleRegion {
  /** "60-c4" or "36-kick-1": unlike all others of the instrument, fit for the name of a file. */
  readonly name: string;
  /** The key that plays it as it was recorded but for `cents`; 60 is middle C. */
  readonly pitch: number;
  /** By how much the sound lies above its key at A = 440 Hz: players tune it down by that. Drums: 0. */
  readonly cents: number;
  /** The lowest key that plays it, 0 to 127. */
  readonly lowestKey: number;
  /** The highest key that plays it. */
  readonly highestKey: number;
  /** The lowest velocity that plays it, 1 to 127. */
  readonly lowestVelocity: number;
  /** The highest velocity that plays it. */
  readonly highestVelocity: number;
  /** One array a channel, all of one length, faded at both ends; a copy of what was cut. */
  readonly channels: readonly Float32Array<ArrayBuffer>[];
  /** What repeats; undefined: the sound is played once, until it ends or the key is let go. */
  readonly loop?: SampleLoop;
  /** Where in the recording it was cut. */
  readonly startSeconds: number;
}

/** Sounds that were cut from a recording, as an instrument. */
export interface SampledInstrument {
  /** "pitched": keys play pitches; "drums": each key plays a sound of its own to its end. */
  readonly kind: "pitched" | "drums";
  /** Samples per second, of all regions. */
  readonly sampleRate: number;
  /** By how much the recording is tuned above A = 440 Hz, in cents. The instrument is in tune. */
  readonly tuningCents: number;
  /** For how long a sound fades once its key is let go. */
  readonly releaseSeconds: number;
  /** In the order of keys, then of velocities. At least one. */
  readonly regions: readonly SampleRegion[];
}

/** How sampleInstrument() cuts. */
export interface SampleInstrumentOptions {
  /**
   * Whether sounds are looped, so that they last while a key is held. Default "auto": those of an
   * instrument whose notes keep their level are, decaying ones (piano, plucked strings) are not.
   */
  readonly loop?: "auto" | "never";
  /** No sound is longer, 0.1 to 30. Default 6. */
  readonly maxSeconds?: number;
}

/** How sampleDrumKit() cuts. */
export interface SampleDrumKitOptions {
  /** How many sounds a drum has at most, from soft to hard, 1 to 8. Default 3. */
  readonly layers?: number;
  /** No sound is longer, 0.1 to 30. Default 3. */
  readonly maxSeconds?: number;
}

/** What sampleDrumKit() has to know of a drum that is struck. */
export interface SampledHit {
  /** Where in the audio. */
  readonly seconds: number;
  /** What is struck; hits of one note and name are sounds of one drum. */
  readonly instrument: string;
  /** The key of General MIDI's drum map: 36 is a bass drum. */
  readonly note: number;
  /** How hard, 1 to 127. */
  readonly velocity: number;
}
