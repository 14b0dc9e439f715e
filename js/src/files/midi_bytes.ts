/** The bytes of a standard MIDI file, by the library midi-file. */

import { type MidiEvent, type MidiHeader, writeMidi } from "midi-file";

/** The library's time grows with the square of what it writes at once, and a set may last for hours. */
const blockEvents = 128;

/** Bytes of the file's header, of the head of a track, and of the track's length at its end. */
const [headerBytes, headBytes, lengthBytes] = [14, 8, 4];

/**
 * A file of one track has format 0, others format 1.
 *
 * @param tracks events with their time since the one before, the last of which ends the track
 */
export function midiBytes(
  tracks: readonly (readonly MidiEvent[])[],
  ticksPerBeat: number,
): Uint8Array<ArrayBuffer> {
  const header = { format: tracks.length === 1 ? 0 : 1, numTracks: tracks.length, ticksPerBeat };
  const empty = writeMidi({ header: header as MidiHeader, tracks: tracks.map(() => []) });
  const head = Uint8Array.from(empty).subarray(0, headerBytes);
  return joined([head, ...tracks.map(trackBytes)]);
}

function trackBytes(events: readonly MidiEvent[]): Uint8Array {
  const parts: Uint8Array[] = [write([])];
  for (let start = 0; start < events.length; start += blockEvents) {
    parts.push(write(events.slice(start, start + blockEvents)).subarray(headBytes));
  }
  const track = joined(parts);
  const length = new DataView(track.buffer, headBytes - lengthBytes);
  length.setUint32(0, track.length - headBytes);
  return track;
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** A track's head and its events. */
function write(events: MidiEvent[]): Uint8Array {
  const header = { format: 0, numTracks: 1 } as const;
  // Without running status, which would reach from block to block.
  const file = writeMidi({ header, tracks: [events] }, { running: false });
  return Uint8Array.from(file).subarray(headerBytes);
}
