/**
 * The models' words as people read them: both models, and players of a tagging game, have several
 * words for one thing ("female", "woman", "female vocal"). A term stands for all of them.
 */

import { models, type TagKind } from "divisi";

export interface Term {
  readonly name: string;
  readonly kind: TagKind;
}

/** The order in which kinds are shown. */
export const kinds: readonly TagKind[] = [
  "genre",
  "voice",
  "instrument",
  "mood",
  "tempo",
  "era",
  "other",
];

const synonyms: Readonly<Record<string, readonly string[]>> = {
  "female voice": [
    "female",
    "woman",
    "female vocal",
    "female voice",
    "female vocalists",
    "female vocalist",
  ],
  "male voice": ["male", "man", "male vocal", "male voice", "male vocalists"],
  singing: ["singing", "vocal", "vocals", "voice"],
  "no singing": ["no vocals", "no vocal", "no voice", "instrumental"],
  choir: ["choir", "choral"],
  classical: ["classical", "classic"],
  electronic: ["electronic", "electronica"],
  beat: ["beat", "beats"],
  chill: ["chill", "chillout"],
  "r&b": ["rnb"],
};

const termByWord = new Map(
  Object.entries(synonyms).flatMap(([term, words]) => words.map((word) => [word, term] as const)),
);

/** Names that stay as their listeners write them are few: eras, and what has capitals in its middle. */
export function termOf(word: string): string {
  return termByWord.get(word) ?? word.toLowerCase();
}

/** Every term that one of the models has, with the words of each model for it. */
export const terms: ReadonlyMap<string, Term & { readonly words: ReadonlyMap<string, string[]> }> =
  collectTerms();

function collectTerms() {
  const found = new Map<string, Term & { words: Map<string, string[]> }>();
  for (const { name: model, task, labels } of models) {
    if (task !== "tagging") continue;
    for (const { name: word, kind } of labels) {
      const name = termOf(word);
      const term = found.get(name) ?? { name, kind, words: new Map<string, string[]>() };
      found.set(name, term);
      term.words.set(model, [...(term.words.get(model) ?? []), word]);
    }
  }
  return found;
}
