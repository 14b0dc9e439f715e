/** Which of the Wasm builds this machine runs. */

import { relaxedSimd, simd } from "wasm-feature-detect";
import { DivisiError } from "../../base/errors.js";
import { badOption } from "../../base/options.js";
import type { Variant } from "../../base/types.js";

/** Best first. */
const tests: readonly (readonly [Variant, () => Promise<boolean>])[] = [
  ["relaxed-simd", relaxedSimd],
  ["simd", simd],
];

/** The variants that this browser or Node runs, best first. Empty where Wasm has no SIMD. */
export async function supportedVariants(): Promise<Variant[]> {
  const supported = await Promise.all(tests.map(([, test]) => test()));
  return tests.flatMap(([variant], i) => (supported[i] ? [variant] : []));
}

/** The wanted variant if it runs here, else a DivisiError; without a wish the best that runs. */
export async function chooseVariant(wanted: Variant | undefined): Promise<Variant> {
  checkVariant(wanted);
  const supported = await supportedVariants();
  const chosen = wanted ?? supported[0];
  if (chosen === undefined || !supported.includes(chosen)) {
    throw new DivisiError(
      "unsupported",
      chosen === undefined
        ? "WebAssembly SIMD is missing here; divisi needs a browser of 2023 or later"
        : `the variant ${chosen} does not run here; what runs: ${supported.join(", ") || "none"}`,
    );
  }
  return chosen;
}

/** @param wanted may be missing */
export function checkVariant(wanted: unknown): void {
  const known = tests.map(([variant]) => variant);
  if (wanted === undefined || known.some((variant) => variant === wanted)) return;
  throw badOption("variant", `one of ${known.join(", ")}`, wanted);
}
