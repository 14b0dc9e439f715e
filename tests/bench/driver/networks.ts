/** The two networks: Spleeter's pair of U-Nets and musicnn. */

import { mkdirSync, writeFileSync } from "node:fs";
import { inBuild } from "../../../scripts/lib/paths.mjs";
import { makeMagnitudes, readGolden } from "../../golden/golden_input.mjs";
import {
  type Common,
  catalogueEntry,
  divisiContenders,
  divisiFiles,
  peerContenders,
} from "./catalogue.js";
import { measureNetwork } from "./network_section.js";
import type { Section } from "./section.js";

const frames = 512;
const bins = 1024;
const patch = { frames: 187, bands: 96 };

function writeInput(name: string, values: Float32Array): string {
  mkdirSync(inBuild("bench/inputs"), { recursive: true });
  writeFileSync(inBuild("bench/inputs", name), values);
  return `/inputs/${name}`;
}

export const spleeter: Section = {
  name: "spleeter",
  run(context) {
    const entry = catalogueEntry("spleeter-2stems");
    const common: Common = {
      inputs: [
        {
          name: "mix",
          file: writeInput("spleeter.f32", makeMagnitudes(frames, bins)),
          shape: [frames, bins, 2],
          channels: 2,
        },
      ],
      outputs: (entry.stems ?? []).map((name) => ({ name, channels: 2 })),
    };
    return measureNetwork(
      {
        name: "spleeter",
        title: "Spleeter 2stems: the pair of U-Nets",
        description:
          `One chunk of ${frames} frames x ${bins} bins x 2 channels (11.9 s of music), both ` +
          "stems: 12.2 GMAC.",
        notes: ["Two workers: each of divisi's runs one of the two networks."],
        contenders: [
          ...divisiContenders(divisiFiles(entry), common, [1, 2], { oneEach: true }),
          ...peerContenders(entry.name, common, [1, 2]),
        ],
      },
      context,
    );
  },
};

export const musicnn: Section = {
  name: "musicnn",
  run(context) {
    const entry = catalogueEntry("musicnn-mtt");
    const size = patch.frames * patch.bands;
    const common: Common = {
      inputs: [
        {
          name: "mel",
          file: writeInput("musicnn.f32", readGolden("musicnn-mel/log-mel.f32").slice(0, size)),
          shape: [patch.frames, patch.bands, 1],
          channels: 1,
        },
      ],
      outputs: ["tags", "embedding"].map((name) => ({ name, channels: 1 })),
    };
    const pruned = { id: "-pruned", label: ", divisi's graph" };
    return measureNetwork(
      {
        name: "musicnn",
        title: "musicnn: one patch",
        description: `One patch of ${patch.frames} frames x ${patch.bands} bands (3 s of music).`,
        notes: [
          "divisi's importer leaves out the filters that training has switched off and rearranges " +
            'the rest (models/importer/musicnn.py). The rows "divisi\'s graph" give the same to ' +
            "the others: they show what the engine itself gains.",
        ],
        contenders: [
          ...divisiContenders(divisiFiles(entry), common, [1], {}),
          ...peerContenders(entry.name, common, [1, 2]),
          ...peerContenders(`${entry.name}-pruned`, common, [1], pruned),
        ],
      },
      context,
    );
  },
};
