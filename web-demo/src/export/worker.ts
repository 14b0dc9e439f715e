/** The Worker of one export: encoding a song takes seconds, which are not the page's. */

import { loadFlacLibrary } from "./flac_library.js";
import { makeFiles } from "./make_files.js";
import type { ExportMessage, ExportRequest } from "./types.js";

const post = (message: ExportMessage) => postMessage(message);

addEventListener("message", async ({ data }: MessageEvent<ExportRequest>) => {
  try {
    const result = await makeFiles(data, {
      loadFlacLibrary,
      onProgress: (share) => post({ type: "progress", share }),
    });
    post({ type: "done", result });
  } catch (error) {
    post({ type: "failed", error });
  }
});
