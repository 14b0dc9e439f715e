/** The public types of LiveSeparator. */

import type { DivisiError } from "../base/errors.js";
import type { LiveLatency, LiveOptions } from "../live/types.js";
import type { ModelSource } from "../models/types.js";
import type { SeparatorOptions } from "./types.js";

/** How a LiveSeparator is made. */
export interface LiveSeparatorOptions<Model extends ModelSource = ModelSource>
  extends Omit<SeparatorOptions<Model>, "workers">,
    LiveOptions {
  /**
   * The nominal delay: less costs more computing and some quality. Default 2. What it comes to is
   * `LiveSeparator.latency`.
   */
  readonly latency?: LiveLatency;
  /**
   * Seconds that are added to the delay so that the device has time to compute: what a run of the
   * networks takes, and what it may be kept waiting. From 0.05 to 2. Default: half of what lies
   * between two runs, so that a device copes whose `load` is below a half.
   */
  readonly headroomSeconds?: number;
}

/** The events of a LiveSeparator. */
export interface LiveSeparatorEvents {
  /** Stems did not come in time: the mix is heard, as late as stems would be. */
  overload: Event;
  /** Stems are heard again. */
  recovery: Event;
  /** Separation has ended: the mix is heard from now on. */
  error: CustomEvent<DivisiError>;
}
