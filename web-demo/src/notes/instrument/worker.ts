/** The Worker that cuts an instrument out of a stem: that takes seconds, which are not the page's. */

import { encodeWave, sampleInstrument, sfzFile } from "divisi";
import type { InstrumentMessage, InstrumentRequest } from "./types.js";

const post = (message: InstrumentMessage) => postMessage(message);

addEventListener("message", async ({ data }: MessageEvent<InstrumentRequest>) => {
  const { name, audio, notes } = data;
  try {
    const instrument = sampleInstrument(audio, notes);
    const { sampleRate, regions } = instrument;
    const { downloadZip } = await import("client-zip");
    const lastModified = new Date();
    const entries = [
      ...regions.map((region) => ({
        name: `${region.name}.wav`,
        input: encodeWave({ sampleRate, channels: region.channels }, { bits: 24 }),
        lastModified,
      })),
      { name: `${name}.sfz`, input: sfzFile(instrument), lastModified },
    ];
    const zip = await downloadZip(entries).blob();
    post({ sounds: regions.length, zip: new Blob([zip], { type: "application/zip" }) });
  } catch (error) {
    const { code = "internal" } = error as { readonly code?: string };
    post({ code });
  }
});
