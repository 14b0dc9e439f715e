/** What is not computed yet is hatched: a flat line would be silence. */

import "./gaps.css";
import type { ReadonlySignal } from "@preact/signals";
import type { Peaks } from "../../songs/types.js";
import { view } from "../../timeline/view.js";
import { gapsIn } from "./outline.js";

export function Gaps({ peaks }: { peaks: ReadonlySignal<Peaks | undefined> }) {
  const { start, end, length } = view.value;
  if (length <= 0) return null;
  return (
    <>
      {gapsIn(peaks.value, start, end).map(({ from, to }) => (
        <div
          key={from}
          class="gap"
          style={{ left: `${100 * from}%`, width: `${100 * (to - from)}%` }}
        />
      ))}
    </>
  );
}
