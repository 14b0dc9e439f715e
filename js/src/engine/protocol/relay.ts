/** What a Worker tells the page of itself while it relays live audio. */

import type { Failure } from "./failure.js";
import type { Row } from "./items.js";

/** Tagger's loop to page. */
export type TaggerNews =
  | {
      readonly type: "row";
      readonly row: Row & { readonly startSeconds: number };
      readonly endSeconds: number;
    }
  | { readonly type: "failure"; readonly failure: Failure };

/** Separator's loop to page. */
export type SeparatorNews =
  | { readonly type: "failure"; readonly failure: Failure }
  /** Seconds of computing for a second of sound. */
  | { readonly type: "load"; readonly load: number };
