/** How apps name models, what the catalogue says of one, and what a Worker is asked to load. */

/**
 * A model: a name of the catalogue ("spleeter-2stems"; "spleeter-2stems-int8" is half the
 * download, at almost the same quality), a URL, a File or Blob, or its bytes.
 * A string is a name when the catalogue has it, else a URL.
 */
export type ModelSource = string | URL | Blob | ArrayBuffer | Uint8Array;

/** The stems of the catalogue's separation models, by the models' names. */
export interface ModelStems {
  /** Of Spleeter's 2-stems network. */
  readonly "spleeter-2stems": "vocals" | "accompaniment";
  /** The same. */
  readonly "spleeter-2stems-int8": "vocals" | "accompaniment";
}

/** The names of a model's stems: known of the catalogue's models, any text of others. */
export type StemName<Model> = Model extends keyof ModelStems ? ModelStems[Model] : string;

/** Which model, and where its bytes are to be had. */
export interface ModelOptions<Model extends ModelSource = ModelSource> {
  /** The model. */
  readonly model: Model;
  /**
   * Folder from which catalogue models are fetched (the app's copy of `divisi-models`).
   * Node default: the installed package `divisi-models`. Browsers: no default; nothing is ever
   * fetched from a host that the app did not name.
   */
  readonly modelBase?: string | URL;
  /** Expected SHA-256 (hex) of a model given by URL or bytes. Catalogue models have theirs. */
  readonly sha256?: string;
  /** Keep fetched models in the Cache API (browsers). Default true. */
  readonly cache?: boolean;
}

/** A model of the catalogue. */
export interface ModelInfo {
  /** What `model` options call it. */
  readonly name: string;
  /** What an app shows it as. */
  readonly title: string;
  /** What it does. */
  readonly task: "separation" | "tagging" | "beats" | "chords" | "notes" | "melody" | "drums";
  /** Name of its file in `divisi-models`. */
  readonly file: string;
  /** The file's size in bytes. */
  readonly size: number;
  /** The file's SHA-256, in lower-case hex. */
  readonly sha256: string;
  /** How the file stores its weights; the arithmetic is float32 with all of them. */
  readonly dtype: "f32" | "f16" | "int8";
  /** That it works at, in Hz; any is resampled to it. */
  readonly sampleRate: number;
  /** That it hears at once. */
  readonly channels: number;
  /** Names of a separation model's stems; empty for other tasks. */
  readonly stems: readonly string[];
  /** A tagging model's labels, in its order; empty for other tasks. */
  readonly labels: readonly TagLabel[];
  /** SPDX identifier of the weights' licence. */
  readonly licence: string;
}

/** What a tag is about, so that an app can show each kind apart. */
export type TagKind = "genre" | "instrument" | "mood" | "voice" | "tempo" | "era" | "other";

/** A tag that a model knows. */
export interface TagLabel {
  /** In the model's own words. */
  readonly name: string;
  /** What it is about. */
  readonly kind: TagKind;
}

/** Where the bytes of a model are to be had. */
export type ModelPlace =
  | { readonly kind: "url"; readonly url: string }
  | { readonly kind: "installed"; readonly model: ModelInfo }
  | { readonly kind: "given"; readonly data: Blob | Uint8Array<ArrayBuffer> };

export interface ModelRequest {
  readonly place: ModelPlace;
  /** Lower-case hex. */
  readonly sha256: string | undefined;
  /** In bytes, where it is known beforehand. */
  readonly size: number | undefined;
  /** Whether a fetched file may be kept in the Cache API. */
  readonly cache: boolean;
}
