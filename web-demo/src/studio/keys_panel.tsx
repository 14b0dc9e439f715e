/** The list of keys. */

import "./keys_panel.css";
import { strings } from "../shared/strings.js";

export default function KeysPanel() {
  return (
    <dl class="keys">
      {strings.studio.keyList.map(([keys, what]) => (
        <div key={keys}>
          <dt>
            <kbd>{keys}</kbd>
          </dt>
          <dd>{what}</dd>
        </div>
      ))}
    </dl>
  );
}
