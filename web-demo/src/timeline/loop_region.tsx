/** The loop: a band across all lanes, whose edges are sliders. */

import "./loop_region.css";
import type { SongRange } from "divisi";
import { duration, loop, setLoop } from "../player/player.js";
import { preciseClock } from "../shared/format.js";
import { strings } from "../shared/strings.js";
import { snapped, stepped } from "./snap.js";
import { view } from "./view.js";

type Edge = keyof SongRange;

const arrows: Readonly<Record<string, 1 | -1>> = { ArrowLeft: -1, ArrowRight: 1 };

export function LoopRegion() {
  const range = loop.value;
  const { start, end, length } = view.value;
  if (!range || length <= 0) return null;
  const from = Math.max(range.start, start);
  const to = Math.min(range.end, end);
  if (to <= from) return null;
  const left = (100 * (from - start)) / length;
  const width = (100 * (to - from)) / length;
  return (
    <div class="loop-region" style={{ left: `${left}%`, width: `${width}%` }}>
      {range.start >= start && <Handle edge="start" range={range} />}
      {range.end <= end && <Handle edge="end" range={range} />}
    </div>
  );
}

function Handle({ edge, range }: { edge: Edge; range: SongRange }) {
  const text = strings.studio;
  const move = (seconds: number) => setLoop({ ...range, [edge]: seconds });
  return (
    <div
      class={`loop-handle ${edge}`}
      role="slider"
      tabIndex={0}
      aria-label={edge === "start" ? text.loopStart : text.loopEnd}
      aria-valuemin={0}
      aria-valuemax={Math.round(duration.value)}
      aria-valuenow={range[edge]}
      aria-valuetext={preciseClock(range[edge])}
      onKeyDown={(event) => {
        const direction = arrows[event.key];
        if (direction === undefined) return;
        event.preventDefault();
        event.stopPropagation();
        move(stepped(range[edge], direction, event));
      }}
      onPointerDown={(event) => {
        event.stopPropagation();
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={(event) => {
        const surface = event.currentTarget.closest(".lanes-surface");
        if (!surface || !event.currentTarget.hasPointerCapture(event.pointerId)) return;
        const { left, width } = surface.getBoundingClientRect();
        const { start, length } = view.value;
        move(snapped(start + ((event.clientX - left) / width) * length, event));
      }}
    />
  );
}
