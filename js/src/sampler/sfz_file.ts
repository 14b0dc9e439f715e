/** An instrument as text in the SFZ format. */

import { badOption } from "../base/options.js";
import type { SampledInstrument, SampleRegion } from "./types.js";

/**
 * An instrument as an SFZ file, which samplers open (opcodes of version 1 of the format). Its sounds
 * are WAV files beside it, each named as its region: `60-c4.wav`.
 *
 * ```ts
 * const { notes } = await transcriber.transcribe(audioBuffer);
 * const instrument = sampleInstrument(audioBuffer, notes);
 * save("instrument.sfz", new Blob([sfzFile(instrument)], { type: "text/plain" }));
 * ```
 *
 * @param folder where the WAV files lie, seen from the SFZ file, with a slash at its end; default: beside it
 */
export function sfzFile(instrument: SampledInstrument, folder = ""): string {
  const regions: unknown = (instrument as SampledInstrument | undefined)?.regions;
  if (!Array.isArray(regions) || !regions.every(isRegion)) {
    throw badOption("instrument", "an instrument of sampleInstrument()", instrument);
  }
  if (typeof folder !== "string") throw badOption("folder", "a text", folder);
  const { kind, releaseSeconds } = instrument;
  const release = `ampeg_release=${(releaseSeconds ?? 0).toFixed(3)}`;
  const group = kind === "drums" ? "loop_mode=one_shot" : release;
  const lines = regions.map((region) => regionLine(region, kind, folder));
  return ["// Made by divisi", `<group> ${group}`, ...lines, ""].join("\n");
}

function isRegion(value: unknown): value is SampleRegion {
  const { name, pitch, channels } = (value ?? {}) as Partial<SampleRegion>;
  return typeof name === "string" && Number.isFinite(pitch) && Array.isArray(channels);
}

function regionLine(region: SampleRegion, kind: SampledInstrument["kind"], folder: string): string {
  const { lowestVelocity, highestVelocity, loop } = region;
  const opcodes: (readonly [string, string | number])[] = [
    ["sample", `${folder}${region.name}.wav`],
    ["lokey", region.lowestKey],
    ["hikey", region.highestKey],
    ["pitch_keycenter", region.pitch],
    ["tune", Math.round(-region.cents)],
  ];
  if (lowestVelocity > 1) opcodes.push(["lovel", lowestVelocity]);
  if (highestVelocity < 127) opcodes.push(["hivel", highestVelocity]);
  if (kind === "pitched") opcodes.push(["loop_mode", loop ? "loop_continuous" : "no_loop"]);
  // The last frame of the loop, here, not the one after it.
  if (loop) opcodes.push(["loop_start", loop.start], ["loop_end", loop.end - 1]);
  return `<region> ${opcodes.map(([name, value]) => `${name}=${value}`).join(" ")}`;
}
