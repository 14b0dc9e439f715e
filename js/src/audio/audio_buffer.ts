/** From divisi's audio to Web Audio's. */

import { DivisiError } from "../base/errors.js";
import { openAudio } from "./audio_source.js";
import type { PlanarAudio } from "./types.js";

/**
 * Audio as an AudioBuffer, for whatever Web Audio plays or renders: a decoded song, or a stem. In pages
 * only.
 *
 * ```ts
 * const { sampleRate, stems } = await separator.separate(file);
 * const buffer = toAudioBuffer({ sampleRate, channels: stems.vocals ?? [] });
 * const source = new AudioBufferSourceNode(context, { buffer });
 * ```
 *
 * @throws DivisiError "bad-audio" for what is no audio or has no frames, "unsupported" where there is no
 * Web Audio or it has no such buffer
 */
export function toAudioBuffer(audio: PlanarAudio): AudioBuffer {
  openAudio(audio);
  if (typeof AudioBuffer === "undefined") {
    throw new DivisiError("unsupported", "there is no Web Audio here: toAudioBuffer needs a page");
  }
  const { sampleRate, channels } = audio;
  const length = channels?.[0]?.length ?? 0;
  if (length === 0) {
    throw new DivisiError("bad-audio", "the audio is empty: expected at least 1 frame, got 0");
  }
  try {
    const buffer = new AudioBuffer({ length, sampleRate, numberOfChannels: channels.length });
    channels.forEach((samples, channel) => {
      buffer.getChannelData(channel).set(samples);
    });
    return buffer;
  } catch (cause) {
    const what = `${channels.length} channels of ${length} frames at ${sampleRate} Hz`;
    const message = `an AudioBuffer of ${what} cannot be made: ${(cause as Error).message}`;
    throw new DivisiError("unsupported", message, { cause });
  }
}
