/** What streams give, as it crosses from the Worker to the page. */

/** What one output of a stream gives (core/include/divisi/stream.h). */
export interface Output {
  readonly name: string;
  readonly kind: "audio" | "rows" | "events";
  /** Channels of audio, or numbers of a row. */
  readonly width: number;
  /** Items a second; 0 where they come at no constant rate. */
  readonly rate: number;
  /** Seconds of audio that an item covers from its beginning. */
  readonly itemSeconds: number;
  /** Names of a row's numbers, or of what events are. */
  readonly labels: readonly string[];
}

/** Something that was found in the audio; times in seconds. */
export interface TaskEvent {
  readonly start: number;
  readonly end: number;
  /** Index into `Output.labels`. */
  readonly label: number;
  readonly value: number;
  readonly confidence: number;
}

/** Items of one output that follow one another, `count` of them. */
export type Items =
  | {
      readonly kind: "audio";
      readonly count: number;
      /** [channel][frame] */
      readonly channels: readonly Float32Array<ArrayBuffer>[];
    }
  | {
      readonly kind: "rows";
      readonly count: number;
      /** Rows one after the other. */
      readonly values: Float32Array<ArrayBuffer>;
    }
  | { readonly kind: "events"; readonly count: number; readonly events: readonly TaskEvent[] };

/** The channels of an output that gives audio. */
export function channelsOf(items: Items | undefined): readonly Float32Array<ArrayBuffer>[] {
  return items?.kind === "audio" ? items.channels : [];
}

/** The rows of an output that gives rows, each an array of its own. */
export function rowsOf(items: Items | undefined): Float32Array<ArrayBuffer>[] {
  if (items?.kind !== "rows") return [];
  const { count, values } = items;
  const width = values.length / count;
  return Array.from({ length: count }, (_, i) => values.slice(i * width, (i + 1) * width));
}

/** What can be handed over instead of copied. */
export function buffersOf(items: Items): ArrayBuffer[] {
  if (items.kind === "audio") return items.channels.map(({ buffer }) => buffer);
  return items.kind === "rows" ? [items.values.buffer] : [];
}
