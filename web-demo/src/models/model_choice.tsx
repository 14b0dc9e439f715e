/** The models for one song, with their terms and what they take on this device. */

import "./model_cards.css";
import "./model_choice.css";
import { signal, useSignalEffect } from "@preact/signals";
import { Fragment } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { gigabytes, songCost, textOf } from "../known_models/cost_text.js";
import { deviceBytes, isTooMuch } from "../known_models/costs.js";
import { type KnownModel, knownModel, knownModels } from "../known_models/known_models.js";
import { selected } from "../session/session.js";
import { panelStrings } from "../shared/panel_strings.js";
import { stemColour } from "../shared/stem_colours.js";
import { strings } from "../shared/strings.js";
import type { Song } from "../songs/types.js";
import { AddModel } from "./add_model.js";
import { outcome } from "./adding.js";
import { AddedFile, CardContent, Terms } from "./card_content.js";
import { CatalogueFiles, catalogueCard } from "./catalogue_cards.js";

/** The model that is looked at; the song's own at first. */
const looked = signal<string | undefined>(undefined);

export default function ModelChoice() {
  const song = selected.value;
  // Before anything can be chosen.
  useLayoutEffect(() => {
    looked.value = song?.model.peek();
  }, [song]);
  // What is added here is what one wants to look at.
  useSignalEffect(() => {
    if (outcome.value?.model) looked.value = outcome.value.model;
  });
  return song ? <Choice song={song} /> : null;
}

function Choice({ song }: { readonly song: Song }) {
  const text = panelStrings.choice;
  const model = knownModel(looked.value ?? "");
  const inUse = model?.id === song.model.value;
  const separate = (button: HTMLElement) => {
    if (model) song.chooseModel(model.id);
    // The focus goes back to where the dialog was opened.
    button.closest("dialog")?.close();
  };
  return (
    <div class="choice">
      <p class="muted">{text.lead(song.name)}</p>
      <fieldset>
        <legend class="visually-hidden">{strings.dialogs.choice.title}</legend>
        {knownModels.value.map((each) => (
          <Fragment key={each.id}>
            <Option model={each} song={song} />
            {each === model && <Card model={each} />}
          </Fragment>
        ))}
      </fieldset>
      <div class="row choice-foot">
        <button
          type="button"
          class="button primary"
          disabled={!model || inUse || tooMuch(model, song) !== undefined}
          onClick={({ currentTarget }) => separate(currentTarget)}
        >
          {model && !inUse ? text.separate(model.title) : text.inUse}
        </button>
      </div>
      <AddModel />
    </div>
  );
}

function Option({ model, song }: { readonly model: KnownModel; readonly song: Song }) {
  const isLooked = looked.value === model.id;
  const label = useRef<HTMLLabelElement>(null);
  useEffect(() => {
    if (isLooked) label.current?.scrollIntoView({ block: "nearest" });
  }, [isLooked]);
  const refusal = tooMuch(model, song);
  const cost = songCost(model.id, model.stems.length, song);
  const named = model.stems.map(strings.studio.stem);
  return (
    <label ref={label} class="choice-option" data-model={model.id}>
      <input
        type="radio"
        name="model"
        value={model.id}
        checked={isLooked}
        disabled={refusal !== undefined}
        onChange={() => (looked.value = model.id)}
      />
      <span class="choice-text">
        <span class="choice-title">
          <strong>{model.title}</strong>
          <span class="chip">{model.terms || panelStrings.models.noTerms}</span>
        </span>
        <span class="choice-stems">
          {named.map((name, index) => (
            <span key={name} style={{ "--colour": `var(${stemColour(index)})` }}>
              {name}
            </span>
          ))}
        </span>
        {refusal ? (
          <span class="choice-refusal">{refusal}</span>
        ) : (
          <span class="number muted">{cost && textOf(cost)}</span>
        )}
      </span>
    </label>
  );
}

/** Why this device is too small for a model, if it is. */
function tooMuch(model: KnownModel, song: Song): string | undefined {
  const needs = songCost(model.id, model.stems.length, song)?.memoryBytes;
  const has = deviceBytes();
  if (needs === undefined || has === undefined || !isTooMuch(needs)) return undefined;
  return panelStrings.choice.tooLarge(gigabytes(needs), gigabytes(has));
}

/** The terms are always in view; the rest of the card is one step away. */
function Card({ model }: { readonly model: KnownModel }) {
  const card = model.added?.card ?? catalogueCard(model.id);
  if (!card) return null;
  const files = model.added ? (
    <AddedFile model={model.added} />
  ) : (
    <CatalogueFiles name={card.name} />
  );
  return (
    <section class="choice-card" aria-label={model.title}>
      <h3>{panelStrings.models.terms}</h3>
      <Terms card={card} />
      <details class="card">
        <summary>
          <strong>{panelStrings.choice.about}</strong>
        </summary>
        <CardContent card={card} files={files} />
      </details>
    </section>
  );
}
