// Finding by tempo, key and loudness: alone, and together with examples and tags.
import { Collection, DivisiError, type Query, type TrackInput } from "divisi";
import { describe, expect, test } from "vitest";
import { tracks as realTracks } from "../real_music.js";

const notes = ["C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"];
const ids = (collection: Collection, query: Query) => collection.find(query).map(({ id }) => id);

function track(id: string, change: Partial<TrackInput> = {}): TrackInput {
  return { id, model: "tiny", tags: {}, embedding: [1, 2], ...change };
}

async function collectionOf(...tracks: TrackInput[]): Promise<Collection> {
  const collection = Collection.create();
  await collection.add(tracks);
  return collection;
}

function keyOf(name: string): NonNullable<TrackInput["key"]> {
  const [tonic = "", mode] = name.split(" ");
  return { tonic, mode: mode as "major" | "minor" };
}

const ofTempos = (...tempos: (number | undefined)[]) =>
  collectionOf(...tempos.map((tempo) => track(`${tempo}`, { tempo })));

/** A track in each of the 24 keys. */
const inAllKeys = () =>
  collectionOf(
    ...["major", "minor"].flatMap((mode) =>
      notes.map((tonic) => track(`${tonic} ${mode}`, { key: keyOf(`${tonic} ${mode}`) })),
    ),
    track("unknown"),
  );

describe("a tempo", () => {
  test("is met from one end to the other, by no track whose tempo is unknown", async () => {
    const collection = await ofTempos(124.1, 124, undefined, 120, 118, 117.9, 60, 240);
    expect(collection.find({ tempo: [118, 124] })).toEqual([
      { id: "124", score: 1 },
      { id: "120", score: 1 },
      { id: "118", score: 1 },
    ]);
    expect(ids(collection, { tempo: [120, 120] })).toEqual(["120"]);
    expect(ids(collection, { tempo: [124, Number.POSITIVE_INFINITY] })).toEqual([
      "124.1",
      "124",
      "240",
    ]);
    expect(ids(collection, { tempo: [1, 2] })).toEqual([]);
  });

  test("of half and double is met where that is asked for, after the tempo itself", async () => {
    const collection = await ofTempos(236, 60, 62.5, 30, 122, 248.5, 180, undefined, 480);
    const query = { tempo: [118, 124] } as const;
    expect(ids(collection, query)).toEqual(["122"]);
    expect(ids(collection, { ...query, tempoOctaves: false })).toEqual(["122"]);
    expect(collection.find({ ...query, tempoOctaves: true })).toEqual([
      { id: "122", score: 1 },
      { id: "236", score: 0.5 },
      { id: "60", score: 0.5 },
    ]);
  });
});

describe("a key", () => {
  test("is met by itself, however its tonic is spelt", async () => {
    const collection = await inAllKeys();
    for (const key of ["D# minor", "Eb minor", keyOf("Eb minor")]) {
      expect(ids(collection, { key })).toEqual(["D# minor"]);
    }
    expect(ids(collection, { key: "Cb major" })).toEqual(["B major"]);
    const { key } = collection.get("A major") ?? {};
    expect(ids(collection, key ? { key } : {})).toEqual(["A major"]);
  });

  test.each([
    ["A minor", ["A minor", "C major", "D minor", "E minor"]],
    ["C major", ["C major", "F major", "G major", "A minor"]],
    ["B major", ["B major", "E major", "F# major", "G# minor"]],
    ["Bb minor", ["A# minor", "C# major", "D# minor", "F minor"]],
  ])("%s has the neighbours on the circle of fifths", async (key, expected) => {
    const found = (await inAllKeys()).find({ key, harmonic: true });
    expect(found.map(({ id }) => id)).toEqual(expected);
    expect(found.map(({ score }) => score)).toEqual([1, 0.5, 0.5, 0.5]);
  });

  test("of which one is the neighbour of the other is its neighbour, too", async () => {
    const collection = await inAllKeys();
    const neighbours = (key: string) => ids(collection, { key, harmonic: true });
    for (const { id, key } of collection) {
      if (!key) continue;
      expect(neighbours(id)).toHaveLength(4);
      for (const other of neighbours(id)) expect(neighbours(other)).toContain(id);
    }
  });
});

test("a loudness is met from one end to the other", async () => {
  const collection = await collectionOf(
    ...[-8.9, -9, -12, -16, -16.1].map((loudness) => track(`${loudness}`, { loudness })),
    track("silent", { loudness: Number.NEGATIVE_INFINITY }),
    track("unknown"),
  );
  expect(ids(collection, { loudness: [-16, -9] })).toEqual(["-9", "-12", "-16"]);
  expect(ids(collection, { loudness: [Number.NEGATIVE_INFINITY, -16] })).toEqual(["-16", "-16.1"]);
});

describe("several conditions", () => {
  const mixed = () =>
    collectionOf(
      track("both by relation", { tempo: 60, key: keyOf("C major"), loudness: -10 }),
      track("another key", { tempo: 120, key: keyOf("C minor"), loudness: -10 }),
      track("key by relation", { tempo: 120, key: keyOf("E minor"), loudness: -10 }),
      track("no key", { tempo: 120, loudness: -10 }),
      track("both", { tempo: 120, key: keyOf("A minor"), loudness: -10 }),
      track("too quiet", { tempo: 120, key: keyOf("A minor"), loudness: -30 }),
      track("both, added later", { tempo: 121, key: keyOf("A minor"), loudness: -11 }),
    );
  const query: Query = {
    ...{ key: "A minor", harmonic: true, tempoOctaves: true },
    tempo: [118, 124],
    loudness: [-16, -9],
  };

  test("are met by those that meet all, sorted by how directly", async () => {
    const found = (await mixed()).find(query);
    expect(found.map(({ id }) => id)).toEqual([
      "both",
      "both, added later",
      "key by relation",
      "both by relation",
    ]);
    expect(found[2]?.score).toBeCloseTo((1 + 0.5 + 1) / 3, 6);
    expect(found[3]?.score).toBeCloseTo((0.5 + 0.5 + 1) / 3, 6);
  });

  test("keep the order of adding when tracks go, and stop at the limit", async () => {
    // With reference statistics: then removing a track moves another into its place in the index.
    const collection = await collectionOf(
      ...[...(await mixed())].map((each, i) => ({
        ...each,
        model: "musicnn-mtt",
        embedding: realTracks[i]?.embedding ?? [],
      })),
    );
    collection.find({ like: "both" });
    await collection.remove("both by relation");
    expect(ids(collection, { ...query, limit: 2 })).toEqual(["both", "both, added later"]);
    expect(ids(collection, { loudness: [-99, 0] })).toEqual([...collection].map(({ id }) => id));
  });
});

describe("together with examples and tags", () => {
  /** Real music with made-up tempos and keys: which are unrelated to how it sounds. */
  const library = () =>
    collectionOf(
      ...realTracks.map((real, i) => {
        const key = keyOf(`${notes[i % 12]} ${i % 5 < 2 ? "minor" : "major"}`);
        return { ...real, ...(i % 7 > 0 && { tempo: 60 + ((i * 37) % 120), key }) };
      }),
    );
  const like = realTracks[17]?.id ?? "";
  const tags = { piano: 1, drums: -0.5 };

  test.each<[string, Query]>([
    ["an example", { like }],
    ["tags", { tags }],
    ["both", { like, tags }],
  ])("%s sort what meets the conditions, with the scores they give alone", async (_, ranking) => {
    const collection = await library();
    const conditions = { tempo: [100, 130], key: "A minor", harmonic: true } as const;
    const met = new Set(ids(collection, { ...conditions, limit: Number.POSITIVE_INFINITY }));
    const all = collection.find({ ...ranking, limit: Number.POSITIVE_INFINITY });
    const expected = all.filter(({ id }) => met.has(id));
    expect(expected.length).toBeGreaterThan(10);
    expect(expected.length).toBeLessThan(all.length / 4);
    const limit = Number.POSITIVE_INFINITY;
    expect(collection.find({ ...ranking, ...conditions, limit })).toEqual(expected);
    // The best that are left, not what is left of the best.
    expect(collection.find({ ...ranking, ...conditions, limit: 5 })).toEqual(expected.slice(0, 5));
  });

  test("an example is not among the answers, though it meets the conditions", async () => {
    const collection = await library();
    const { tempo = 0 } = collection.get(like) ?? {};
    expect(tempo).toBeGreaterThan(0);
    expect(ids(collection, { tempo: [tempo, tempo], limit: 600 })).toContain(like);
    expect(ids(collection, { like, tempo: [tempo, tempo], limit: 600 })).not.toContain(like);
  });

  test("nothing is found where nothing meets them, or nothing is there", async () => {
    expect((await library()).find({ like, tempo: [1, 2] })).toEqual([]);
    expect(Collection.create().find({ like: [1, 2], key: "C major" })).toEqual([]);
    expect(Collection.create().find({ key: "C major" })).toEqual([]);
  });
});

describe("refused is", () => {
  test.each([
    ["one number as tempo", { tempo: 120 }, /^tempo: expected \[from, to\].*got 120$/],
    ["a tempo of one end", { tempo: [120] }, /^tempo: .*got \[120\]$/],
    ["a tempo of three", { tempo: [1, 2, 3] }, /^tempo: .*got \[1, 2, 3\]$/],
    ["a tempo from high to low", { tempo: [124, 118] }, /^tempo: .*got \[124, 118\]$/],
    ["a tempo to NaN", { tempo: [118, Number.NaN] }, /^tempo: .*got \[118, NaN\]$/],
    ["a tempo of texts", { tempo: ["1", "2"] }, /^tempo: .*got \["1", "2"\]$/],
    ["a tempo of null", { tempo: null }, /^tempo: .*got null$/],
    ["a loudness from high to low", { loudness: [-9, -16] }, /^loudness: .*LUFS, got \[-9, -16\]$/],
    ["a key without mode", { key: "A" }, /^key: expected one like "A minor".*got "A"$/],
    ["a key in small letters", { key: "a minor" }, /^key: .*got "a minor"$/],
    ["another mode", { key: "A dorian" }, /^key: .*got "A dorian"$/],
    ["more than a key", { key: "A minor 7" }, /^key: .*got "A minor 7"$/],
    ["an empty key", { key: "" }, /^key: .*got ""$/],
    ["a number as key", { key: 8 }, /^key: .*got 8$/],
    ["half a key", { key: { tonic: "A" } }, /^key: .*got tonic "A", mode undefined$/],
    ["octaves without tempo", { key: "A minor", tempoOctaves: true }, /^tempoOctaves: .*tempo/],
    ["neighbours without key", { tempo: [1, 2], harmonic: true }, /^harmonic: .*key/],
    ["a text as switch", { key: "A minor", harmonic: "yes" }, /^harmonic: .*got "yes"$/],
    ["octaves by number", { tempo: [1, 2], tempoOctaves: 2 }, /^tempoOctaves: .*got 2$/],
    ["a limit of 0", { tempo: [1, 2], limit: 0 }, /^limit: .*got 0$/],
    ["nothing", {}, /^query: expected like, tags, tempo, key or loudness$/],
  ])("%s, with and without an example", async (name, query, message) => {
    const collection = await collectionOf(track("a"));
    const asked = name === "nothing" ? [query] : [query, { like: [1, 2], ...query }];
    for (const each of asked) {
      let caught: unknown;
      try {
        collection.find(each as Query);
      } catch (error) {
        caught = error;
      }
      expect(caught).toBeInstanceOf(DivisiError);
      expect(caught).toMatchObject({ code: "bad-option" });
      expect((caught as DivisiError).message).toMatch(message);
    }
  });
});
