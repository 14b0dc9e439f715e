// The document that a collection is exported as, and what is refused as such.
import { Collection, DivisiError } from "divisi";
import { describe, expect, test } from "vitest";
import { tracks as realTracks } from "../real_music.js";

/** Loosely typed: tests break it. */
// biome-ignore lint/suspicious/noExplicitAny: any field may become anything
type Document = any;

async function filled(): Promise<Collection> {
  const collection = Collection.create();
  await collection.add(realTracks.slice(0, 12));
  await collection.add({
    id: "bare",
    model: "musicnn-mtt",
    tags: {},
    embedding: new Float32Array(200),
  });
  for (let i = 0; i < 8; i++) {
    await collection.personalTags.mark("rainy drive", realTracks[i], i % 2 === 0);
  }
  // Not a track of the collection.
  await collection.personalTags.mark("rainy drive", realTracks[100], true);
  return collection;
}

const floats = (...values: number[]) =>
  Buffer.from(new Uint8Array(Float32Array.from(values).buffer)).toString("base64");

async function importError(text: string | Blob, into: Collection): Promise<DivisiError> {
  try {
    await into.import(text);
  } catch (error) {
    if (error instanceof DivisiError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

describe("export and import", () => {
  test("give the same collection", async () => {
    const collection = await filled();
    const text = collection.export();
    const copy = Collection.create();
    await copy.import(new Blob([text]));
    expect([...copy]).toEqual([...collection]);
    expect(copy.export()).toBe(text);
    expect(copy.personalTags.status("rainy drive")).toEqual(
      collection.personalTags.status("rainy drive"),
    );
    const music = realTracks[200]?.embedding ?? [];
    expect(copy.personalTags.score("rainy drive", music)).toEqual(
      collection.personalTags.score("rainy drive", music),
    );
  });

  test("of an empty collection", async () => {
    const copy = await filled();
    await copy.import(Collection.create().export(), { replace: true });
    expect([copy.size, copy.personalTags.names]).toEqual([0, []]);
  });

  test("adds to what is there, or replaces it", async () => {
    const text = (await filled()).export();
    const other = Collection.create();
    await other.add(realTracks[50] ?? []);
    await other.import(text);
    expect(other.size).toBe(14);
    await other.import(text, { replace: true });
    expect(other.size).toBe(13);
    expect(other.get(realTracks[50]?.id ?? "")).toBeUndefined();
  });

  test("a track takes 1.5 kB at most", async () => {
    const collection = Collection.create();
    await collection.add(realTracks);
    const bytes = new TextEncoder().encode(collection.export()).length;
    expect(bytes / realTracks.length).toBeLessThan(1500);
  });

  test("another model's tracks are refused, unless they replace all there is", async () => {
    const collection = Collection.create();
    await collection.add({ id: "a", model: "other", tags: {}, embedding: [1, 2] });
    const text = (await filled()).export();
    expect((await importError(text, collection)).message).toMatch(/can't be compared/);
    expect([...collection].map(({ id }) => id)).toEqual(["a"]);
    await collection.import(text, { replace: true });
    expect(collection.model).toBe("musicnn-mtt");
  });
});

describe("a bad document", () => {
  const broken: [string, (d: Document) => unknown, RegExp][] = [
    ["no object", () => [], /the document: expected an object/],
    ["null", () => null, /the document: expected an object, got null/],
    ["another format", (d) => ({ ...d, format: "x" }), /^format: .*"x"/],
    ["a later version", (d) => ({ ...d, version: 3 }), /^version: expected 1 or 2.*got 3/],
    ["an unknown field", (d) => ({ ...d, extra: 1 }), /the document has the unknown field "extra"/],
    ["no tracks", (d) => ({ ...d, tracks: undefined }), /^tracks: expected a list, got undefined/],
    ["no model", (d) => ({ ...d, model: null }), /^model: expected a text, got null/],
    ["a half size", (d) => ({ ...d, embeddingSize: 0.5 }), /^embeddingSize: .*got 0.5/],
    ["a negative size", (d) => ({ ...d, embeddingSize: -200 }), /^embeddingSize: .*got -200/],
    ["another size", (d) => ({ ...d, embeddingSize: 100 }), /^tracks\[0\]\.embedding: .*got 1068/],
    ["a huge size", (d) => ({ ...d, embeddingSize: 1e300 }), /^tracks\[0\]\.embedding: /],
    ["a tag's name twice", (d) => ({ ...d, tagNames: d.tagNames.map(() => "a") }), /tagNames\[1\]/],
    ["a tag's name that is no text", (d) => set(d, d.tagNames, 3, 7), /^tagNames\[3\]: .*got 7/],
    ["one tag fewer", (d) => ({ ...d, tagNames: d.tagNames.slice(1) }), /^tracks\[0\]\.scores: /],
    ["a track that is a text", (d) => set(d, d.tracks, 4, "x"), /^tracks\[4\]: expected an object/],
    ["a track without id", (d) => set(d, d.tracks[2], "id", undefined), /^tracks\[2\]\.id: /],
    ["an id twice", (d) => set(d, d.tracks[5], "id", d.tracks[0].id), /^tracks\[5\]\.id: .*twice/],
    ["a title that is a list", (d) => set(d, d.tracks[1], "title", []), /^tracks\[1\]\.title: /],
    ["an unknown field in a track", (d) => set(d, d.tracks[1], "x", 1), /^tracks\[1\] has .*"x"/],
    [
      "a score above 1",
      (d) => set(d, d.tracks[3], "scores", floats(...d.tagNames.map(() => 1.5))),
      /^tracks\[3\]\.scores: expected "guitar" from 0 to 1, or -1, got 1.5/,
    ],
    [
      "a score that is not finite",
      (d) => set(d, d.tracks[3], "scores", floats(...d.tagNames.map(() => Number.NaN))),
      /^tracks\[3\]\.scores: number 0 is NaN/,
    ],
    [
      "an infinite embedding",
      (d) => set(d, d.tracks[6], "embedding", floats(...Array(200).fill(Number.POSITIVE_INFINITY))),
      /^tracks\[6\]\.embedding: number 0 is Infinity/,
    ],
    [
      "an embedding that is no base64",
      (d) => set(d, d.tracks[6], "embedding", "!".repeat(1068)),
      /^tracks\[6\]\.embedding: this is not base64/,
    ],
    ["an embedding in numbers", (d) => set(d, d.tracks[6], "embedding", [1]), /^tracks\[6\]\.emb/],
    ["personal tags in an object", (d) => ({ ...d, personalTags: {} }), /^personalTags: /],
    [
      "a nameless personal tag",
      (d) => set(d, d.personalTags[0], "name", ""),
      /^personalTags\[0\]\.name: /,
    ],
    [
      "a personal tag twice",
      (d) => ({ ...d, personalTags: [d.personalTags[0], d.personalTags[0]] }),
      /^personalTags\[1\]\.name: .*twice/,
    ],
    [
      "an example that fits a little",
      (d) => set(d, d.personalTags[0].examples[1], "fits", 0.5),
      /^personalTags\[0\]\.examples\[1\]\.fits: .*got 0.5/,
    ],
    [
      "an example twice",
      (d) => set(d, d.personalTags[0].examples[1], "id", d.personalTags[0].examples[0].id),
      /^personalTags\[0\]\.examples\[1\]\.id: .*twice/,
    ],
    [
      "an example cut short",
      (d) => set(d, d.personalTags[0].examples[2], "embedding", "AAAA"),
      /^personalTags\[0\]\.examples\[2\]\.embedding: /,
    ],
  ];

  test.each(broken)("with %s is refused and changes nothing", async (_, change, message) => {
    const collection = await filled();
    const before = collection.export();
    const document = change(JSON.parse(before));
    const { code, message: text } = await importError(JSON.stringify(document), collection);
    expect(code).toBe("bad-collection");
    expect(text).toMatch(message);
    expect(collection.export()).toBe(before);
  });

  test("cut anywhere is refused", async () => {
    const collection = await filled();
    const before = collection.export();
    for (let i = 0; i < 40; i++) {
      const cut = before.slice(0, Math.floor((before.length * i) / 40));
      expect((await importError(cut, collection)).code).toBe("bad-collection");
    }
    expect(collection.export()).toBe(before);
  });

  test("that is no text at all is the caller's mistake", async () => {
    const error = await importError({} as string, Collection.create());
    expect(error.code).toBe("bad-option");
  });
});

/** Sets a field of `object`, which is a part of `document`. */
function set(document: Document, object: Document, key: string | number, value: unknown): Document {
  object[key] = value;
  return document;
}
