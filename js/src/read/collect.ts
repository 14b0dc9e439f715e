/** Gathers a stream of blocks into a whole song, without holding the page up. */

import type { AudioFile } from "./audio_file.js";

/**
 * Room that is taken on a file's word, in frames of a channel: no more than FLAC packs into so many
 * bytes of music, a bit a frame, or 23 s at 44.1 kHz. Beyond it only as much again as there is already:
 * damaged headers may say anything.
 */
const framesPerByte = 8;
const smallFrames = 2 ** 20;
/** A page draws 60 times a second. */
const turnMilliseconds = 8;

/**
 * @param size of the file, in bytes
 * @throws RangeError where memory is lacking
 */
export async function collect(
  { channelCount, frameCount, blocks }: AudioFile,
  size: number,
  signal: AbortSignal | undefined,
): Promise<Float32Array<ArrayBuffer>[]> {
  const most = frameCount ?? Number.POSITIVE_INFINITY;
  let room = Math.min(most, Math.max(smallFrames, framesPerByte * size));
  let channels = Array.from({ length: channelCount }, () => new Float32Array(room));
  let frames = 0;
  let turn = performance.now();
  for await (const block of blocks) {
    const end = frames + (block[0]?.length ?? 0);
    if (end > room) {
      // The last time exactly, where the file tells the truth.
      room = end > most ? 2 * end : Math.min(most, 2 * end);
      channels = channels.map((channel) => resized(channel, frames, room));
    }
    channels.forEach((channel, c) => {
      channel.set(block[c] ?? [], frames);
    });
    frames = end;
    if (performance.now() - turn < turnMilliseconds) continue;
    await nextTask();
    signal?.throwIfAborted();
    turn = performance.now();
  }
  return frames === room ? channels : channels.map((channel) => channel.slice(0, frames));
}

function resized(samples: Float32Array, frames: number, room: number): Float32Array<ArrayBuffer> {
  const larger = new Float32Array(room);
  larger.set(samples.subarray(0, frames));
  return larger;
}

/** Lets the page have its turn. (Timers would wait 4 ms each time.) */
function nextTask(): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}
