// Tempo, key and loudness of a collection's tracks: what is kept, refused, exported and imported.
import { type AnalysisResult, Collection, DivisiError, type TrackInput } from "divisi";
import { describe, expect, test } from "vitest";

const plain: TrackInput = { id: "a", model: "tiny", tags: { calm: 0.5 }, embedding: [1, 2] };

const key = { tonic: "D#", mode: "minor", confidence: 0.75 } as const;

/** As an Analyser gives it, whole: what is not kept must do no harm. */
const analysis: AnalysisResult = {
  durationSeconds: 12,
  beats: {
    beats: [{ seconds: 0.5, number: 1, tempo: 90, confidence: 0.9, energyDb: -20 }],
    tempo: 120.37,
    tempoConfidence: 0.8,
    beatsPerBar: 4,
  },
  key: {
    key: { ...key, relative: "F# major", relativeShare: 0.2 },
    parts: [],
    tuningCents: 3,
    tuningConfidence: 0.9,
  },
  chords: { chords: [], tuningCents: 3 },
  loudness: {
    integrated: -13.25,
    range: 4,
    maxMomentary: -9,
    maxShortTerm: -10,
    truePeak: -1,
    samplePeak: -1.2,
    curve: {
      hopSeconds: 0.1,
      momentary: new Float32Array(),
      shortTerm: new Float32Array(),
      truePeak: new Float32Array(),
    },
  },
};

/** What the collection keeps of a track beside what a model heard. */
async function kept(input: object): Promise<object> {
  const collection = Collection.create();
  await collection.add({ ...plain, ...input });
  const { id, model, tags, embedding, ...rest } = collection.get("a") ?? {};
  return rest;
}

async function error(action: () => Promise<unknown>): Promise<DivisiError> {
  try {
    await action();
  } catch (caught) {
    if (caught instanceof DivisiError) return caught;
    throw caught;
  }
  throw new Error("nothing was thrown");
}

describe("a track keeps", () => {
  test("tempo, key and loudness of an analysis", async () => {
    expect(await kept({ analysis })).toEqual({ tempo: 120.37, key, loudness: -13.25 });
  });

  test("what was asked for, and nothing where nothing was found", async () => {
    expect(await kept({})).toEqual({});
    expect(await kept({ analysis: { durationSeconds: 1 } })).toEqual({});
    expect(await kept({ analysis: { key: analysis.key } })).toEqual({ key });
    const silence = {
      beats: { beats: [], tempo: undefined, tempoConfidence: 0, beatsPerBar: 0 },
      key: { key: undefined, parts: [] },
      loudness: { integrated: Number.NEGATIVE_INFINITY },
    };
    expect(await kept({ analysis: silence })).toEqual({});
    expect(await kept({ analysis: JSON.parse(JSON.stringify(silence)) })).toEqual({});
  });

  test("what the app knows otherwise, with tonics spelt as the Analyser's", async () => {
    const known = { tempo: 87, key: { tonic: "Bb", mode: "major" }, loudness: -20 };
    expect(await kept(known)).toEqual({ ...known, key: { tonic: "A#", mode: "major" } });
    for (const [given, tonic] of [
      ["Cb", "B"],
      ["B#", "C"],
      ["E#", "F"],
      ["G", "G"],
    ]) {
      expect(await kept({ key: { tonic: given, mode: "minor" } })).toEqual({
        key: { tonic, mode: "minor" },
      });
    }
  });

  test("of an analysis what it says anew, and the rest", async () => {
    const collection = Collection.create();
    await collection.add({ ...plain, analysis });
    const before = collection.get("a") as TrackInput;
    await collection.add({ ...before, analysis: { beats: { tempo: 60 } } });
    expect(collection.get("a")).toEqual({ ...before, tempo: 60 });
    // Heard anew, and no beats found: the old tempo must not stay.
    await collection.add({ ...before, analysis: { beats: { tempo: undefined } } });
    const { tempo, ...rest } = before;
    expect(collection.get("a")).toEqual(rest);
    await collection.add({ ...before, tempo: 61 });
    expect(collection.get("a")).toEqual({ ...before, tempo: 61 });
  });
});

describe("refused is", () => {
  test.each([
    ["a tempo of 0", { tempo: 0 }, /track "a": .*tempo above 0, got 0/],
    ["a negative tempo", { tempo: -90 }, /tempo above 0, got -90/],
    ["an endless tempo", { tempo: Number.POSITIVE_INFINITY }, /tempo above 0, got Infinity/],
    ["a tempo that is no number", { tempo: "120" }, /tempo above 0, got "120"/],
    ["a tempo of null", { tempo: null }, /tempo above 0, got null/],
    ["a loudness of NaN", { loudness: Number.NaN }, /loudness, got NaN/],
    ["an endless loudness", { loudness: Number.POSITIVE_INFINITY }, /loudness, got Infinity/],
    ["the whole of a Meter's result", { loudness: analysis.loudness }, /loudness, got \[object/],
    ["a key's name", { key: "A minor" }, /object as key, got "A minor"/],
    ["an unknown tonic", { key: { ...key, tonic: "H" } }, /tonic .*got "H"/],
    ["a small letter", { key: { ...key, tonic: "a" } }, /tonic .*got "a"/],
    ["a tonic in a list", { key: { ...key, tonic: ["A"] } }, /tonic .*got \["A"\]/],
    ["another mode", { key: { ...key, mode: "dorian" } }, /mode, got "dorian"/],
    ["a confidence above 1", { key: { ...key, confidence: 1.5 } }, /confidence .*got 1.5/],
    ["a confidence of NaN", { key: { ...key, confidence: Number.NaN } }, /confidence .*got NaN/],
    ["an analysis that is none", { analysis: 120 }, /object as analysis, got 120/],
    ["beats alone as analysis", { analysis: analysis.beats }, /analysis.beats, got \[\{/],
    ["a bad tempo in an analysis", { analysis: { beats: { tempo: -1 } } }, /tempo .*got -1/],
    ["a bad key in an analysis", { analysis: { key: { key: {} } } }, /tonic .*got undefined/],
  ])("%s, and the whole batch with it", async (_, change, message) => {
    const collection = Collection.create();
    const bad = { ...plain, ...change } as TrackInput;
    const { code, message: text } = await error(() => collection.add([{ ...plain, id: "b" }, bad]));
    expect(code).toBe("bad-option");
    expect(text).toMatch(message);
    expect(collection.size).toBe(0);
  });
});

describe("a document", () => {
  async function exported(...inputs: object[]) {
    const collection = Collection.create();
    await collection.add(inputs.map((input, i) => ({ ...plain, id: `${i}`, ...input })));
    return collection.export();
  }

  async function imported(document: unknown): Promise<Collection> {
    const collection = Collection.create();
    await collection.import(JSON.stringify(document));
    return collection;
  }

  test("gives them again as they were", async () => {
    const text = await exported({ analysis }, {}, { tempo: 1 / 3 }, { loudness: 0 });
    const copy = await imported(JSON.parse(text));
    expect(copy.get("0")).toMatchObject({ tempo: 120.37, key, loudness: -13.25 });
    expect([copy.get("1")?.tempo, copy.get("2")?.tempo]).toEqual([undefined, 1 / 3]);
    expect(copy.get("3")?.loudness).toBe(0);
    expect(copy.export()).toBe(text);
    expect(copy.find({ key: "Eb minor" })).toEqual([{ id: "0", score: 1 }]);
  });

  test("is of version 2 where there are some, else of version 1 as ever", async () => {
    expect(JSON.parse(await exported({}, { loudness: -9 })).version).toBe(2);
    const { version, tracks } = JSON.parse(await exported({}, {}));
    expect(version).toBe(1);
    expect(Object.keys(tracks[0])).toEqual(["id", "scores", "embedding"]);
  });

  test("of version 1, as divisi wrote it before, is imported", async () => {
    // Written by divisi before there were tempo, key and loudness.
    const older = {
      ...{ format: "divisi-collection", version: 1, model: "tiny", embeddingSize: 2 },
      tagNames: ["calm"],
      tracks: [{ id: "old", title: "Old", scores: "AAAAPw==", embedding: "AACAPwAAAEA=" }],
      personalTags: [],
    };
    const collection = await imported(older);
    await collection.add({ ...plain, tempo: 120 });
    expect(collection.get("old")).toEqual({
      ...{ id: "old", title: "Old", model: "tiny", tags: { calm: 0.5 } },
      embedding: Float32Array.of(1, 2),
    });
    expect(collection.find({ tempo: [1, 999] }).map(({ id }) => id)).toEqual(["a"]);
    expect(collection.export()).toMatch(/"version":2/);
  });

  test.each([
    ["a tempo that is a text", { tempo: "fast" }, 2, /^tracks\[0\] "0": .*tempo.* got "fast"/],
    ["a tempo of null", { tempo: null }, 2, /^tracks\[0\] "0": .*tempo.* got null/],
    ["a loudness of null", { loudness: null }, 2, /^tracks\[0\] "0": .*loudness, got null/],
    ["a key that is a text", { key: "C" }, 2, /^tracks\[0\]\.key: expected an object, got "C"/],
    ["a tonic that is none", { key: { ...key, tonic: "?" } }, 2, /^tracks\[0\] "0": .*got "\?"/],
    ["more in a key", { key: { ...key, x: 1 } }, 2, /^tracks\[0\]\.key has .*"x"/],
    ["an analysis", { analysis: {} }, 2, /^tracks\[0\] has the unknown field "analysis"/],
    ["a tempo in version 1", { tempo: 120 }, 1, /^tracks\[0\] has the unknown field "tempo"/],
  ])("with %s is refused and changes nothing", async (_, change, version, message) => {
    const document = JSON.parse(await exported({ analysis }));
    if (version === 1) document.tracks = JSON.parse(await exported({})).tracks;
    Object.assign(document.tracks[0], change);
    const { code, message: text } = await error(() => imported({ ...document, version }));
    expect(code).toBe("bad-collection");
    expect(text).toMatch(message);
  });
});
