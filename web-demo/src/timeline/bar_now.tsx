/** The bar and the beat at the playhead, as musicians count them. */

import { beatAt } from "../analysis/shown_beats.js";
import { playhead } from "../player/playhead.js";
import { panelStrings } from "../shared/panel_strings.js";

export function BarNow() {
  const at = beatAt(playhead.value);
  return at ? <span class="muted">{panelStrings.beats.place(at.bar, at.beat)}</span> : null;
}
