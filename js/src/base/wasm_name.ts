import type { EngineSize, Variant } from "./types.js";

/** The file of an engine, in the package and in an app's own folder. */
export function wasmName(variant: Variant, size: EngineSize): string {
  return `divisi-${variant}${size === "whole" ? "-whole" : ""}.wasm`;
}
