/**
 * A small synthesiser: a soft electric piano for each note, scheduled on the audio's own clock, so that
 * notes sound where they are in the song. What is to come can be taken back.
 */

import type { Note } from "divisi";
import type { Stretch } from "../player/song_course.js";

/** The strengths of the first partials: warm, with a little bell. */
const partials = [0, 1, 0.32, 0.12, 0.14, 0.03, 0.02, 0.02];
/** Of the strongest note, where 1 is full scale. */
const peakGain = 0.44;
const attackSeconds = 0.006;
/** A struck string dies away to this share, with this time constant. */
const [sustain, decaySeconds] = [0.3, 0.45] as const;
const releaseSeconds = 0.05;
/** What is cut off fades with this time constant. */
const cutSeconds = 0.008;
/** The rest of a note that is shorter is not begun. */
const leastSeconds = 0.02;
/** The same note of the same stretch, reckoned from two places, is no farther apart. */
const sameSeconds = 0.01;
/** How long a note is that is played by itself, and how long before that it is scheduled. */
const [previewSeconds, previewLead] = [0.5, 0.02] as const;

interface Voice {
  readonly note: Note;
  /** The audio's times: where the whole note begins, though it may be heard from a later place on. */
  readonly begins: number;
  readonly sounds: number;
  readonly ends: number;
  readonly source: OscillatorNode;
  readonly cut: GainNode;
}

export class Synthesiser {
  readonly context: BaseAudioContext;
  readonly #volume: GainNode;
  readonly #wave: PeriodicWave;
  #voices: Voice[] = [];

  constructor(context: BaseAudioContext, gain: number) {
    this.context = context;
    this.#volume = new GainNode(context, { gain });
    this.#volume.connect(context.destination);
    this.#wave = new PeriodicWave(context, { imag: partials, real: partials.map(() => 0) });
  }

  set gain(gain: number) {
    this.#volume.gain.setTargetAtTime(gain, this.context.currentTime, cutSeconds);
  }

  /** Adds those notes of a stretch that are not there yet. */
  schedule(notes: readonly Note[], { contextTime, from, until, jumps }: Stretch): void {
    const now = this.context.currentTime;
    this.#voices = this.#voices.filter(({ ends }) => ends >= now - 1);
    for (const note of notes) {
      if (note.endSeconds <= from || note.startSeconds >= until) continue;
      const begins = contextTime + note.startSeconds - from;
      const sounds = Math.max(begins, contextTime, now);
      const end = jumps ? Math.min(note.endSeconds, until) : note.endSeconds;
      const ends = contextTime + end - from;
      const isThere = (voice: Voice) =>
        voice.note === note && Math.abs(voice.begins - begins) < sameSeconds;
      if (ends - sounds < leastSeconds || this.#voices.some(isThere)) continue;
      this.#voices.push({ note, begins, sounds, ends, ...this.#voice(note, sounds, ends) });
    }
  }

  /** Plays the beginning of a note now, and nothing else. */
  preview(note: Note): void {
    this.cancel();
    const { startSeconds: from } = note;
    const contextTime = this.context.currentTime + previewLead;
    this.schedule([note], { contextTime, from, until: from + previewSeconds, jumps: true });
  }

  #voice({ pitch, velocity }: Note, sounds: number, ends: number) {
    const { context } = this;
    const frequency = 440 * 2 ** ((pitch - 69) / 12);
    const source = new OscillatorNode(context, { frequency, periodicWave: this.#wave });
    const envelope = new GainNode(context, { gain: 0 });
    const cut = new GainNode(context);
    const peak = peakGain * (velocity / 127) ** 1.5;
    envelope.gain.setValueAtTime(0, sounds);
    envelope.gain.linearRampToValueAtTime(peak, sounds + attackSeconds);
    envelope.gain.setTargetAtTime(peak * sustain, sounds + attackSeconds, decaySeconds);
    envelope.gain.setTargetAtTime(0, ends, releaseSeconds);
    source.connect(envelope).connect(cut).connect(this.#volume);
    source.start(sounds);
    source.stop(ends + 8 * releaseSeconds);
    source.onended = () => cut.disconnect();
    return { source, cut };
  }

  /** Takes back the notes that are no longer there; default: all. */
  cancel(isThere: (note: Note) => boolean = () => false): void {
    const now = this.context.currentTime;
    this.#voices = this.#voices.filter((voice) => {
      if (isThere(voice.note)) return true;
      voice.cut.gain.setTargetAtTime(0, now, cutSeconds);
      // One that has not begun never does.
      voice.source.stop(voice.sounds > now ? voice.sounds : now + 8 * cutSeconds);
      return false;
    });
  }

  /** Silent for good. */
  close(): void {
    this.cancel();
    setTimeout(() => this.#volume.disconnect(), 1000 * 10 * cutSeconds);
  }
}
