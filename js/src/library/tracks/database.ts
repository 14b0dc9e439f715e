/** What a collection has kept, and the changes to it. */

import type { Example, Track } from "./types.js";

/** Everything that a collection remembers. */
export interface Contents {
  readonly tracks: readonly Track[];
  readonly examples: readonly Example[];
}

/** Applied in this order, wholly or not at all. */
export interface Change {
  readonly clear?: boolean;
  readonly putTracks?: readonly Track[];
  readonly removeTracks?: readonly string[];
  readonly putExamples?: readonly Example[];
  /** Keys: tag and track id. */
  readonly removeExamples?: readonly (readonly [string, string])[];
}

export interface Database {
  load(): Promise<Contents>;
  /** Rejects, with nothing changed, when the browser cannot keep it. */
  apply(change: Change): Promise<void>;
  close(): void;
}
