/** What opens above the page: what is stored, the keys. One at a time. */

import "./dialogs.css";
import { useEffect, useRef } from "preact/hooks";
import { openedDialog } from "../session/opened_dialog.js";
import { Icon } from "../shared/icons.js";
import { lazily } from "../shared/lazily.js";
import { strings } from "../shared/strings.js";

const contents = {
  models: lazily(() => import("../models/model_cards.js")),
  choice: lazily(() => import("../models/model_choice.js")),
  storage: lazily(() => import("../offline/storage_panel.js")),
  keys: lazily(() => import("../studio/keys_panel.js")),
};

export function Dialogs() {
  const name = openedDialog.value;
  const element = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (name) element.current?.showModal();
  }, [name]);
  if (!name) return null;
  const Content = contents[name];
  const { title } = strings.dialogs[name];
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes every dialog by itself
    <dialog
      // An element for each: the end of one is told late, when the next may be open.
      key={name}
      ref={element}
      class="dialog"
      aria-labelledby="dialog-title"
      onClose={() => {
        if (openedDialog.value === name) openedDialog.value = undefined;
      }}
      onClick={(event) => {
        // A click beside the content is one on the dialog itself.
        if (event.target === element.current) element.current?.close();
      }}
    >
      <div class="dialog-content">
        <div class="panel-head">
          <h2 class="panel-title" id="dialog-title">
            {title}
          </h2>
          <button
            type="button"
            class="button quiet icon"
            aria-label={strings.dialogs.close}
            onClick={() => element.current?.close()}
          >
            <Icon name="close" />
          </button>
        </div>
        <Content />
      </div>
    </dialog>
  );
}
