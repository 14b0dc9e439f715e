/** The picture of a piano roll. */

import type { Note } from "divisi";
import type { Bar } from "../../analysis/beat_grid.js";
import { view } from "../../timeline/view.js";
import { pitchName } from "../note_text.js";
import { boxOf, type PitchRange, rollHeight, rowHeight } from "./place.js";

/** What is drawn. */
export interface Picture {
  readonly notes: readonly Note[];
  readonly selected: Note | undefined;
  readonly range: PitchRange;
  readonly bars: readonly Bar[];
  /** In pixels. */
  readonly width: number;
}

const blackKeys: ReadonlySet<number> = new Set([1, 3, 6, 8, 10]);
/** How opaque the weakest note is; the strongest is opaque. */
const leastOpacity = 0.4;
const corner = 2.5;
/** Bars that lie closer would be a grey ground. */
const leastBarPixels = 12;

/** Draws it anew. Reads signals. */
export function drawRoll(canvas: HTMLCanvasElement, picture: Picture): void {
  const { width } = picture;
  const density = devicePixelRatio;
  canvas.width = Math.round(width * density);
  canvas.height = Math.round(rollHeight * density);
  const context = canvas.getContext("2d");
  if (!context || width === 0) return;
  context.scale(density, density);
  const style = getComputedStyle(canvas);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  drawKeys(context, picture, colour);
  drawBars(context, picture, colour);
  drawNotes(context, picture, colour);
  drawNames(context, picture, colour, style.fontFamily);
}

type Colour = (name: string) => string;

/** Rows of black keys are darker, and a line lies below each C. */
function drawKeys(context: CanvasRenderingContext2D, { range, width }: Picture, colour: Colour) {
  const row = rowHeight(range);
  const top = (pitch: number) => (range.high - pitch) * row;
  context.fillStyle = colour("--surface-3");
  context.globalAlpha = 0.45;
  for (let pitch = range.low; pitch <= range.high; pitch++) {
    if (blackKeys.has(pitch % 12)) context.fillRect(0, top(pitch), width, row);
  }
  context.globalAlpha = 1;
  for (let pitch = range.low; pitch <= range.high; pitch++) {
    if (pitch % 12 === 0) context.fillRect(0, top(pitch) + row - 0.5, width, 1);
  }
}

function drawBars(context: CanvasRenderingContext2D, { bars, width }: Picture, colour: Colour) {
  const { start, end, length } = view.value;
  const seen = bars.filter(({ seconds }) => seconds >= start && seconds <= end);
  if (seen.length * leastBarPixels > width) return;
  context.fillStyle = colour("--surface-3");
  for (const { seconds } of seen) {
    context.fillRect(Math.round(((seconds - start) / length) * width), 0, 1, rollHeight);
  }
}

function drawNotes(
  context: CanvasRenderingContext2D,
  { notes, selected, range, width }: Picture,
  colour: Colour,
) {
  const { start, end } = view.value;
  const path = (note: Note, grown = 0) => {
    const { left, top, width: wide, height } = boxOf(note, range, width);
    context.beginPath();
    const size = [wide + 2 * grown, height + 2 * grown] as const;
    addBox(context, [left - grown, top - grown], size, Math.min(corner, height / 2) + grown);
  };
  context.fillStyle = colour("--colour");
  for (const note of notes) {
    if (note.endSeconds < start || note.startSeconds > end) continue;
    context.globalAlpha = leastOpacity + (1 - leastOpacity) * (note.velocity / 127);
    path(note);
    context.fill();
  }
  context.globalAlpha = 1;
  if (!selected) return;
  path(selected);
  context.fill();
  // A ring in the colour of text around a gap: seen on every ground.
  context.lineWidth = 2;
  context.strokeStyle = colour("--surface-2");
  path(selected, 1);
  context.stroke();
  context.strokeStyle = colour("--text");
  path(selected, 3);
  context.stroke();
}

/** The names of all Cs, at the left. */
function drawNames(
  context: CanvasRenderingContext2D,
  { range }: Picture,
  colour: Colour,
  fontFamily: string,
) {
  const row = rowHeight(range);
  context.font = `600 11px ${fontFamily}`;
  context.textBaseline = "bottom";
  for (let pitch = range.low; pitch <= range.high; pitch++) {
    if (pitch % 12 !== 0) continue;
    const [name, bottom] = [pitchName(pitch), (range.high - pitch + 1) * row - 1];
    if (bottom < 12) continue;
    // A ground of its own, for notes may lie there.
    context.globalAlpha = 0.8;
    context.fillStyle = colour("--surface-2");
    context.beginPath();
    addBox(context, [2, bottom - 13], [context.measureText(name).width + 8, 14], 4);
    context.fill();
    context.globalAlpha = 1;
    context.fillStyle = colour("--muted");
    context.fillText(name, 6, bottom);
  }
}

type Pair = readonly [number, number];

/** With corners that are round where the browser can do that: not every one that has Wasm SIMD does. */
function addBox(context: CanvasRenderingContext2D, place: Pair, size: Pair, radius: number): void {
  if (typeof context.roundRect === "function") context.roundRect(...place, ...size, radius);
  else context.rect(...place, ...size);
}
