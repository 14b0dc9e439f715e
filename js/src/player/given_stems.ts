/** Stems that an app gives a player: checked, and read like those that it keeps. */

import type { PlanarAudio } from "../audio/types.js";
import { DivisiError } from "../base/errors.js";
import { checkOptions } from "../base/options.js";
import type { StemReader, StemStore } from "../separation/types.js";
import type { ExistingStems } from "./types.js";

/**
 * @param names the model's stems
 * @param song as it is played: the stems have to fit it frame by frame
 */
export function stemReader(
  stems: ExistingStems,
  names: readonly string[],
  song: PlanarAudio,
): StemReader | StemStore {
  checkOptions(stems, "stems");
  if (isReader(stems)) return stems;
  const frameCount = song.channels[0]?.length ?? 0;
  for (const name of names) {
    const given: unknown = stems[name];
    const channels = Array.isArray(given) ? (given as Float32Array[]) : undefined;
    const fits =
      channels?.length === song.channels.length &&
      channels.every((samples) => samples instanceof Float32Array && samples.length === frameCount);
    if (fits) continue;
    throw new DivisiError(
      "bad-option",
      `stems: expected ${song.channels.length} channels of ${frameCount} frames of ${JSON.stringify(name)}, ` +
        `got ${channels ? channels.map((samples) => samples?.length).join(", ") || "none" : "no such stem"}`,
    );
  }
  return {
    has: () => true,
    read: async (begin, end) => ({
      startFrame: begin,
      frameCount: end - begin,
      stems: Object.fromEntries(
        names.map((name) => [
          name,
          (stems[name] ?? []).map((samples) => samples.slice(begin, end)),
        ]),
      ),
    }),
  };
}

function isReader(stems: ExistingStems): stems is StemReader | StemStore {
  return typeof stems.read === "function" && typeof stems.has === "function";
}
