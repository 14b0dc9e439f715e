/** Bars and beats above the lanes: two paths, however many there are, and a few numbers. */

import "./bar_ruler.css";
import { shownBars, shownBeats } from "../analysis/shown_beats.js";
import { rulerMarks } from "./ruler_marks.js";
import { pixelsPerSecond, surfaceWidth, view } from "./view.js";

const height = 22;
const beatHeight = 5;

export function BarRuler() {
  const { start, length } = view.value;
  const [width, scale] = [surfaceWidth.value, pixelsPerSecond.value];
  if (length <= 0 || width <= 0 || shownBeats.value.length === 0) return null;
  const { numbers, bars, beats } = rulerMarks(shownBeats.value, shownBars.value, view.value, scale);
  const ticks = (places: readonly number[], from: number) =>
    places
      .map((seconds) => `M${((seconds - start) * scale).toFixed(1)} ${from}V${height}`)
      .join("");
  return (
    <div class="bar-ruler number" aria-hidden="true">
      <svg viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" aria-hidden="true">
        <path class="beat-ticks" d={ticks(beats, height - beatHeight)} />
        <path class="bar-ticks" d={ticks(bars, height / 2)} />
      </svg>
      {numbers.map(({ number, seconds }) => (
        <span key={number} style={{ left: `${(100 * (seconds - start)) / length}%` }}>
          {number}
        </span>
      ))}
    </div>
  );
}
