/** A model's card as it is read: who made it from what, on what terms, and what it cannot do. */

import type { ComponentChildren } from "preact";
import type { AddedModel } from "../known_models/added_models.js";
import type { Card, Quality } from "../known_models/card.js";
import { bytes } from "../shared/format.js";
import { panelStrings } from "../shared/panel_strings.js";
import { strings } from "../shared/strings.js";

interface CardContentProps {
  readonly card: Card;
  /** Of which files the model comes. */
  readonly files: ComponentChildren;
}

export function CardContent({ card, files }: CardContentProps) {
  const text = panelStrings.models;
  const { trainingData: data } = card;
  const trained = [data.description, data.known].filter(Boolean);
  return (
    <div class="card-content">
      {card.summary && <p>{card.summary}</p>}
      <dl>
        <Fact title={text.terms}>
          <Terms card={card} />
        </Fact>
        {card.authors.length > 0 && (
          <Fact title={text.authors}>
            <p>{card.authors.join(", ")}</p>
          </Fact>
        )}
        {(trained.length > 0 || data.unknown) && (
          <Fact title={text.data}>
            {trained.map((sentence) => (
              <p key={sentence}>{sentence}</p>
            ))}
            {data.unknown && (
              <p>
                <strong>{text.unknown}</strong> {data.unknown}
              </p>
            )}
          </Fact>
        )}
        {data.consent && (
          <Fact title={text.consent}>
            <p>{data.consent}</p>
          </Fact>
        )}
        {card.quality.length > 0 && (
          <Fact title={text.quality}>
            <Measures qualities={card.quality} />
          </Fact>
        )}
        {card.limits.length > 0 && (
          <Fact title={text.limits}>
            <ul class="card-points">
              {card.limits.map((limit) => (
                <li key={limit}>{limit}</li>
              ))}
            </ul>
          </Fact>
        )}
        <Fact title={text.files}>{files}</Fact>
        {card.references.length > 0 && (
          <Fact title={text.references}>
            <ul class="card-points">
              {card.references.map(({ what, url }) => (
                <li key={what}>
                  {what} <Link url={url} />
                </li>
              ))}
            </ul>
          </Fact>
        )}
      </dl>
    </div>
  );
}

/** On what terms the weights may be used, and who says so. */
export function Terms({ card }: { readonly card: Card }) {
  const text = panelStrings.models;
  const { weights, statedBy, url } = card.licence;
  if (!weights) return <p>{text.noTermsNote}</p>;
  return (
    <p>
      <strong>{weights}</strong>
      {statedBy && `, ${text.statedBy} ${statedBy}`} <Link url={url} />
    </p>
  );
}

function Fact(props: { readonly title: string; readonly children: ComponentChildren }) {
  return (
    <div>
      <dt>{props.title}</dt>
      <dd>{props.children}</dd>
    </div>
  );
}

export function Measures({ qualities }: { readonly qualities: readonly Quality[] }) {
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

/** The file of a model that was added. */
export function AddedFile({ model }: { readonly model: AddedModel }) {
  return (
    <p>
      <strong>{model.fileName}</strong>, <span class="number">{bytes(model.file.size)}</span>:{" "}
      {panelStrings.choice.stems(model.stems.map(strings.studio.stem))}
    </p>
  );
}

/** Addresses are shown, not opened by the page: it leaves the device only when its user does. */
function Link({ url }: { readonly url: string }) {
  const host = hostOf(url);
  if (host === undefined) return null;
  return (
    <a href={url} target="_blank" rel="noopener noreferrer">
      {host}
    </a>
  );
}

/** Undefined of what a file may have in the place of an address of the web. */
function hostOf(url: string): string | undefined {
  try {
    const { protocol, hostname } = new URL(url);
    return protocol === "https:" || protocol === "http:" ? hostname : undefined;
  } catch {
    return undefined;
  }
}
