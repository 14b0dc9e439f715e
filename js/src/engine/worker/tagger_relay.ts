/** The Worker's side of LiveTagger: what the tap heard goes into a tagger, rows go to the page. */

import { closeEnd, openReader } from "../../live/ring/ring.js";
import { RingPoller } from "../../live/ring/ring_poller.js";
import type { RingEnd } from "../../live/ring/types.js";
import { toFailure } from "../protocol/failure.js";
import type { TaggerRelayMessage } from "../protocol/relay.js";
import type { TaggingStream } from "./engine_stream.js";

export interface TaggerRelayOptions {
  readonly input: RingEnd;
  /** The page hears `TaggerRelayMessage` here. */
  readonly port: MessagePort;
  readonly sampleRate: number;
}

/** A look never takes the tagger more than this much audio further. */
const sliceSeconds = 0.5;
/** Frames that were lost are heard as silence, up to so many seconds; the rest is left out. */
const mostSilence = 3;

/** @param run runs what may throw, and forgets an engine that broke */
export function startTaggerRelay(
  { input, port, sampleRate }: TaggerRelayOptions,
  stream: TaggingStream,
  run: <T>(work: () => T) => T,
): void {
  const { channelCount } = input;
  const { hopSeconds, patchSeconds } = stream.times;
  const sliceFrames = Math.ceil(sliceSeconds * sampleRate);
  const silence = Array.from({ length: channelCount }, () => new Float32Array(sliceFrames));
  let expected = 0;
  let rows = 0;
  /** Seconds that were left out. */
  let leftOut = 0;

  const post = (message: TaggerRelayMessage) => port.postMessage(message);
  const push = (channels: readonly Float32Array[], count: number) => {
    stream.push(channels.map((samples) => samples.subarray(0, count)));
    for (const row of stream.pull(Number.MAX_SAFE_INTEGER).rows) {
      const startSeconds = rows++ * hopSeconds + leftOut;
      post({ type: "row", row: { startSeconds, ...row }, endSeconds: startSeconds + patchSeconds });
    }
  };
  const fill = (lost: number) => {
    let rest = Math.min(lost, mostSilence * sampleRate);
    leftOut += (lost - rest) / sampleRate;
    for (; rest > 0; rest -= sliceFrames) push(silence, Math.min(rest, sliceFrames));
  };
  new RingPoller(openReader(input), channelCount, sliceFrames, (channels, count, stamp) => {
    try {
      run(() => {
        fill((stamp - expected) | 0);
        push(channels, count);
      });
      expected = (stamp + count) | 0;
      return true;
    } catch (error) {
      post({ type: "failure", failure: toFailure(error) });
      closeEnd(input);
      return false;
    }
  });
}
