/** All models with their cards, those that were added first; where files are added and deleted. */

import "./model_cards.css";
import { type AddedModel, addedModels } from "../known_models/added_models.js";
import type { Card } from "../known_models/card.js";
import { forgetModel } from "../known_models/model_store.js";
import { noticeOf } from "../session/notices.js";
import { Icon } from "../shared/icons.js";
import { panelStrings } from "../shared/panel_strings.js";
import { AddModel } from "./add_model.js";
import { AddedFile, CardContent } from "./card_content.js";
import { CatalogueFiles, catalogueCards, type DemoTask, demoTasks } from "./catalogue_cards.js";

export default function ModelCards() {
  const added = addedModels.value;
  return (
    <div class="cards">
      <p class="muted">{panelStrings.models.lead}</p>
      <AddModel />
      {[...added].reverse().map((model, index) => (
        <AddedCard key={model.id} model={model} open={index === 0} />
      ))}
      {catalogueCards.map((card, index) => (
        <details key={card.name} class="card" open={index === 0 && added.length === 0}>
          <Summary card={card} note={panelStrings.models.task[taskOf(card)]} />
          <CardContent card={card} files={<CatalogueFiles name={card.name} />} />
        </details>
      ))}
    </div>
  );
}

function taskOf({ name }: Card): DemoTask {
  return demoTasks.get(name) ?? "tagging";
}

function Summary({ card, note }: { readonly card: Card; readonly note: string }) {
  return (
    <summary>
      <strong>{card.title}</strong>
      <span class="muted">{note}</span>
      <span class="chip">{card.licence.weights || panelStrings.models.noTerms}</span>
    </summary>
  );
}

function AddedCard({ model, open }: { readonly model: AddedModel; readonly open: boolean }) {
  const text = panelStrings.models;
  const { card } = model;
  return (
    <details class="card" data-model={model.id} open={open}>
      <Summary card={card} note={text.added} />
      <CardContent card={card} files={<AddedFile model={model} />} />
      <div class="card-foot">
        <button
          type="button"
          class="button"
          onClick={() => forgetModel(model).catch(noticeOf)}
          aria-label={text.delete(card.title)}
        >
          <Icon name="close" size={18} />
          {text.delete(card.title)}
        </button>
      </div>
    </details>
  );
}
