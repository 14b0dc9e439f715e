/**
 * The bytes of what apps offer for download, as WAV, FLAC and CSV. They come as a
 * stream, for Blobs in a page as well as for files in Node.
 *
 * ```ts
 * const shape = { sampleRate: 44100, channelCount: 2, bits: 24 } as const;
 * const encoder = new WaveEncoder(shape);
 * const parts = [new Uint8Array()];
 * let frames = 0;
 * for await (const { stems, frameCount } of separator.stream(audio)) {
 *   parts.push(encoder.encode(stems.vocals, 0, frameCount));
 *   frames += frameCount;
 * }
 * parts[0] = waveHeader(shape, frames);
 * const file = new Blob(parts, { type: "audio/wav" });
 * ```
 *
 * @module divisi/files
 */

export { csvRow } from "./csv.js";
export { encodeWave, type WaveOptions } from "./encode_wave.js";
export { type Bytes, FlacEncoder, type FlacEnd, type FlacLibrary, type Patch } from "./flac.js";
export type { AudioShape, SampleBits } from "./types.js";
export { WaveEncoder, waveHeader } from "./wave.js";
