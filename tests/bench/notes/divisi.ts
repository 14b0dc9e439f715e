/** divisi as an app has it: audio in, notes out. */

import { Transcriber } from "divisi";
import type { LoadTranscriber } from "./transcriber.js";

export const load: LoadTranscriber = async (model, mode) => {
  const transcriber = await Transcriber.create({ model, variant: "relaxed-simd" });
  return {
    async transcribe({ sampleRate, samples }) {
      const { notes } = await transcriber.transcribe({ sampleRate, channels: [samples] }, { mode });
      return notes.length;
    },
    memory: async () => (await transcriber.inspect()).wasmMemoryBytes,
  };
};
