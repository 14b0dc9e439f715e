/** What a model says of itself: the part of models/schema/card.schema.json that is shown. */

export interface Quality {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
}

export interface Reference {
  readonly what: string;
  readonly url: string;
}

/** Texts may be empty where the file says nothing. */
export interface Card {
  readonly name: string;
  readonly title: string;
  readonly summary: string;
  readonly authors: readonly string[];
  readonly licence: { readonly weights: string; readonly statedBy: string; readonly url: string };
  readonly trainingData: Readonly<Record<"description" | "known" | "unknown" | "consent", string>>;
  readonly quality: readonly Quality[];
  readonly limits: readonly string[];
  readonly references: readonly Reference[];
}

type Json = Readonly<Record<string, unknown>>;

/**
 * The card of a file that anybody may have made: whatever is in it, what comes out is a card.
 *
 * @param name what the model is called where its card does not say
 */
export function cardOf(document: unknown, name: string): Card {
  const card = objectOf(document);
  const [licence, data] = [objectOf(card.licence), objectOf(card.trainingData)];
  const ownName = textOf(card.name) || name;
  return {
    name: ownName,
    title: textOf(card.title) || ownName,
    summary: textOf(card.summary),
    authors: textsOf(card.authors),
    licence: {
      weights: textOf(licence.weights),
      statedBy: textOf(licence.statedBy),
      url: textOf(licence.url),
    },
    trainingData: {
      description: textOf(data.description),
      known: textOf(data.known),
      unknown: textOf(data.unknown),
      consent: textOf(data.consent),
    },
    quality: listOf(card.quality).flatMap((entry) => {
      const { what, value, unit } = objectOf(entry);
      return typeof value === "number" ? [{ what: textOf(what), value, unit: textOf(unit) }] : [];
    }),
    limits: textsOf(card.limits),
    references: listOf(card.references).map((entry) => {
      const { what, url } = objectOf(entry);
      return { what: textOf(what), url: textOf(url) };
    }),
  };
}

export function objectOf(value: unknown): Json {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject ? (value as Json) : {};
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

const textOf = (value: unknown): string => (typeof value === "string" ? value.trim() : "");

export const textsOf = (value: unknown): readonly string[] =>
  listOf(value).map(textOf).filter(Boolean);
