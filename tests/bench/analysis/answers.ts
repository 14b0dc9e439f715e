/** What a listener hears in a song, in the form that score.py reads. */

export interface Span {
  /** Seconds. */
  readonly start: number;
  readonly end: number;
  readonly label: string;
}

/** Parts that a listener doesn't know are left out. */
export interface Answer {
  /** Seconds. */
  readonly beats?: readonly number[];
  readonly downbeats?: readonly number[];
  /** Beats a minute. */
  readonly tempo?: number;
  /** "A minor". */
  readonly keys?: readonly Span[];
  /** In Harte's syntax. */
  readonly chords?: readonly Span[];
  readonly sections?: readonly Span[];
  readonly tuningCents?: number;
}

/** A song in memory. */
export interface HeardSong {
  readonly name: string;
  readonly channels: readonly Float32Array[];
  readonly sampleRate: number;
}

/** Someone who analyses music. */
export interface Listener {
  listen(song: HeardSong): Promise<Answer>;
  close(): void;
}

/** What one listener needed for one song. */
export interface Heard {
  readonly song: string;
  readonly seconds: number;
  /** Of the whole process, all threads. */
  readonly processorSeconds: number;
  readonly answer: Answer;
}
