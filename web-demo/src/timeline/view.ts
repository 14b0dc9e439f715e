/** The stretch of the song that is seen: all lanes show the same one. */

import { batch, computed, signal } from "@preact/signals";
import { duration } from "../player/player.js";
import { playhead } from "../player/playhead.js";

/** No closer than so many seconds for the whole width. */
const closestSeconds = 2;

/** How many times closer than the whole song. */
export const zoom = signal(1);
const wantedStart = signal(0);

export const maxZoom = computed(() => Math.max(1, duration.value / closestSeconds));

/** The width of the whole song relative to that of the view. */
export const extent = computed(() => Math.min(zoom.value, maxZoom.value));

export const view = computed(() => {
  const length = duration.value / extent.value;
  const start = Math.min(Math.max(wantedStart.value, 0), Math.max(0, duration.value - length));
  return { start, end: start + length, length };
});

/** Whether the spectrogram is shown. */
export const spectrogramShown = signal(false);

/** The width of what is above the lanes' pictures, in pixels. */
export const surfaceWidth = signal(0);

export const pixelsPerSecond = computed(() =>
  view.value.length > 0 ? surfaceWidth.value / view.value.length : 0,
);

/** Changes the zoom by a factor; what is at `seconds` stays where it is. */
export function zoomBy(factor: number, seconds: number): void {
  const { start, length } = view.value;
  const share = length > 0 ? (seconds - start) / length : 0;
  const next = Math.min(Math.max(zoom.value * factor, 1), maxZoom.value);
  batch(() => {
    zoom.value = next;
    wantedStart.value = seconds - (share * duration.value) / next;
  });
}

export function showAll(): void {
  zoom.value = 1;
}

export function scrollTo(seconds: number): void {
  wantedStart.value = seconds;
}

/** What zooming keeps in its place: the playhead where it is seen. */
export function middle(): number {
  const { start, end } = view.value;
  const now = playhead.value;
  return now >= start && now <= end ? now : (start + end) / 2;
}

/** Turns the page when the playhead has left the view. */
export function reveal(seconds: number): void {
  const { start, end, length } = view.value;
  if (length > 0 && (seconds < start || seconds > end)) scrollTo(seconds - length * 0.05);
}
