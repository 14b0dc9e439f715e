/** As wrong_calls.ts, of what apps call in `divisi/readers`; the readers of bytes beneath it are for readers. */

import type * as Readers from "divisi/readers";
import type { WrongCalls } from "./wrong_calls.js";

// biome-ignore lint/suspicious/noExplicitAny: what these calls are given is wrong on purpose.
type Any = any;

const nothing: readonly Any[] = [undefined, null, 42, "text", {}];

export function wrongReaders(readers: typeof Readers): WrongCalls {
  const { blobSource, ByteReader, findStart, openAudio, statedRate } = readers;
  const source = blobSource(new Blob(["RIFF"]));
  const reader = () => new ByteReader("song", source);
  return {
    blobSource: nothing.map((blob) => () => blobSource(blob)),
    "new ByteReader": [
      ...nothing.map((wrong) => () => new ByteReader("song", wrong)),
      ...[undefined, null, 42].map((name: Any) => () => new ByteReader(name, source)),
    ],
    findStart: nothing.map((wrong) => () => findStart(wrong)),
    statedRate: [
      ...nothing.map((wrong) => () => statedRate(wrong, {})),
      ...nothing.slice(0, 4).map((start) => () => statedRate(reader(), start)),
    ],
    openAudio: [
      ...nothing.map((wrong) => () => openAudio(wrong)),
      ...[null, 42, { readers: 42 }, { otherwise: 42 }].map(
        (options: Any) => () => openAudio(reader(), options),
      ),
    ],
  };
}
