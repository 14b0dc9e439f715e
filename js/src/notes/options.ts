/** Checks the options of transcription. */

import { DivisiError } from "../base/errors.js";
import { badOption, inRange } from "../base/options.js";
import type { TaskOptions } from "../engine/protocol/calls.js";
import type { TranscribeOptions } from "./types.js";

const [lowest, highest] = [21, 108];

/** @returns the options of the core's stream: those that were given. */
export function noteOptions(options: TranscribeOptions): TaskOptions {
  const { sensitivity, minPitch, maxPitch, mode } = options;
  return {
    ...(sensitivity !== undefined && {
      sensitivity: inRange("sensitivity", sensitivity, 0, 1),
    }),
    ...(minPitch !== undefined && { minPitch: pitch("minPitch", minPitch, lowest) }),
    ...(maxPitch !== undefined && {
      maxPitch: pitch("maxPitch", maxPitch, Math.max(lowest, minPitch ?? lowest)),
    }),
    ...(mode !== undefined && { mode: modeName(mode, sensitivity) }),
  };
}

function pitch(name: string, value: unknown, low: number): number {
  if (Number.isInteger(value) && Number(value) >= low && Number(value) <= highest) {
    return Number(value);
  }
  throw badOption(name, `a whole number from ${low} to ${highest}`, value);
}

function modeName(mode: unknown, sensitivity: unknown): string {
  if (mode !== "default" && mode !== "reference") {
    throw badOption("mode", '"default" or "reference"', mode);
  }
  if (mode === "reference" && sensitivity !== undefined) {
    throw new DivisiError("bad-option", `sensitivity: has no meaning in mode "reference"`);
  }
  return mode;
}
