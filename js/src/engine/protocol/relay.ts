/** What a Worker tells the page of itself while it relays live audio. */

import type { Failure } from "./failure.js";
import type { Row } from "./items.js";

/** Relay of a tagger to the page. */
export type TaggerRelayMessage =
  | {
      readonly type: "row";
      readonly row: Row & { readonly startSeconds: number };
      readonly endSeconds: number;
    }
  | { readonly type: "failure"; readonly failure: Failure };

/** Relay of a separator to the page. */
export type SeparatorRelayMessage =
  | { readonly type: "failure"; readonly failure: Failure }
  /** Seconds of computing for a second of sound. */
  | { readonly type: "load"; readonly load: number };
