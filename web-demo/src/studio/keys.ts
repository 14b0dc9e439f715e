/** The keys of the page. Letters and arrows work wherever no text is typed and no slider is held. */

import { useEffect } from "preact/hooks";
import { countInOn, metronomeOn } from "../metronome/metronome.js";
import { duration, loop, seek, setLoop, setStem, settingOf, togglePlay } from "../player/player.js";
import { playhead } from "../player/playhead.js";
import { openDialog } from "../session/opened_dialog.js";
import { snapped, toggleLoop } from "../timeline/snap.js";
import { middle, reveal, showAll, spectrogramShown, zoomBy } from "../timeline/view.js";

function jump(seconds: number): void {
  seek(seconds);
  reveal(playhead.value);
}

const onBeat = () => snapped(playhead.value, { shiftKey: false, altKey: false });

/** By `KeyboardEvent.key`; with Shift, "Shift+" before it where the key itself stays the same. */
const actions: Readonly<Record<string, () => void>> = {
  " ": togglePlay,
  k: togglePlay,
  ArrowLeft: () => jump(playhead.value - 5),
  ArrowRight: () => jump(playhead.value + 5),
  "Shift+ArrowLeft": () => jump(playhead.value - 1),
  "Shift+ArrowRight": () => jump(playhead.value + 1),
  Home: () => jump(loop.value?.start ?? 0),
  End: () => jump(duration.value),
  l: toggleLoop,
  "[": () => setLoop({ start: onBeat(), end: loop.value?.end ?? duration.value }),
  "]": () => setLoop({ start: loop.value?.start ?? 0, end: onBeat() }),
  m: () => {
    metronomeOn.value = !metronomeOn.value;
  },
  c: () => {
    countInOn.value = !countInOn.value;
  },
  "+": () => zoomBy(2, middle()),
  "=": () => zoomBy(2, middle()),
  "-": () => zoomBy(0.5, middle()),
  "0": showAll,
  g: () => {
    spectrogramShown.value = !spectrogramShown.value;
  },
  "?": () => openDialog("keys"),
};

/** @param stems solo by 1, 2, …; muted by the same with Shift */
export function useKeys(stems: readonly string[]): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTaken(event)) return;
      const number = /^Digit([1-9])$/.exec(event.code)?.[1];
      const stem = number === undefined ? undefined : stems[Number(number) - 1];
      const action = stem === undefined ? actionOf(event) : () => toggleStem(stem, event.shiftKey);
      if (!action) return;
      event.preventDefault();
      action();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [stems]);
}

function actionOf({ key, shiftKey }: KeyboardEvent): (() => void) | undefined {
  return (
    (shiftKey && actions[`Shift+${key}`]) || actions[key.length === 1 ? key.toLowerCase() : key]
  );
}

function toggleStem(stem: string, mute: boolean): void {
  const { muted, solo } = settingOf(stem);
  setStem(stem, mute ? { muted: !muted } : { solo: !solo });
}

/** Whether what has the focus has a use of its own for the key. */
function isTaken({ target, key }: KeyboardEvent): boolean {
  if (!(target instanceof Element) || target.closest("dialog")) return true;
  // Sliders have arrows of their own, but nothing for the space bar and letters.
  if (target.closest("input[type=range]")) return /^(Arrow|Home|End|Page)/.test(key);
  if (target.closest("input, select, textarea, [contenteditable]")) return true;
  return key === " " && target.closest("button, a, summary, [role=button]") !== null;
}
