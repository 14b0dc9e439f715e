/** The bytes of a standard MIDI file of one track, by the library midi-file. */

import { type MidiEvent, writeMidi } from "midi-file";

/** The library's time grows with the square of what it writes at once, and a set may last for hours. */
const blockEvents = 128;

/** Bytes of a file without events: the header's chunk, and the head of the track's. */
const [headerBytes, lengthBytes] = [22, 4];

/** @param events with their time since the one before, the last of which ends the track. */
export function midiBytes(
  events: readonly MidiEvent[],
  ticksPerBeat: number,
): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = [write([], ticksPerBeat)];
  for (let start = 0; start < events.length; start += blockEvents) {
    const block = events.slice(start, start + blockEvents);
    parts.push(write(block, ticksPerBeat).subarray(headerBytes));
  }
  const file = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    file.set(part, at);
    at += part.length;
  }
  const length = new DataView(file.buffer, headerBytes - lengthBytes);
  length.setUint32(0, file.length - headerBytes);
  return file;
}

function write(events: MidiEvent[], ticksPerBeat: number): Uint8Array {
  const header = { format: 0, numTracks: 1, ticksPerBeat } as const;
  // Without running status, which would reach from block to block.
  return Uint8Array.from(writeMidi({ header, tracks: [events] }, { running: false }));
}
