/**
 * The lanes: the mix and its stems, aligned, with one playhead and one loop above all of them. The
 * scrolled box is as wide as the zoomed song would be; what it shows is drawn anew for each place, so
 * that no zoom makes large pictures.
 */

import "./lanes.css";
import { effect, type Signal, useComputed, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { duration, playing } from "../player/player.js";
import { playhead } from "../player/playhead.js";
import { lazily } from "../shared/lazily.js";
import { stemColour } from "../shared/stem_colours.js";
import { strings } from "../shared/strings.js";
import type { Song } from "../songs/types.js";
import { Playhead } from "../timeline/playhead_line.js";
import { Ruler } from "../timeline/ruler.js";
import { reveal, scrollTo, spectrogramShown, surfaceWidth, view, zoom } from "../timeline/view.js";
import { Lane, type LaneProps } from "./lane.js";
import { music } from "./music.js";

const Spectrogram = lazily(() => import("./spectrogram.js"));

export function Lanes({ song, stems }: { song: Song; stems: readonly string[] }) {
  const box = useRef<HTMLDivElement>(null);
  const surface = useRef<HTMLDivElement>(null);
  const parts = music.value;
  const width = useSignal(0);
  useWidth(box, width);
  useWidth(surface, surfaceWidth);
  useScroll(box);
  useEffect(() => effect(() => void (playing.value && reveal(playhead.value))), []);
  return (
    <div class="lanes-box" ref={box} tabIndex={-1}>
      <div class="lanes-extent" style={{ width: `${width.value * zoom.value}px` }}>
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
      </div>
    </div>
  );
}

function MixLane({ song }: { song: Song }) {
  return <Lane title={strings.studio.mix} colour="--mix" peaks={song.mixPeaks} />;
}

function StemLane({ song, stem, colour }: { song: Song } & Pick<LaneProps, "stem" | "colour">) {
  const peaks = useComputed(() => song.stemPeaks.value.get(stem ?? ""));
  return <Lane title={strings.studio.stem(stem ?? "")} stem={stem} colour={colour} peaks={peaks} />;
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

/** Scrolling moves the view, and the view scrolls. */
function useScroll(box: { readonly current: HTMLElement | null }): void {
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const secondsPerPixel = () => duration.value / element.scrollWidth;
    const onScroll = () => scrollTo(element.scrollLeft * secondsPerPixel());
    element.addEventListener("scroll", onScroll, { passive: true });
    const undo = effect(() => {
      const target = view.value.start / secondsPerPixel();
      // After the extent has got its new width.
      queueMicrotask(() => {
        if (Math.abs(element.scrollLeft - target) >= 1) element.scrollLeft = target;
      });
    });
    return () => {
      undo();
      element.removeEventListener("scroll", onScroll);
    };
  }, []);
}
