/** What opens above the page: what is stored, the keys. One at a time. */

import "./dialogs.css";
import { useEffect, useRef } from "preact/hooks";
import { closeDialog, openedDialog } from "../session/opened_dialog.js";
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
  const dialog = openedDialog.value;
  const element = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (dialog) element.current?.showModal();
  }, [dialog]);
  if (!dialog) return null;
  const { name, count } = dialog;
  // At once: the browser tells the end of a dialog late, when a file that is dropped may have opened the
  // next one. The element's own close() gives the focus back.
  const close = () => {
    element.current?.close();
    closeDialog(dialog);
  };
  const Content = contents[name];
  const { title } = strings.dialogs[name];
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes every dialog by itself
    <dialog
      key={count}
      ref={element}
      class="dialog"
      aria-labelledby="dialog-title"
      onCancel={close}
      onClose={() => closeDialog(dialog)}
      onClick={(event) => {
        // A click beside the content is one on the dialog itself.
        if (event.target === element.current) close();
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
            onClick={close}
          >
            <Icon name="close" />
          </button>
        </div>
        <Content />
      </div>
    </dialog>
  );
}
