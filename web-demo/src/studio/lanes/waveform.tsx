/** One waveform, drawn by wavesurfer.js: the stretch that is in view, as far as it is computed. */

import { effect, type ReadonlySignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import WaveSurfer from "wavesurfer.js";
import { playhead } from "../../player/playhead.js";
import { theme } from "../../shared/theme.js";
import type { Peaks } from "../../songs/types.js";
import { view } from "../../timeline/view.js";
import { laneHeight } from "./lane_height.js";
import { describe, outline } from "./outline.js";

interface WaveformProps {
  readonly name: string;
  readonly peaks: ReadonlySignal<Peaks | undefined>;
  /** Custom property that has the colour. */
  readonly colour: string;
}

/** How much of its colour a wave has that was not played yet; the rest is its ground's. */
const unplayedShare = 0.5;

export function Waveform({ name, peaks, colour }: WaveformProps) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const container = place.current;
    if (!container) return;
    const surfer = WaveSurfer.create({
      container,
      height: laneHeight,
      barWidth: 2,
      barGap: 1,
      barRadius: 2,
      barMinHeight: 1,
      // All lanes on one scale: a quiet stem looks quiet.
      maxPeak: 1,
      cursorWidth: 0,
      interact: false,
    });
    let shown = true;
    const showPlayed = () => {
      const { start, length } = view.peek();
      const share = length > 0 ? (playhead.peek() - start) / length : 0;
      if (shown) surfer.setTime(Math.min(Math.max(share, 0), 1) * length);
    };
    const undoes = [
      effect(() => {
        // Read for its change: the colours are what the style sheets make of it.
        void theme.value;
        const style = getComputedStyle(container);
        const [full, ground] = [
          style.getPropertyValue(colour),
          style.getPropertyValue("--surface-2"),
        ];
        surfer.setOptions({ waveColor: mixed(full, ground), progressColor: full.trim() });
      }),
      effect(() => {
        const { start, end, length } = view.value;
        const now = peaks.value;
        if (length <= 0) return;
        const channels = now ? outline(now, start, end) : [new Float32Array(1)];
        // A picture that is drawn anew has nothing played yet.
        surfer.load("", channels, length).then(showPlayed, () => undefined); // or a newer one
      }),
      effect(() => {
        void view.value;
        void playhead.value;
        showPlayed();
      }),
    ];
    return () => {
      shown = false;
      for (const undo of undoes) undo();
      surfer.destroy();
    };
  }, [peaks, colour]);
  return <div ref={place} class="waveform" role="img" aria-label={describe(name, peaks.value)} />;
}

/** Opaque, as wavesurfer.js paints what was played over it. */
function mixed(colour: string, ground: string): string {
  const [from, to] = [colour, ground].map(
    (hex) => hex.match(/[\da-f]{2}/gi)?.map((part) => Number.parseInt(part, 16)) ?? [],
  );
  const parts = [0, 1, 2].map((index) =>
    Math.round((from?.[index] ?? 0) * unplayedShare + (to?.[index] ?? 0) * (1 - unplayedShare)),
  );
  return `rgb(${parts.join(" ")})`;
}
