/** The list of keys. */

import "./keys_panel.css";
import { panelStrings } from "../shared/panel_strings.js";

export default function KeysPanel() {
  return (
    <dl class="keys">
      {panelStrings.keys.map(([keys, what]) => (
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
