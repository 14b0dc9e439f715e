/** The catalogue's cards: the repository's own, put in by the build, so that they say what it says. */

import { type ModelInfo, models } from "divisi";
import manifest from "../../../models/manifest.json" with { type: "json" };
import { type Card, cardOf, type Quality } from "../known_models/card.js";
import { bytes } from "../shared/format.js";
import { panelStrings } from "../shared/panel_strings.js";
import { Measures } from "./card_content.js";

const cards = Object.values(
  import.meta.glob("../../../models/cards/*.json", { eager: true, import: "default" }),
).map((document) => cardOf(document, ""));

/** What the command line and apps do with models, but not the demo. */
const elsewhere = ["notes", "melody", "drums"] as const;

export type DemoTask = Exclude<ModelInfo["task"], (typeof elsewhere)[number]>;

const isDemoTask = (task: ModelInfo["task"]): task is DemoTask =>
  !elsewhere.some((other) => other === task);

/** The tasks of the models, by their names in the order of the catalogue. */
export const demoTasks: ReadonlyMap<string, DemoTask> = new Map(
  models.flatMap(({ name, task }) => (isDemoTask(task) ? [[name, task]] : [])),
);

/** Of the models that the demo runs, in the order of the catalogue. */
export const catalogueCards = [...demoTasks.keys()].flatMap((name) =>
  cards.filter((card) => card.name === name),
);

/** The card of a model of the catalogue, which its smaller forms share. */
export function catalogueCard(model: string): Card | undefined {
  const entry = manifest.models.find(
    ({ name, variants }) =>
      name === model || (variants as readonly { name?: string }[]).some((v) => v.name === model),
  );
  return catalogueCards.find(({ name }) => name === entry?.name);
}

/** The forms in which a model comes, and what the smaller ones cost. */
export function CatalogueFiles({ name }: { readonly name: string }) {
  const entry = manifest.models.find((model) => model.name === name);
  const variants = (entry?.variants ?? []) as readonly { name?: string; quality?: Quality[] }[];
  const files = models.filter(
    (model) => model.name === name || variants.some((variant) => variant.name === model.name),
  );
  return (
    <ul class="card-points">
      {files.map((file) => (
        <li key={file.name}>
          <strong>{file.name}</strong>, <span class="number">{bytes(file.size)}</span>,{" "}
          {panelStrings.models.weights[file.dtype]}
          <Measures
            qualities={variants.find((variant) => variant.name === file.name)?.quality ?? []}
          />
        </li>
      ))}
    </ul>
  );
}
