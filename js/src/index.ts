/**
 * Splits songs into stems, tags music and finds it, hears beats, writes down notes, measures loudness, makes instruments of recordings, in the browser and in Node.
 *
 * @module divisi
 */

export { Analyser } from "./analysis/analyser.js";
export { analysisFiles } from "./analysis/formats/analysis_files.js";
export { sectionText } from "./analysis/formats/labels.js";
export type * from "./analysis/formats/types.js";
export { LiveAnalyser } from "./analysis/live/live_analyser.js";
export type * from "./analysis/live/live_types.js";
export type * from "./analysis/types.js";
export { toAudioBuffer } from "./audio/audio_buffer.js";
export type * from "./audio/types.js";
export { DivisiError, type DivisiErrorCode } from "./base/errors.js";
export type * from "./base/types.js";
export { drumFile } from "./drums/drum_file.js";
export { DrumTranscriber } from "./drums/drum_transcriber.js";
export type * from "./drums/types.js";
export { loadModel } from "./engine/pool/load_model.js";
export type * from "./engine/pool/types.js";
export { supportedVariants } from "./engine/pool/variants.js";
export { encodeWave, type WaveOptions } from "./files/encode_wave.js";
export type { SampleBits } from "./files/types.js";
export { Collection } from "./library/collection/collection.js";
export type * from "./library/collection/types.js";
export { PersonalTags } from "./library/personal_tags/personal_tags.js";
export type * from "./library/personal_tags/types.js";
export type * from "./library/tracks/types.js";
export type * from "./live/types.js";
export { Meter } from "./loudness/meter.js";
export type * from "./loudness/types.js";
export { models } from "./models/catalogue.js";
export type {
  ModelInfo,
  ModelOptions,
  ModelSource,
  ModelStems,
  StemName,
  TagKind,
  TagLabel,
} from "./models/types.js";
export { LiveTranscriber } from "./notes/live/live_transcriber.js";
export type * from "./notes/live/live_types.js";
export { noteFile } from "./notes/note_file.js";
export { Transcriber } from "./notes/transcriber.js";
export type * from "./notes/types.js";
export { StemPlayer } from "./player/stem_player.js";
export type * from "./player/types.js";
export { decode } from "./read/decode.js";
export type * from "./read/types.js";
export { sampleDrumKit } from "./sampler/sample_drum_kit.js";
export { sampleInstrument } from "./sampler/sample_instrument.js";
export { sfzFile } from "./sampler/sfz_file.js";
export type * from "./sampler/types.js";
export { leadSheet } from "./score/lead_sheet/lead_sheet.js";
export { oneVoice } from "./score/one_voice.js";
export { scoreFile } from "./score/score_file.js";
export type * from "./score/types.js";
export { LiveSeparator } from "./separation/live_separator.js";
export type * from "./separation/live_types.js";
export { Separator } from "./separation/separator.js";
export type * from "./separation/types.js";
export { LiveTagger } from "./tagging/live_tagger.js";
export type * from "./tagging/live_types.js";
export { Tagger } from "./tagging/tagger.js";
export type * from "./tagging/types.js";
