/** divisi: splits songs into stems and tags music, in the browser and in Node. */

export { models } from "./catalogue.js";
export { DivisiError, type DivisiErrorCode } from "./errors.js";
export { loadModel } from "./models.js";
export { Separator } from "./separator.js";
export { Tagger } from "./tagger.js";
export type * from "./types.js";
export { supportedVariants } from "./variants.js";
