/** divisi: splits songs into stems, tags music and finds it, in the browser and in Node. */

export { DivisiError, type DivisiErrorCode } from "./base/errors.js";
export { supportedVariants } from "./engine/pool/variants.js";
export { Collection } from "./library/collection/collection.js";
export { PersonalTags } from "./library/personal_tags/personal_tags.js";
export type * from "./library/personal_tags/types.js";
export type * from "./library/tracks/types.js";
export type * from "./live/types.js";
export { models } from "./models/catalogue.js";
export { loadModel } from "./models/model_request.js";
export { StemPlayer } from "./player/stem_player.js";
export { LiveSeparator } from "./separation/live_separator.js";
export { Separator } from "./separation/separator.js";
export { LiveTagger } from "./tagging/live_tagger.js";
export { Tagger } from "./tagging/tagger.js";
export type * from "./types.js";
