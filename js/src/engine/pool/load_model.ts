/** Loading of a model's bytes, without an engine to run it. */

import { abortable } from "../../base/abort.js";
import { checkOptions } from "../../base/options.js";
import { modelRequest } from "../../models/model_request.js";
import type { LoadOptions } from "./types.js";
import { WorkerClient } from "./worker_client.js";

/**
 * The bytes of a model, checked: to have it in the cache before it is needed, or to read what its
 * file says. `Separator.create` does this by itself.
 */
export async function loadModel(options: LoadOptions): Promise<Uint8Array<ArrayBuffer>> {
  checkOptions(options);
  const { signal, onProgress } = options;
  signal?.throwIfAborted();
  const request = modelRequest(options);
  const client = new WorkerClient(options);
  try {
    const { bytes } = await abortable(client.call("fetch", request, { onProgress }), signal);
    return bytes;
  } finally {
    client.close();
  }
}
