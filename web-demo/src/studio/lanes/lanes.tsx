/**
 * The lanes: the mix and its stems, aligned, with one playhead and one loop above all of them. The
 * scrolled box is as wide as the zoomed song would be; what it shows is drawn anew for each place, so
 * that no zoom makes large pictures.
 */

import "./lanes.css";
import { effect, type ReadonlySignal, type Signal, useComputed, useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { duration, playing } from "../../player/player.js";
import { playhead } from "../../player/playhead.js";
import { lazily } from "../../shared/lazily.js";
import { stemColour } from "../../shared/stem_colours.js";
import { strings } from "../../shared/strings.js";
import type { Song } from "../../songs/types.js";
import { Playhead } from "../../timeline/playhead_line.js";
import { Ruler } from "../../timeline/ruler.js";
import {
  extent,
  reveal,
  scrollTo,
  spectrogramShown,
  surfaceWidth,
  view,
} from "../../timeline/view.js";
import { music } from "../music.js";
import { Lane, type LaneProps } from "./lane.js";

const Spectrogram = lazily(() => import("./spectrogram.js"));

export function Lanes({ song, stems }: { song: Song; stems: readonly string[] }) {
  const box = useRef<HTMLDivElement>(null);
  const surface = useRef<HTMLDivElement>(null);
  const parts = music.value;
  const width = useSignal(0);
  useWidth(box, width);
  useWidth(surface, surfaceWidth);
  useEffect(() => effect(() => void (playing.value && reveal(playhead.value))), []);
  return (
    <div class="lanes-box" ref={box} tabIndex={-1}>
      <Extent box={box} width={width}>
        <div class="lanes" style={{ width: `${width.value}px` }}>
          <div class="lanes-surface" ref={surface}>
            <Ruler />
            {parts && <parts.Surface place={surface} />}
          </div>
          <div class="lanes-surface front">
            <Playhead />
          </div>
          {parts && <parts.MusicLanes song={song} />}
          <MixLane song={song} />
          {spectrogramShown.value && song.audio.value && <Spectrogram audio={song.audio.value} />}
          {stems.map((stem, index) => (
            <StemLane key={stem} song={song} stem={stem} colour={stemColour(index)} />
          ))}
        </div>
      </Extent>
    </div>
  );
}

function MixLane({ song }: { song: Song }) {
  return <Lane song={song} title={strings.studio.mix} colour="--mix" peaks={song.mixPeaks} />;
}

function StemLane({ song, stem, colour }: Pick<LaneProps, "song" | "stem" | "colour">) {
  const peaks = useComputed(() => song.stemPeaks.value.get(stem ?? ""));
  const title = strings.studio.stem(stem ?? "");
  return <Lane song={song} title={title} stem={stem} colour={colour} peaks={peaks} />;
}

/** Keeps the width of an element, as it changes. */
function useWidth(place: { readonly current: HTMLElement | null }, width: Signal<number>): void {
  useEffect(() => {
    const element = place.current;
    if (!element) return;
    const observer = new ResizeObserver(() => {
      width.value = element.clientWidth;
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
}

interface ExtentProps {
  readonly box: { readonly current: HTMLElement | null };
  /** Of the box, in pixels. */
  readonly width: ReadonlySignal<number>;
  readonly children: ComponentChildren;
}

/**
 * What is scrolled: scrolling moves the view, and the view scrolls. The place is set in the same breath
 * as the width, for a box that is scrolled before it is as wide as the zoom says clips the place, and
 * tells that as a scroll of the listener's.
 */
function Extent({ box, width, children }: ExtentProps) {
  const pixels = useComputed(() => width.value * extent.value);
  const scale = useComputed(() => (duration.value > 0 ? pixels.value / duration.value : 0));
  const whole = pixels.value;
  const place = view.value.start * scale.value;
  useLayoutEffect(() => {
    const element = box.current;
    if (element && Math.abs(element.scrollLeft - place) >= 1) element.scrollLeft = place;
  }, [whole, place]);
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const onScroll = () => {
      // By what holds now: the event may come before anything that is rendered behind it.
      const [pixelsPerSecond, { start }] = [scale.peek(), view.peek()];
      if (pixelsPerSecond === 0) return;
      // Less than a pixel is the rounding of what was set.
      const moved = element.scrollLeft - start * pixelsPerSecond;
      if (Math.abs(moved) >= 1) scrollTo(element.scrollLeft / pixelsPerSecond);
    };
    element.addEventListener("scroll", onScroll, { passive: true });
    return () => element.removeEventListener("scroll", onScroll);
  }, []);
  return (
    <div class="lanes-extent" style={{ width: `${whole}px` }}>
      {children}
    </div>
  );
}
