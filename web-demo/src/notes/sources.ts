/** What notes are looked for in: the stems of a song's model by their names, and the mix. */

import type { TranscribeOptions } from "divisi";

/** What a stem would be called that is the whole song. */
export const mix = "mix";

/** Drums have no pitches. */
export const hasNotes = (source: string) => source !== "drums";

type Range = Required<Pick<TranscribeOptions, "minPitch" | "maxPitch">>;

/**
 * Nobody sings or plucks chords in these: one voice is followed, in the range of those who sing, from a
 * low bass to a high soprano, or of the instrument. What is heard elsewhere is a misheard octave.
 */
const ranges: Readonly<Record<string, Range>> = {
  vocals: { minPitch: 36, maxPitch: 84 },
  bass: { minPitch: 30, maxPitch: 67 },
};

/** Where the one voice of a stem sounds; undefined of stems of many voices. */
export function voiceRange(source: string): Range | undefined {
  return Object.hasOwn(ranges, source) ? ranges[source] : undefined;
}
