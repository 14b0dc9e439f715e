/** divisi: splits songs into stems, tags music and finds it, in the browser and in Node. */

export { models } from "./catalogue.js";
export { Collection } from "./collection/collection.js";
export type * from "./collection/types.js";
export { DivisiError, type DivisiErrorCode } from "./errors.js";
export { LiveSeparator } from "./live/live_separator.js";
export { LiveTagger } from "./live/live_tagger.js";
export { StemPlayer } from "./live/stem_player.js";
export type * from "./live/types.js";
export { loadModel } from "./models.js";
export { PersonalTags } from "./personal_tags/personal_tags.js";
export type * from "./personal_tags/types.js";
export { Separator } from "./separator.js";
export { Tagger } from "./tagger.js";
export type * from "./types.js";
export { supportedVariants } from "./variants.js";
