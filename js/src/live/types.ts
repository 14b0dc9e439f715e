/** The public types of the live classes. */

/**
 * How samples travel between Worker and AudioWorklet: "shared" memory (needs a cross-origin isolated
 * page) or "messages". "auto" (default) takes shared memory where the page has it.
 */
export type LiveTransport = "auto" | "shared" | "messages";

/** What all live classes take beside the model. */
export interface LiveOptions {
  /** Where the AudioWorklet's script lies, when the app serves it from elsewhere. */
  readonly workletUrl?: string | URL;
  /** Default "auto". */
  readonly transport?: LiveTransport;
  /** Channels of the node, 1 to 8; what comes in is up- or down-mixed to them. Default 2. */
  readonly channelCount?: number;
}

/** Seconds of delay that a live separation may take: see the table in docs/live.md. */
export type LiveLatency = 2 | 1.5 | 1 | 0.7 | 0.5;
