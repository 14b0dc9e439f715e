/** The time above the lanes. */

import "./ruler.css";
import { clock, preciseClock } from "../shared/format.js";
import { view } from "./view.js";

/** Steps between two marks, in seconds. */
const steps = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600] as const;
const maxMarks = 8;

export function Ruler() {
  const { start, end, length } = view.value;
  if (length <= 0) return null;
  const step = steps.find((candidate) => length / candidate <= maxMarks) ?? 1800;
  const first = Math.ceil(start / step);
  const count = Math.floor(end / step) - first + 1;
  const marks = Array.from({ length: Math.max(0, count) }, (_, index) => (first + index) * step);
  const write = step < 1 ? preciseClock : clock;
  return (
    <div class="ruler number" aria-hidden="true">
      {marks.map((seconds) => (
        <span key={seconds} style={{ left: `${(100 * (seconds - start)) / length}%` }}>
          {write(seconds + 1e-6)}
        </span>
      ))}
    </div>
  );
}
