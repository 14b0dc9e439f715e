/** An instrument of the notes of a recording. */

import type { AudioInput } from "../audio/types.js";
import { DivisiError } from "../base/errors.js";
import { badOption, checkOneOf, checkOptions } from "../base/options.js";
import { isNote } from "../notes/is_note.js";
import type { Note } from "../notes/types.js";
import { inRangeOr, isKey, planarOf } from "./checks.js";
import { type CleanNote, cleanNotes } from "./clean_notes.js";
import { keyRanges } from "./key_ranges.js";
import { setLevels } from "./play_level.js";
import { bakeLoop, cut, startOf } from "./sound/cut.js";
import { findLoop } from "./sound/find_loop.js";
import { hzOf } from "./sound/fundamental.js";
import { median, type Recording, recordingOf } from "./sound/recording.js";
import type {
  SampledInstrument,
  SampleInstrumentOptions,
  SampleLoop,
  SampleRegion,
} from "./types.js";

/** An instrument whose notes lose more, in dB a second, decays. */
const decayingSlope = -8;
/** Of a key's notes, so many are tried for a loop, the cleanest first. */
const triedNotes = 4;
/** A key whose notes have no loop is left to one that has, within so many semitones. */
const loopReach = 4;
/** Where the next note follows, or the recording ends. */
const fadeSeconds = { sustained: 0.02, decaying: 0.05 };
const releaseSeconds = { sustained: 0.12, decaying: 0.25 };

/**
 * Cuts the cleanest notes of a recording into an instrument: for each pitch that was played the one that
 * sounds alone, is long, steady and free of noise, trimmed, faded, looped where the instrument sustains,
 * and with the cents that it is off. Keys that were not played get the nearest pitch. How clean a note is,
 * and what pitch it really has, is measured in the audio; a note whose pitch is another one than it is
 * told to be is not taken.
 *
 * ```ts
 * const { notes } = await transcriber.transcribe(audioBuffer); // of a stem
 * const instrument = sampleInstrument(audioBuffer, notes);
 * for (const { name, channels } of instrument.regions) {
 *   const bytes = encodeWave({ sampleRate: instrument.sampleRate, channels });
 *   save(`${name}.wav`, new Blob([bytes], { type: "audio/wav" }));
 * }
 * save("instrument.sfz", new Blob([sfzFile(instrument)], { type: "text/plain" }));
 * ```
 *
 * It takes the memory of a channel of the audio besides, and of what is cut.
 *
 * @throws DivisiError "bad-audio" for what is no audio, or where no note is clean enough; "bad-option"
 */
export function sampleInstrument(
  audio: AudioInput,
  notes: readonly Note[],
  options: SampleInstrumentOptions = {},
): SampledInstrument {
  const planar = planarOf(audio);
  if (!Array.isArray(notes) || !notes.every(isNote)) throw badOption("notes", "notes", notes);
  checkOptions(options);
  const { loop = "auto" } = options;
  checkOneOf("loop", loop, ["auto", "never"]);
  const maxSeconds = inRangeOr("maxSeconds", options.maxSeconds, [0.1, 30], 6);
  const recording = recordingOf(planar);
  const clean = cleanNotes(
    recording,
    notes.filter(({ pitch }) => isKey(pitch)),
  );
  if (clean.length === 0) {
    throw new DivisiError("bad-audio", `none of ${notes.length} notes sounds alone and clean`);
  }
  const byKey = cleanestFirst(clean);
  const isSustained = slopeOf(clean) > decayingSlope;
  const how = { maxSeconds, loops: loop === "auto" && isSustained, isSustained };
  const sounds = [...byKey.values()].map((candidates) => soundOf(recording, candidates, how));
  const kept = how.loops ? sounds.filter((sound) => isKept(sound, sounds)) : sounds;
  setLevels(kept.map(({ clean, channels }) => ({ velocity: clean.note.velocity, channels })));
  const ranges = keyRanges(kept.map(({ clean }) => clean.key));
  return {
    kind: "pitched",
    sampleRate: recording.sampleRate,
    tuningCents: tuningOf(clean),
    releaseSeconds: isSustained ? releaseSeconds.sustained : releaseSeconds.decaying,
    regions: kept.map((sound, index) => regionOf(sound, ranges[index], recording.sampleRate)),
  };
}

/** The clean notes of each key, in the order of keys. */
function cleanestFirst(clean: readonly CleanNote[]): Map<number, CleanNote[]> {
  const keys = [...new Set(clean.map(({ key }) => key))].sort((a, b) => a - b);
  return new Map(
    keys.map((key) => [
      key,
      clean.filter((each) => each.key === key).sort((a, b) => b.score - a.score),
    ]),
  );
}

/** How levels go, in dB a second: of the longer half of the notes, as short ones are all attack and end. */
function slopeOf(clean: readonly CleanNote[]): number {
  const byLength = [...clean].sort((a, b) => b.end - b.onset - (a.end - a.onset));
  const longer = byLength.slice(0, Math.ceil(byLength.length / 2));
  const slopes = longer.map(({ steady }) => steady.slope);
  return median(slopes);
}

interface KeySound {
  readonly clean: CleanNote;
  readonly start: number;
  readonly channels: Float32Array<ArrayBuffer>[];
  readonly loop: SampleLoop | undefined;
}

interface How {
  readonly maxSeconds: number;
  readonly loops: boolean;
  readonly isSustained: boolean;
}

function soundOf(recording: Recording, candidates: readonly CleanNote[], how: How): KeySound {
  if (how.loops) {
    for (const clean of candidates.slice(0, triedNotes)) {
      const looped = loopedSound(recording, clean, how);
      if (looped) return looped;
    }
  }
  const clean = candidates[0] as CleanNote;
  const [start, end] = extentOf(recording, clean, how);
  const fade = how.isSustained ? fadeSeconds.sustained : fadeSeconds.decaying;
  return { clean, ...cut(recording, start, end, fade), loop: undefined };
}

function loopedSound(recording: Recording, clean: CleanNote, how: How): KeySound | undefined {
  const { sampleRate, mono } = recording;
  const [start, end] = extentOf(recording, clean, how);
  const found = findLoop({
    mono: mono.subarray(start, end),
    sampleRate,
    hz: hzOf(clean.steady.pitch),
    pitchError: (from, to) => {
      const within = clean.steady.pitchWithin(start + from, start + to);
      return within === undefined ? 0 : Math.abs(within - clean.steady.pitch);
    },
  });
  if (!found) return undefined;
  const { channels } = cut(recording, start, end, 0);
  const { alike, ...loop } = found;
  return { clean, start, channels: bakeLoop(channels, loop, alike, sampleRate), loop };
}

function extentOf(
  { sampleRate }: Recording,
  { onset, end }: CleanNote,
  { maxSeconds }: How,
): [number, number] {
  const start = startOf(onset, sampleRate, 0);
  return [start, Math.min(end, start + Math.round(maxSeconds * sampleRate))];
}

/** A sound without a loop ends early: where one with a loop is near, that is better. */
function isKept(sound: KeySound, all: readonly KeySound[]): boolean {
  return (
    sound.loop !== undefined ||
    !all.some(({ clean, loop }) => loop && Math.abs(clean.key - sound.clean.key) <= loopReach)
  );
}

const names = ["c", "cs", "d", "ds", "e", "f", "fs", "g", "gs", "a", "as", "b"];

function regionOf(
  { clean, start, channels, loop }: KeySound,
  range: { lowestKey: number; highestKey: number } | undefined,
  sampleRate: number,
): SampleRegion {
  const { key, steady } = clean;
  return {
    name: `${key}-${names[key % 12]}${Math.floor(key / 12) - 1}`,
    pitch: key,
    cents: 100 * (steady.pitch - key),
    ...(range ?? { lowestKey: key, highestKey: key }),
    lowestVelocity: 1,
    highestVelocity: 127,
    channels,
    ...(loop && { loop }),
    startSeconds: start / sampleRate,
  };
}

/** The mean of what notes lie above the nearest key, around the circle of a semitone, in cents. */
function tuningOf(clean: readonly CleanNote[]): number {
  const angles = clean.map(({ steady }) => 2 * Math.PI * steady.pitch);
  const sum = (of: (angle: number) => number) => angles.reduce((a, angle) => a + of(angle), 0);
  return (100 * Math.atan2(sum(Math.sin), sum(Math.cos))) / (2 * Math.PI);
}
