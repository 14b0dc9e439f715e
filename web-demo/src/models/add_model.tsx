/** The button that adds a model file, and what is to be said of the file. */

import "./add_model.css";
import { useEffect, useRef } from "preact/hooks";
import { Icon } from "../shared/icons.js";
import { panelStrings } from "../shared/panel_strings.js";
import { add, outcome, trial } from "./adding.js";

export function AddModel() {
  const input = useRef<HTMLInputElement>(null);
  const text = panelStrings.adding;
  const under = trial.value;
  const done = outcome.value;
  // What became of a file is no news when the dialog is opened again.
  useEffect(() => () => void (outcome.value = undefined), []);
  return (
    <div class="add-model">
      <div class="row">
        <input
          ref={input}
          type="file"
          accept=".safetensors"
          aria-label={text.choose}
          hidden
          onChange={({ currentTarget }) => {
            const [file] = currentTarget.files ?? [];
            if (file) void add(file);
            // The same file may be chosen again.
            currentTarget.value = "";
          }}
        />
        <button
          type="button"
          class="button"
          disabled={under !== undefined}
          onClick={() => input.current?.click()}
        >
          <Icon name="plus" size={18} />
          {text.choose}
        </button>
        {under && (
          <button type="button" class="button quiet" onClick={() => under.ending.abort()}>
            {text.cancel}
          </button>
        )}
      </div>
      <p class="muted">{text.note}</p>
      <div role="status">
        {under && (
          <p class="add-model-trial">
            <span class="spinner" aria-hidden="true" />
            {text.trying(under.fileName)}
          </p>
        )}
        {done?.model && <p class="add-model-done">{done.text}</p>}
      </div>
      <div role="alert">{done && !done.model && <p class="add-model-refused">{done.text}</p>}</div>
    </div>
  );
}
