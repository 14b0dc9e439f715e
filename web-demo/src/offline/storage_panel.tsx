/** Shows what is stored in the browser, and deletes it. */

import "./storage_panel.css";
import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { noticeOf } from "../session/notices.js";
import { bytes } from "../shared/format.js";
import { Icon } from "../shared/icons.js";
import { panelStrings } from "../shared/panel_strings.js";
import { deleteAll, readStored, type Stored } from "./stored.js";

const stored = signal<Stored | undefined>(undefined);

async function refresh(): Promise<void> {
  stored.value = await readStored();
}

const afterwards = (work: Promise<void>) => void work.then(refresh).catch(noticeOf);

export default function StoragePanel() {
  useEffect(() => void refresh().catch(noticeOf), []);
  const text = panelStrings.storage;
  const now = stored.value;
  if (!now) return <p class="muted">{text.reading}</p>;
  return (
    <div class="storage">
      <p class="muted">{text.lead}</p>
      <ul>
        <li>
          <span>
            <strong>{text.app}</strong>
            <span class="muted">{text.appNote}</span>
          </span>
          <span class="number">{bytes(now.appBytes)}</span>
        </li>
        {now.models.map((model) => (
          <li key={model.id}>
            <span>
              <strong>{model.title}</strong>
              <span class="muted">{model.isAdded ? text.addedNote : text.modelNote}</span>
            </span>
            <span class="number">{bytes(model.bytes)}</span>
            <button
              type="button"
              class="button quiet icon"
              aria-label={text.deleteModel(model.title)}
              title={text.deleteModel(model.title)}
              onClick={() => afterwards(model.delete())}
            >
              <Icon name="close" size={18} />
            </button>
          </li>
        ))}
        {now.databases.length > 0 && (
          <li>
            <span>
              <strong>{text.database}</strong>
              <span class="muted">{text.databaseNote}</span>
            </span>
          </li>
        )}
      </ul>
      <div class="row storage-foot">
        <p class="muted number">
          {now.usage !== undefined &&
            now.quota !== undefined &&
            text.used(bytes(now.usage), bytes(now.quota))}
        </p>
        <button type="button" class="button" onClick={() => afterwards(deleteAll())}>
          {text.deleteAll}
        </button>
      </div>
    </div>
  );
}
