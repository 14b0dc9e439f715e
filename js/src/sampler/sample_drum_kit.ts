/** A drum kit of the strokes of a recording. */

import type { AudioInput } from "../audio/types.js";
import { DivisiError } from "../base/errors.js";
import { checkOptions } from "../base/options.js";
import { checkHits, inRangeOr, planarOf } from "./checks.js";
import { type CleanHit, cleanHits } from "./clean_hits.js";
import { setLevels } from "./play_level.js";
import { cut, startOf } from "./sound/cut.js";
import { recordingOf } from "./sound/recording.js";
import type { SampleDrumKitOptions, SampledHit, SampledInstrument, SampleRegion } from "./types.js";

/** Velocities of neighbouring sounds of a drum differ by so much. */
const layerStep = 16;
/** Where the next stroke follows. */
const fadeSeconds = 0.03;
const releaseSeconds = 0.3;

/**
 * Cuts the cleanest strokes of a recording of drums into a kit: of each drum those that sound alone and
 * for long, from soft to hard, each up to the next stroke. A drum that never sounds alone is not in it.
 *
 * ```ts
 * const hits = [{ seconds: 0.5, instrument: "kick", note: 36, velocity: 100 }];
 * const kit = sampleDrumKit(audioBuffer, hits);
 * save("kit.sfz", new Blob([sfzFile(kit)], { type: "text/plain" }));
 * ```
 *
 * @throws DivisiError "bad-audio" for what is no audio, or where no stroke sounds alone; "bad-option"
 */
export function sampleDrumKit(
  audio: AudioInput,
  hits: readonly SampledHit[],
  options: SampleDrumKitOptions = {},
): SampledInstrument {
  const planar = planarOf(audio);
  checkHits(hits);
  checkOptions(options);
  const layers = Math.floor(inRangeOr("layers", options.layers, [1, 8], 3));
  const maxSeconds = inRangeOr("maxSeconds", options.maxSeconds, [0.1, 30], 3);
  const recording = recordingOf(planar);
  const clean = cleanHits(recording, hits, maxSeconds);
  if (clean.length === 0) {
    throw new DivisiError("bad-audio", `none of ${hits.length} drum hits sounds alone`);
  }
  const notes = [...new Set(clean.map(({ hit }) => hit.note))].sort((a, b) => a - b);
  const chosen = notes.map((note) =>
    layersOf(
      clean.filter(({ hit }) => hit.note === note),
      layers,
    ),
  );
  const { sampleRate } = recording;
  const sounds = chosen.map((drum) =>
    drum.map((layer) => {
      const start = startOf(layer.onset, sampleRate, 0);
      return { ...layer, ...cut(recording, start, layer.end, fadeSeconds) };
    }),
  );
  setLevels(sounds.flat().map(({ hit, channels }) => ({ velocity: hit.velocity, channels })));
  const regions = sounds.flatMap((drum) =>
    drum.map(({ hit, channels, start }, index): SampleRegion => {
      const { note } = hit;
      return {
        name: `${note}-${plain(hit.instrument)}-${index + 1}`,
        pitch: note,
        cents: 0,
        lowestKey: note,
        highestKey: note,
        ...velocitiesOf(
          drum.map((layer) => layer.hit.velocity),
          index,
        ),
        channels,
        startSeconds: start / sampleRate,
      };
    }),
  );
  return { kind: "drums", sampleRate, tuningCents: 0, releaseSeconds, regions };
}

/** Of a drum's strokes the cleanest, and others that are as much softer or harder, softest first. */
function layersOf(clean: readonly CleanHit[], layers: number): CleanHit[] {
  const chosen: CleanHit[] = [];
  for (const each of [...clean].sort((a, b) => b.score - a.score)) {
    if (chosen.length === layers) break;
    const { velocity } = each.hit;
    if (chosen.every(({ hit }) => Math.abs(hit.velocity - velocity) >= layerStep)) {
      chosen.push(each);
    }
  }
  return chosen.sort((a, b) => a.hit.velocity - b.hit.velocity);
}

/** A layer's velocities reach half-way to those of its neighbours. */
function velocitiesOf(velocities: readonly number[], index: number) {
  const middle = (i: number) =>
    Math.floor(((velocities[i] as number) + (velocities[i + 1] as number)) / 2);
  return {
    lowestVelocity: index === 0 ? 1 : middle(index - 1) + 1,
    highestVelocity: index === velocities.length - 1 ? 127 : middle(index),
  };
}

/** A name that any file system takes, and that players of SFZ read. */
function plain(name: string): string {
  return (
    name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, "-")
      .replace(/^-|-$/g, "")
      .slice(0, 40) || "drum"
  );
}
