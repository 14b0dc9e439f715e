/**
 * The pointer above the lanes: a click goes there, a drag draws a loop, on beats unless Shift is held.
 * On a touch screen a drag in the lanes scrolls, as everywhere, and one along the rulers draws.
 */

import { useEffect } from "preact/hooks";
import { loop, seek, setLoop } from "../player/player.js";
import { snappedLoop } from "./snap.js";
import { view, zoomBy } from "./view.js";

/** Less is a click with an unsteady hand. */
const dragPixels = 5;

export function usePointer(place: { readonly current: HTMLElement | null }): void {
  useEffect(() => {
    const element = place.current;
    if (!element) return;
    const secondsAt = ({ clientX }: MouseEvent) => {
      const { left, width } = element.getBoundingClientRect();
      const { start, length } = view.value;
      return start + (Math.min(Math.max(clientX - left, 0), width) / width) * length;
    };
    /** Undefined while no pointer is down, or one that something above the lanes has taken. */
    let begun:
      | { readonly x: number; readonly seconds: number; readonly before: typeof loop.value }
      | undefined;
    let dragging = false;

    const onMove = (event: PointerEvent) => {
      if (!begun) return;
      dragging ||= Math.abs(event.clientX - begun.x) >= dragPixels;
      if (!dragging) return;
      setLoop(snappedLoop(begun.seconds, secondsAt(event), event));
    };
    const onEnd = (event: PointerEvent) => {
      element.removeEventListener("pointermove", onMove);
      const from = begun;
      begun = undefined;
      if (!from) return;
      if (event.type === "pointercancel" && dragging) setLoop(from.before);
      if (event.type === "pointerup" && !dragging) seek(from.seconds);
      if (event.type === "pointerup" && dragging && loop.value) seek(loop.value.start);
    };
    const onDown = (event: PointerEvent) => {
      if (event.button !== 0 || (event.target as Element).closest("[role=slider]")) return;
      begun = { x: event.clientX, seconds: secondsAt(event), before: loop.value };
      dragging = false;
      const scrolls =
        event.pointerType === "touch" && !(event.target as Element).closest(".ruler, .bar-ruler");
      if (scrolls) return;
      element.setPointerCapture(event.pointerId);
      element.addEventListener("pointermove", onMove);
    };
    const onWheel = (event: WheelEvent) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      zoomBy(2 ** (-event.deltaY / 200), secondsAt(event));
    };

    element.addEventListener("pointerdown", onDown);
    element.addEventListener("pointerup", onEnd);
    element.addEventListener("pointercancel", onEnd);
    element.addEventListener("wheel", onWheel, { passive: false });
    return () => {
      element.removeEventListener("pointerdown", onDown);
      element.removeEventListener("pointerup", onEnd);
      element.removeEventListener("pointercancel", onEnd);
      element.removeEventListener("wheel", onWheel);
    };
  }, []);
}
