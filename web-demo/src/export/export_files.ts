/** The page's side of an export. */

import type { ExportMessage, ExportRequest, ExportResult } from "./types.js";

export interface ExportOptions {
  readonly signal: AbortSignal;
  /** @param share 0 to 1 */
  readonly onProgress: (share: number) => void;
}

/** Rejects with what went wrong, or with the signal's reason as soon as it is aborted. */
export function exportFiles(
  request: ExportRequest,
  { signal, onProgress }: ExportOptions,
): Promise<ExportResult> {
  signal.throwIfAborted();
  const worker = new Worker(new URL("./worker.ts", import.meta.url), {
    type: "module",
    name: "export",
  });
  return new Promise<ExportResult>((resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    worker.onerror = (event) => {
      event.preventDefault();
      reject(new Error(event.message || "the export's script could not be loaded"));
    };
    worker.onmessage = ({ data }: MessageEvent<ExportMessage>) => {
      if (data.type === "progress") onProgress(data.share);
      else if (data.type === "done") resolve(data.result);
      else reject(data.error);
    };
    worker.postMessage(request);
  }).finally(() => worker.terminate());
}
