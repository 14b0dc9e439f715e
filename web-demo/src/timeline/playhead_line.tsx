/** The playhead: one line through all lanes, and a slider for those who use keys. */

import "./playhead_line.css";
import { duration, seek } from "../player/player.js";
import { playhead } from "../player/playhead.js";
import { clock } from "../shared/format.js";
import { strings } from "../shared/strings.js";
import { view } from "./view.js";

const steps: Readonly<Record<string, (now: number) => number>> = {
  ArrowLeft: (now) => now - 5,
  ArrowDown: (now) => now - 5,
  ArrowRight: (now) => now + 5,
  ArrowUp: (now) => now + 5,
  PageDown: (now) => now - 30,
  PageUp: (now) => now + 30,
  Home: () => 0,
  End: () => duration.value,
};

export function Playhead() {
  const { start, end, length } = view.value;
  const now = playhead.value;
  const seen = length > 0 && now >= start && now <= end;
  const share = length > 0 ? (now - start) / length : 0;
  const text = strings.studio;
  return (
    <div
      class="playhead"
      role="slider"
      tabIndex={0}
      aria-label={text.position}
      aria-valuemin={0}
      aria-valuemax={Math.round(duration.value)}
      aria-valuenow={Math.round(now)}
      aria-valuetext={text.positionOf(clock(now), clock(duration.value))}
      style={{
        left: `${100 * Math.min(Math.max(share, 0), 1)}%`,
        visibility: seen ? "visible" : "hidden",
      }}
      onKeyDown={(event) => {
        const step = steps[event.key];
        if (!step || event.shiftKey) return;
        // Handled here: not once more by the keys of the page.
        event.preventDefault();
        event.stopPropagation();
        seek(step(now));
      }}
    />
  );
}
