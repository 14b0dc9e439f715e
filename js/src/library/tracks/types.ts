/** What a collection holds. */

/** One tag of a track as the Tagger gives it: a score from 0 to 1. */
export interface TagScore {
  /** The tag's. */
  readonly name: string;
  /** From 0 to 1. */
  readonly score: number;
}

/** A key of a track. */
export interface TrackKey {
  /** Its tonic. The collection keeps it with a sharp where it has one ("A#"); "Bb" is taken, too. */
  readonly tonic: string;
  /** By its third. */
  readonly mode: "major" | "minor";
  /** 0 to 1, as an Analyser says it; missing where nobody said. */
  readonly confidence?: number;
}

/** What is known of a track's music beside what a model heard; each where it is known. */
export interface Descriptors {
  /** Beats a minute. */
  readonly tempo?: number;
  /** The key of most of it. */
  readonly key?: TrackKey;
  /** Integrated loudness, LUFS. Silence has none. */
  readonly loudness?: number;
}

/** What is taken from an analysis of the track: an Analyser's result has it, as far as it was asked. */
export interface TrackAnalysis {
  /** Tempo, as in BeatsResult. */
  readonly beats?:
    | {
        /** Beats a minute. */
        readonly tempo?: number | null | undefined;
      }
    | undefined;
  /** Key, as in KeyResult. */
  readonly key?:
    | {
        /** The song's key. */
        readonly key?: TrackKey | null | undefined;
      }
    | undefined;
  /** Loudness, as in LoudnessResult; null is what JSON makes of -Infinity. */
  readonly loudness?:
    | {
        /** LUFS. */
        readonly integrated?: number | null | undefined;
      }
    | undefined;
}

/** A track to be added. A Tagger's result has `tags` and `embedding`: `{ id, model, ...result }`. */
export interface TrackInput {
  /** The app's own name for the track: a path, a key, anything but the empty string. */
  readonly id: string;
  /** What the app shows it as. */
  readonly title?: string | undefined;
  /** The model that made tags and embedding: its name in the catalogue, or the app's name for it. */
  readonly model: string;
  /** Scores from 0 to 1. */
  readonly tags: Readonly<Record<string, number>> | readonly TagScore[];
  /** What the model made of the music: its length is the model's. */
  readonly embedding: ArrayLike<number>;
  /** An Analyser's result: what it says of tempo, key and loudness counts, not what is said below. */
  readonly analysis?: TrackAnalysis | undefined;
  /** Beats a minute. */
  readonly tempo?: number | undefined;
  /** The key of most of it. */
  readonly key?: TrackKey | undefined;
  /** Integrated loudness, LUFS. */
  readonly loudness?: number | undefined;
}

/** A track as the collection keeps it; not to be changed: add it anew instead. */
export interface Track extends Descriptors {
  /** The app's own name for the track. */
  readonly id: string;
  /** What the app shows it as. */
  readonly title?: string;
  /** The model that made tags and embedding. */
  readonly model: string;
  /** Scores from 0 to 1 by tag. */
  readonly tags: Readonly<Record<string, number>>;
  /** What the model made of the music. */
  readonly embedding: Float32Array;
}

/** One mark of the listener's. */
export interface Example {
  /** The listener's word. */
  readonly tag: string;
  /** The app's own name for the music. */
  readonly id: string;
  /** The model that made the embedding. */
  readonly model: string;
  /** Whether the tag fits this music. */
  readonly fits: boolean;
  /** What the model made of the music. */
  readonly embedding: Float32Array;
}
