/** The public types of analysis: what a song is made of, part by part. */

import type { AudioInput, AudioStream } from "../audio/types.js";
import type { OnProgress } from "../base/types.js";
import type { EngineOptions } from "../engine/pool/types.js";
import type { LoudnessResult } from "../loudness/types.js";
import type { ModelOptions, ModelSource } from "../models/types.js";

/** What an Analyser can find, by part. */
export interface AnalysisParts {
  /** Beats, downbeats, tempo and meter. */
  readonly beats: BeatsResult;
  /** Keys, modulations, and the tuning. */
  readonly key: KeyResult;
  /** Chords; on beats, where these are asked for, too. */
  readonly chords: ChordsResult;
  /** Sections and which of them are repeated; on downbeats, where beats are asked for, too. */
  readonly sections: SectionsResult;
  /** Loudness after EBU R 128. */
  readonly loudness: LoudnessResult;
}

/** The name of a part. */
export type AnalysisPart = keyof AnalysisParts;

/** How an Analyser is made. */
export interface AnalyserOptions extends EngineOptions, Pick<ModelOptions, "modelBase" | "cache"> {
  /** The parts that it can be asked for. What others need is not loaded. Default: all. */
  readonly parts?: readonly AnalysisPart[];
  /** Models of parts, instead of those of the catalogue. */
  readonly models?: Readonly<Partial<Record<AnalysisPart, ModelSource>>>;
  /** Progress of fetching the models. */
  readonly onProgress?: OnProgress;
  /** Aborting it rejects with its reason. */
  readonly signal?: AbortSignal;
}

/** A stem: its channels, at the song's rate, or audio as of a song. */
export type StemAudio = readonly Float32Array[] | AudioInput | AudioStream;

/** How one song is analysed. */
export interface AnalyseOptions {
  /** Of the analyser's parts, those that are wanted. Default: all that it has. */
  readonly parts?: readonly AnalysisPart[];
  /** Aborting it rejects with its reason, and ends the work. */
  readonly signal?: AbortSignal;
  /** Counts the frames that every part has heard. */
  readonly onProgress?: OnProgress;
  /**
   * Stems of the song by name, as a Separator gives them (`(await separator.separate(song)).stems`): at its
   * rate, from its first frame on. Of these `vocals` is made use of: sections then know where somebody
   * sings, and the hook is rather there.
   */
  readonly stems?: Readonly<Record<string, StemAudio>>;
  /** Told what was found so far, each time that a part is complete. */
  readonly onPart?: (found: AnalysisResult) => void;
}

/** What was found in a song: the parts that were asked for. */
export interface AnalysisResult extends Partial<AnalysisParts> {
  /** Length of the audio. */
  readonly durationSeconds: number;
}

/** A beat. */
export interface Beat {
  /** Where it lies in the audio. */
  readonly seconds: number;
  /** Its place in the bar; 1 is the downbeat. */
  readonly number: number;
  /** Beats a minute around here. */
  readonly tempo: number;
  /** 0 to 1: the probability that the network hears a beat here. */
  readonly confidence: number;
  /**
   * The level (RMS) of the mix of all channels from this beat to the next, dB of full scale: -3 for a
   * full-scale sine, -120 in silence.
   */
  readonly energyDb: number;
}

/** Beats, and what follows from them. */
export interface BeatsResult {
  /** All beats in their order; none in a song without any. */
  readonly beats: readonly Beat[];
  /** Beats a minute of the song as a whole; undefined where there are fewer than two beats. */
  readonly tempo: number | undefined;
  /** 0 to 1: the share of the song that keeps to this tempo within 4 %. */
  readonly tempoConfidence: number;
  /** Of most bars; in 6/8 the beat is the dotted quarter, of which a bar has 2. 0: no beats. */
  readonly beatsPerBar: number;
}

/** A key. */
export interface Key {
  /** Its tonic, with a sharp where it has one: "F#". */
  readonly tonic: string;
  /** By its third: dorian counts as minor, mixolydian as major. */
  readonly mode: "major" | "minor";
  /** 0 to 1: how likely it is among all keys. No measured rate of errors. */
  readonly confidence: number;
  /** The relative key, which has the same notes: "D# minor". */
  readonly relative: string;
  /** 0 to 1: how likely the relative key is among the two. */
  readonly relativeShare: number;
}

/** A part of the song in one key. */
export interface KeyPart extends Key {
  /** Where it starts in the audio. */
  readonly startSeconds: number;
  /** Where it ends. */
  readonly endSeconds: number;
}

/** Keys and tuning. */
export interface KeyResult {
  /** The key of most of the song; undefined in silence. */
  readonly key: Key | undefined;
  /** One after another without gaps, more than one where the song modulates; none in silence. */
  readonly parts: readonly KeyPart[];
  /** By how much A lies above 440 Hz, -50 to 50. */
  readonly tuningCents: number;
  /** The share of what sounds that lies within 15 cents of this tuning; 0.3 is chance. */
  readonly tuningConfidence: number;
}

/** A chord. */
export interface Chord {
  /** Where it starts in the audio: on a beat, where beats were asked for, too. */
  readonly startSeconds: number;
  /** Where it ends. */
  readonly endSeconds: number;
  /** In Harte's syntax: "A:min7", "C:maj/3"; "N": none; "X": one that the model has no name for. */
  readonly label: string;
  /** Its root, with a sharp where it has one; undefined for "N" and "X". */
  readonly root?: string;
  /** Harte's shorthand: "maj", "min7", "sus4", …; undefined for "N" and "X". */
  readonly quality?: string;
  /** Its lowest note; undefined for "N" and "X". */
  readonly bass?: string;
  /** 0 to 1: the probability that the network gives it, on average. */
  readonly confidence: number;
}

/** Harmony. */
export interface ChordsResult {
  /** One after another without gaps, from the start to the end. */
  readonly chords: readonly Chord[];
  /** The tuning that was measured for them, in cents above 440 Hz. */
  readonly tuningCents: number;
}

/**
 * What a section may be, as far as repetition, loudness and order tell. `instrumental`: nobody sings, in a
 * song that is sung; told where the stem of the vocals was given.
 */
export type SectionName = "intro" | "verse" | "chorus" | "bridge" | "outro" | "instrumental";

/** A section. */
export interface Section {
  /** Where it starts in the audio: on a downbeat, where beats were asked for, too. */
  readonly startSeconds: number;
  /** Where it ends. */
  readonly endSeconds: number;
  /** Sections with one letter are repetitions: "A", "B"; "A'" is in another key or sounds otherwise. */
  readonly label: string;
  /** A guess; undefined where nothing speaks for one. */
  readonly name: SectionName | undefined;
  /** 0 to 1: how clear its borders and its letter are. No measured rate of errors. */
  readonly confidence: number;
  /** Whether it is one of those that are loudest and most often heard, and sung, where that is known. */
  readonly isHook: boolean;
  /** The share of it that is sung, 0 to 1; only where the stem of the vocals was given. */
  readonly voiceShare?: number;
}

/** Form. */
export interface SectionsResult {
  /** One after another without gaps, from the start to the end; none in silence. */
  readonly sections: readonly Section[];
}
