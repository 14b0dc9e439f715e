/** The part "sections": the outputs of the core's task of that name (core/include/divisi/sections.h). */

import type { Batch } from "../engine/pool/worker_pool.js";
import { rowsOf } from "../engine/protocol/items.js";
import type { Collector, PartDefinition } from "./part.js";
import type { Section, SectionName, SectionsResult } from "./types.js";

export const sectionsPart: PartDefinition<SectionsResult> = {
  task: { name: "analyser", withoutModel: "sections", read: () => null },
  model: undefined,
  options: {},
  maxItems: 4096,
  collect: () => new SectionsCollector(),
};

const names: readonly string[] = [
  "intro",
  "verse",
  "chorus",
  "bridge",
  "outro",
  "instrumental",
] satisfies SectionName[];

/** A section without what its row of details tells. */
interface Found extends Omit<Section, "label" | "isHook" | "voiceShare"> {
  readonly group: number;
}

class SectionsCollector implements Collector<SectionsResult> {
  readonly #found: Found[] = [];
  readonly #details: (Pick<Section, "isHook" | "voiceShare"> & { readonly isVaried: boolean })[] =
    [];

  add({ outputs, items }: Batch): void {
    const labels = outputs.find(({ name }) => name === "sections")?.labels ?? [];
    if (items.sections?.kind === "events") {
      for (const { start, end, label, value, confidence } of items.sections.events) {
        const name = nameOf(labels[label]);
        this.#found.push({ startSeconds: start, endSeconds: end, name, group: value, confidence });
      }
    }
    for (const [varied = 0, hook = 0, voice = -1] of rowsOf(items.details)) {
      const known = voice >= 0 && { voiceShare: voice };
      this.#details.push({ isVaried: varied > 0, isHook: hook > 0, ...known });
    }
  }

  result(): SectionsResult {
    return {
      sections: this.#found.map(({ group, ...section }, index) => {
        const { isVaried = false, isHook = false, ...voice } = this.#details[index] ?? {};
        return { ...section, label: `${letters(group)}${isVaried ? "'" : ""}`, isHook, ...voice };
      }),
    };
  }
}

function nameOf(label: string | undefined): SectionName | undefined {
  return label !== undefined && names.includes(label) ? (label as SectionName) : undefined;
}

/** A to Z, then AA to AZ, BA …, as columns of a table. */
function letters(index: number): string {
  const before = Math.floor(index / 26) - 1;
  return (before >= 0 ? letters(before) : "") + String.fromCharCode(65 + (index % 26));
}
