/** A model file on its way in, and what became of the last one. */

import { signal } from "@preact/signals";
import { keepModel } from "../known_models/model_store.js";
import { ModelRefused, tryModel } from "../known_models/trial.js";
import { explain } from "../session/errors.js";
import { panelStrings } from "../shared/panel_strings.js";

interface Trial {
  readonly fileName: string;
  readonly ending: AbortController;
}

export interface Outcome {
  /** The model that was added; undefined of a file that was refused. */
  readonly model?: string;
  readonly text: string;
}

export const trial = signal<Trial | undefined>(undefined);
export const outcome = signal<Outcome | undefined>(undefined);

/** One at a time: a file that comes while another is tried takes its place. */
export async function add(file: File): Promise<void> {
  trial.value?.ending.abort();
  const ending = new AbortController();
  trial.value = { fileName: file.name, ending };
  outcome.value = undefined;
  try {
    const model = await tryModel(file, ending.signal);
    const { added, notKept } = panelStrings.adding;
    const isKept = await keepModel(model);
    outcome.value = { model: model.id, text: (isKept ? added : notKept)(model.card.title) };
  } catch (error) {
    if (ending.signal.aborted) return;
    const text = `${panelStrings.adding.refused(file.name)} ${reasonOf(error, file.name)}`;
    outcome.value = { text };
  } finally {
    if (trial.value?.ending === ending) trial.value = undefined;
  }
}

function reasonOf(error: unknown, fileName: string): string {
  const text = panelStrings.adding;
  if (error instanceof ModelRefused) {
    return error.reason === "too-large"
      ? text.tooLarge(error.detail)
      : text.otherTask(error.detail);
  }
  const { code, message } = error as { readonly code?: unknown; readonly message: string };
  if (code !== "bad-model" && code !== "unsupported") {
    const { what, next } = explain(error);
    return `${what} ${next}`;
  }
  // The file has been named.
  return text.bad(message.replace(`${fileName}: `, ""));
}
