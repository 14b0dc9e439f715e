/** What a Worker tells the page of itself while it relays live audio. */

import type { Failure } from "./failure.js";
import type { Items } from "./items.js";

export type RelayMessage =
  /** Of all outputs but those of audio, in their order. */
  | {
      readonly type: "items";
      readonly items: readonly Items[];
      /** Seconds of the input that were lost, so far, and that no item counts. */
      readonly lostSeconds: number;
    }
  /** The engine could not keep up and leaves sound out from here on; or it is in time again. */
  | {
      readonly type: "overload";
      readonly overloaded: boolean;
      /** Seconds of the input that were left out, so far. */
      readonly skippedSeconds: number;
    }
  /** Seconds of computing for a second of sound. */
  | { readonly type: "load"; readonly load: number }
  /** It has ended. */
  | { readonly type: "failure"; readonly failure: Failure };
