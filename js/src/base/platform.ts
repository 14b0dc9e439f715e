/** The side of `Platform` that this build is for: the one place where "#platform" is imported. */

import { platform as built } from "#platform";
import type { Platform } from "./platform_types.js";

export const platform: Platform = built;
