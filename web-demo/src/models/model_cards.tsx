/** The models' cards: the repository's own, put in by the build, so that they say what it says. */

import "./model_cards.css";
import { models } from "divisi";
import manifest from "../../../models/manifest.json" with { type: "json" };
import { bytes } from "../shared/format.js";
import { strings } from "../shared/strings.js";

interface Quality {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
}

/** The part of models/schema/card.schema.json that is shown. */
interface Card {
  readonly name: string;
  readonly title: string;
  readonly summary: string;
  readonly authors: readonly string[];
  readonly licence: { readonly weights: string; readonly statedBy: string; readonly url: string };
  readonly trainingData: Readonly<Record<"description" | "known" | "unknown" | "consent", string>>;
  readonly quality: readonly Quality[];
  readonly limits: readonly string[];
  readonly references: readonly { readonly what: string; readonly url: string }[];
}

const cards = Object.values(
  import.meta.glob<Card>("../../../models/cards/*.json", { eager: true, import: "default" }),
);

export default function ModelCards() {
  // In the order of the catalogue.
  const shown = models.flatMap(({ name }) => cards.filter((card) => card.name === name));
  return (
    <div class="cards">
      <p class="muted">{strings.models.lead}</p>
      {shown.map((card, index) => (
        <details key={card.name} class="card" open={index === 0}>
          <summary>
            <strong>{card.title}</strong>
            <span class="muted">{strings.models.task[taskOf(card)]}</span>
            <span class="chip">{card.licence.weights}</span>
          </summary>
          <Content card={card} />
        </details>
      ))}
    </div>
  );
}

function taskOf({ name }: Card): "separation" | "tagging" {
  return models.find((model) => model.name === name)?.task ?? "tagging";
}

function Content({ card }: { readonly card: Card }) {
  const text = strings.models;
  const { trainingData: data, licence } = card;
  return (
    <div class="card-content">
      <p>{card.summary}</p>
      <dl>
        <Fact title={text.authors}>
          <p>{card.authors.join(", ")}</p>
        </Fact>
        <Fact title={text.data}>
          <p>{data.description}</p>
          <p>{data.known}</p>
          <p>
            <strong>{text.unknown}</strong> {data.unknown}
          </p>
        </Fact>
        <Fact title={text.consent}>
          <p>{data.consent}</p>
        </Fact>
        <Fact title={text.licence}>
          <p>
            {licence.weights}, {text.statedBy} {licence.statedBy} <Link url={licence.url} />
          </p>
        </Fact>
        <Fact title={text.quality}>
          <Measures qualities={card.quality} />
        </Fact>
        <Fact title={text.limits}>
          <ul class="card-points">
            {card.limits.map((limit) => (
              <li key={limit}>{limit}</li>
            ))}
          </ul>
        </Fact>
        <Fact title={text.files}>
          <Files name={card.name} />
        </Fact>
        <Fact title={text.references}>
          <ul class="card-points">
            {card.references.map(({ what, url }) => (
              <li key={what}>
                {what} <Link url={url} />
              </li>
            ))}
          </ul>
        </Fact>
      </dl>
    </div>
  );
}

function Fact(props: { readonly title: string; readonly children: preact.ComponentChildren }) {
  return (
    <div>
      <dt>{props.title}</dt>
      <dd>{props.children}</dd>
    </div>
  );
}

function Measures({ qualities }: { readonly qualities: readonly Quality[] }) {
  return (
    <ul class="card-points">
      {qualities.map(({ what, value, unit }) => (
        <li key={what}>
          {what}:{" "}
          <strong class="number">
            {value} {unit}
          </strong>
        </li>
      ))}
    </ul>
  );
}

/** The forms in which a model comes, and what the smaller ones cost. */
function Files({ name }: { readonly name: string }) {
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
          {strings.models.weights[file.dtype]}
          <Measures
            qualities={variants.find((variant) => variant.name === file.name)?.quality ?? []}
          />
        </li>
      ))}
    </ul>
  );
}

/** Addresses are shown, not opened by the page: it leaves the device only when its user does. */
function Link({ url }: { readonly url: string }) {
  return (
    <a href={url} target="_blank" rel="noopener noreferrer">
      {new URL(url).hostname}
    </a>
  );
}
