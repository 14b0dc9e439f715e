// The suite on the package's Node entry point, for each variant that this Node runs.
import { setFlagsFromString } from "node:v8";
import * as divisi from "divisi";
import { describe, test } from "vitest";
import { cases } from "../../suite/cases.js";
import { fixture } from "../../suite/fixtures.js";

// Node 20 has relaxed SIMD behind a flag; newer ones have it anyway and ignore an unknown flag.
setFlagsFromString("--experimental-wasm-relaxed-simd");
const supported = await divisi.supportedVariants();

describe.each(["simd", "relaxed-simd"] as const)("%s in Node", (variant) => {
  describe.skipIf(!supported.includes(variant))("engine", () => {
    const environment = {
      divisi,
      variant,
      models: {},
      fixture: async (name: string) => fixture(name),
    };
    for (const [name, run] of Object.entries(cases)) test(name, () => run(environment));
  });
});
