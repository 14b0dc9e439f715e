/** What lies above the lanes and answers to the pointer: bars and beats, the loop. */

import { BarRuler } from "./bar_ruler.js";
import { LoopRegion } from "./loop_region.js";
import { usePointer } from "./pointer.js";

interface SurfaceProps {
  /** The element that catches the pointer. */
  readonly place: { readonly current: HTMLElement | null };
}

export function Surface({ place }: SurfaceProps) {
  usePointer(place);
  return (
    <>
      <BarRuler />
      <LoopRegion />
    </>
  );
}
