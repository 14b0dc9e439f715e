/** An app's AudioContext: checked, given the worklet, and asked for nodes. */

import { abortable } from "../base/abort.js";
import { DivisiError } from "../base/errors.js";
import { badOption } from "../base/options.js";
import { platform } from "../base/platform.js";
import { urlOf } from "../base/urls.js";

/** Loads the worklet's script into the context, once for all nodes. */
export async function loadWorklet(
  context: BaseAudioContext,
  workletUrl: string | URL | undefined,
  signal: AbortSignal | undefined,
): Promise<void> {
  checkContext(context);
  const url =
    workletUrl === undefined ? platform.workletUrl() : urlOf(workletUrl, "workletUrl").href;
  try {
    // A module that the context has loaded already is not run again.
    await abortable(context.audioWorklet.addModule(url), signal);
  } catch (cause) {
    if (signal?.aborted) throw signal.reason;
    const message = `divisi's worklet script ${url} could not be loaded: ${(cause as Error).message}`;
    throw new DivisiError("network", message, { cause });
  }
}

function checkContext(context: BaseAudioContext): void {
  if (typeof BaseAudioContext === "undefined") {
    throw new DivisiError("unsupported", "there is no Web Audio here: live classes need a browser");
  }
  if (!(context instanceof BaseAudioContext)) {
    throw badOption("context", "an AudioContext", context);
  }
  if (context.state === "closed") {
    throw new DivisiError("closed", "context: the AudioContext was closed");
  }
  if (!context.audioWorklet) {
    throw new DivisiError("unsupported", "AudioWorklet is missing: it needs a secure page (https)");
  }
}

/** @returns a processor's node, whose channels are up- and down-mixed as Web Audio does. */
export function makeNode(
  context: BaseAudioContext,
  name: string,
  options: { inputs: number; outputs: number; channelCount: number },
): AudioWorkletNode {
  const { inputs, outputs, channelCount } = options;
  return new AudioWorkletNode(context, name, {
    numberOfInputs: inputs,
    numberOfOutputs: outputs,
    outputChannelCount: Array.from({ length: outputs }, () => channelCount),
    channelCount,
    channelCountMode: "explicit",
    channelInterpretation: "speakers",
  });
}

/** Whether memory can be shared with Workers and worklets on this page. */
export function canShare(): boolean {
  return globalThis.crossOriginIsolated === true && typeof SharedArrayBuffer === "function";
}

/** @param transport what the app asks for; "auto" is shared memory where the page allows it */
export function checkTransport(transport: unknown = "auto"): boolean {
  if (transport === "auto") return canShare();
  if (transport === "messages") return false;
  if (transport !== "shared") {
    throw badOption("transport", "auto, shared or messages", transport);
  }
  if (canShare()) return true;
  throw new DivisiError(
    "unsupported",
    "transport: shared memory needs a cross-origin isolated page",
  );
}

export function checkChannelCount(channelCount: unknown = 2): number {
  if (Number.isInteger(channelCount) && Number(channelCount) >= 1 && Number(channelCount) <= 8) {
    return Number(channelCount);
  }
  throw badOption("channelCount", "1 to 8", channelCount);
}
