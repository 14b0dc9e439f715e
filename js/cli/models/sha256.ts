/** What files are told apart by, in the command line's answers and checks. */

import { createHash } from "node:crypto";

/** @return in hex */
export function sha256Of(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
