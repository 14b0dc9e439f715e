/** Hits as the events of a MIDI track, on the channel that General MIDI keeps for drums. */

import type { MidiEvent } from "midi-file";
import type { DrumHit } from "./types.js";

/** Counted from 0: musicians call it 10. */
const drumChannel = 9;

/** Where in a track a hit is. */
export interface PlacedHit {
  readonly hit: DrumHit;
  readonly tick: number;
}

/** Whether a value has what a hit has to have. */
export function isHit(value: unknown): value is DrumHit {
  const { seconds, note, velocity } = (value ?? {}) as Partial<DrumHit>;
  return Number.isFinite(seconds) && isMidi(note, 0) && isMidi(velocity, 1);
}

function isMidi(value: unknown, lowest: number): boolean {
  return Number.isInteger(value) && Number(value) >= lowest && Number(value) <= 127;
}

/**
 * The notes of hits, in the order of time: each as long as said, but not beyond the next one of its kind.
 * Of two at one tick the harder one stays.
 *
 * @param length of a note, in ticks
 */
export function drumTrack(placed: readonly PlacedHit[], length: number): MidiEvent[] {
  const drums = new Map<number, Map<number, DrumHit>>();
  for (const { hit, tick } of placed) {
    const hits = drums.get(hit.note) ?? new Map<number, DrumHit>();
    drums.set(hit.note, hits);
    if ((hits.get(tick)?.velocity ?? 0) < hit.velocity) hits.set(tick, hit);
  }
  const timed = [...drums.values()].flatMap((hits) => noteEvents(hits, length));
  // At one tick, notes end before others begin.
  timed.sort((a, b) => a.tick - b.tick || a.order - b.order);
  let last = 0;
  return timed.map(({ tick, event }) => {
    const deltaTime = tick - last;
    last = tick;
    return { ...event, deltaTime };
  });
}

interface Timed {
  readonly tick: number;
  readonly order: 0 | 1;
  readonly event: Extract<MidiEvent, { type: "noteOn" | "noteOff" }>;
}

/** @param hits of one drum, by their ticks */
function noteEvents(hits: ReadonlyMap<number, DrumHit>, length: number): Timed[] {
  const inOrder = [...hits].sort(([a], [b]) => a - b);
  return inOrder.flatMap(([tick, { note, velocity }], index) => {
    const next = inOrder[index + 1]?.[0] ?? Number.POSITIVE_INFINITY;
    const event = { deltaTime: 0, channel: drumChannel, noteNumber: note };
    return [
      { tick, order: 1, event: { ...event, type: "noteOn", velocity } },
      {
        tick: Math.min(tick + length, next),
        order: 0,
        event: { ...event, type: "noteOff", velocity: 64 },
      },
    ] satisfies Timed[];
  });
}
