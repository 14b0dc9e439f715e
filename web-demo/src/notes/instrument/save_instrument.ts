/** A stem's sounds as an instrument to take away: WAV files and an SFZ file, in an archive. */

import type { Note, PlanarAudio } from "divisi";
import { noteStrings } from "../../shared/note_strings.js";
import { fileName, saveBlob } from "../../shared/save_blob.js";
import type { InstrumentMessage, InstrumentRequest } from "./types.js";

export interface InstrumentSource {
  /** The song's name, and the stem's. */
  readonly song: string;
  readonly title: string;
  readonly notes: readonly Note[];
  /** The whole stem. */
  readonly read: () => Promise<PlanarAudio>;
}

/** Resolves with what there is to say of it. */
export async function saveInstrument(source: InstrumentSource): Promise<string> {
  const { song, title, notes, read } = source;
  const text = noteStrings.instrument;
  try {
    const name = fileName(`${song} (${title})`);
    const message = await cut({ name, audio: await read(), notes });
    if (!("zip" in message)) return message.code === "bad-audio" ? text.none : text.failed;
    saveBlob(`${fileName(`${song} (${text.part(title)})`)}.zip`, message.zip);
    return text.saved(message.sounds);
  } catch {
    return text.failed;
  }
}

function cut(request: InstrumentRequest): Promise<InstrumentMessage> {
  const worker = new Worker(new URL("./worker.ts", import.meta.url), {
    type: "module",
    name: "instrument",
  });
  return new Promise<InstrumentMessage>((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<InstrumentMessage>) => resolve(data);
    worker.onerror = () => reject(new Error("the Worker of instruments failed"));
    worker.postMessage(request);
  }).finally(() => worker.terminate());
}
