// Collection in memory: what it holds and what it finds.
import { Collection, DivisiError, type Match, type TrackInput } from "divisi";
import { describe, expect, test } from "vitest";
import { tracks as realTracks } from "../real_music.js";

/** A track of a model that divisi has no statistics for. */
function track(
  id: string,
  embedding: readonly number[],
  tags: Record<string, number> = {},
): TrackInput {
  return { id, title: `The ${id}`, model: "tiny", tags, embedding };
}

const ids = (matches: readonly Match[]) => matches.map(({ id }) => id);

async function collectionOf(...tracks: TrackInput[]): Promise<Collection> {
  const collection = Collection.create();
  await collection.add(tracks);
  return collection;
}

const compass = () =>
  collectionOf(
    track("north", [0, 1], { calm: 0.9, loud: 0.1 }),
    track("east", [1, 0], { calm: 0.5, loud: 0.5 }),
    track("south", [0, -1], { calm: 0.1, loud: 0.9 }),
    track("west", [-1, 0], { calm: 0.4, loud: 0.9 }),
    track("north-east", [0.9, 1], { calm: 0.8, loud: 0.3 }),
  );

async function error(action: () => unknown): Promise<DivisiError> {
  try {
    await action();
  } catch (caught) {
    if (caught instanceof DivisiError) return caught;
    throw caught;
  }
  throw new Error("nothing was thrown");
}

describe("tracks", () => {
  test("are kept as they were given, in float32", async () => {
    const collection = Collection.create();
    expect([collection.size, collection.model, collection.persistent]).toEqual([
      0,
      undefined,
      false,
    ]);
    const embedding = [0.1, -2];
    await collection.add({ id: "a", model: "m", tags: [{ name: "x", score: 0.1 }], embedding });
    embedding[0] = 7;
    expect(collection.get("a")).toEqual({
      id: "a",
      model: "m",
      tags: { x: Math.fround(0.1) },
      embedding: Float32Array.of(0.1, -2),
    });
    expect([...collection].map(({ id }) => id)).toEqual(["a"]);
    expect([collection.size, collection.model]).toEqual([1, "m"]);
  });

  test("a second one of the same id replaces the first", async () => {
    const collection = await compass();
    await collection.add(track("south", [0, 1]));
    expect(collection.size).toBe(5);
    expect(collection.find({ like: "north" })[0]?.id).toBe("south");
  });

  test("are removed", async () => {
    const collection = await compass();
    expect(await collection.remove("south")).toBe(true);
    expect(await collection.remove("south")).toBe(false);
    expect(collection.get("south")).toBeUndefined();
    expect(ids(collection.find({ tags: { calm: -1 } }))).not.toContain("south");
    await collection.clear();
    expect([...collection]).toEqual([]);
    expect(collection.find({ tags: { calm: 1 }, limit: 3 }).length).toBe(0);
  });

  test.each([
    ["an empty id", { id: "" }, /id/],
    ["a number as id", { id: 4 }, /id, got 4/],
    ["a title that is no text", { title: 5 }, /track "x": .*title, got 5/],
    ["no model", { model: undefined }, /track "x": .*model.*undefined/],
    ["no tags", { tags: undefined }, /tags, got undefined/],
    ["a score above 1", { tags: { calm: 1.5 } }, /"calm", got 1.5/],
    [
      "a score that is no number",
      { tags: [{ name: "calm", score: Number.NaN }] },
      /"calm", got NaN/,
    ],
    ["no embedding", { embedding: undefined }, /embedding, got undefined/],
    ["an empty embedding", { embedding: [] }, /embedding/],
    [
      "an embedding with a hole",
      { embedding: [0, Number.NaN] },
      /number 1 of the embedding is NaN/,
    ],
    ["an embedding of another size", { embedding: [1, 2, 3] }, /of 2 numbers, got 3/],
    ["another model", { model: "other" }, /"other".*"tiny".*can't be compared/],
  ])("%s is refused, and the whole batch with it", async (_, change, message) => {
    const collection = await compass();
    const bad = { ...track("x", [1, 1]), ...change } as TrackInput;
    const { code, message: text } = await error(() => collection.add([track("y", [1, 1]), bad]));
    expect(code).toBe("bad-option");
    expect(text).toMatch(message);
    expect(collection.size).toBe(5);
  });

  test("an emptied collection takes another model's", async () => {
    const collection = await compass();
    await collection.clear();
    await collection.add({ ...track("x", [1, 2, 3]), model: "other" });
    expect(collection.model).toBe("other");
  });

  test("nothing can be done with a closed collection", async () => {
    const collection = await compass();
    collection.close();
    expect((await error(() => collection.find({ like: "north" }))).code).toBe("closed");
    expect((await error(() => collection.add(track("x", [1, 1])))).code).toBe("closed");
  });
});

describe("finding by example", () => {
  test("gives the likest first, without the example itself", async () => {
    const matches = (await compass()).find({ like: "north" });
    expect(matches[0]).toMatchObject({ id: "north-east", title: "The north-east" });
    expect(matches.at(-1)?.id).toBe("south");
    expect(matches).toHaveLength(4);
    for (const { score, likeness } of matches) {
      expect(score).toBe(likeness);
      expect(Math.abs(score)).toBeLessThanOrEqual(1.000001);
    }
  });

  test("takes an embedding, or what has one", async () => {
    const collection = await compass();
    const matches = collection.find({ like: [0, 5], limit: 1 });
    expect(ids(matches)).toEqual(["north"]);
    expect(collection.find({ like: { embedding: Float32Array.of(0, 5) }, limit: 1 })).toEqual(
      matches,
    );
  });

  test("of other models' music is refused", async () => {
    const collection = await compass();
    const like = { model: "other", embedding: [0, 1] };
    expect((await error(() => collection.find({ like }))).message).toMatch(/can't be compared/);
    expect((await error(() => collection.find({ like: [1] }))).message).toMatch(/2 numbers, got 1/);
    expect((await error(() => collection.find({ like: "up" }))).message).toMatch(/no track "up"/);
  });

  test("finds a real track's own album before anything else", async () => {
    const collection = await collectionOf(...realTracks);
    // How often one of the three likest tracks of 590 is from the same game.
    const hits = realTracks.filter(({ id, package: game }) =>
      ids(collection.find({ like: id, limit: 3 })).some((other) => other.startsWith(`${game}/`)),
    );
    const chance = realTracks.filter(({ package: game }, i) =>
      [1, 2, 3].some(
        (k) => realTracks[(i * 7919 + k * 104729) % realTracks.length]?.package === game,
      ),
    );
    console.info(`same game among 3: ${hits.length}, by chance ${chance.length}, of 590`);
    // Chance gives about 60; it is 300 or more.
    expect(hits.length).toBeGreaterThan(4 * chance.length);
  });
});

describe("finding by tags", () => {
  test("wanted and unwanted", async () => {
    const collection = await compass();
    expect(ids(collection.find({ tags: { calm: 1 } }))[0]).toBe("north");
    expect(ids(collection.find({ tags: { calm: -1 } }))[0]).toBe("south");
    const [first] = collection.find({ tags: { loud: 1, calm: 0.5 }, limit: 1 });
    expect(first?.id).toBe("west");
    expect(first?.score).toBe(first?.tagFit);
  });

  test("a rare tag weighs as much as a common one", async () => {
    const collection = await collectionOf(...realTracks);
    // "harpsichord" scores a tenth of what "techno" does; raw scores would drown it.
    const [first] = collection.find({ tags: { harpsichord: 1, techno: 0.5 }, limit: 1 });
    const found = collection.get(first?.id ?? "");
    const share = (tag: string) =>
      realTracks.filter(({ tags }) => (tags[tag] as number) < (found?.tags[tag] as number)).length /
      realTracks.length;
    expect(share("harpsichord")).toBeGreaterThan(0.9);
  });

  test("a track that lacks the tag counts as usual", async () => {
    const collection = await compass();
    await collection.add(track("silent", [0.1, 0.1]));
    const matches = collection.find({ tags: { calm: 1 } });
    expect(matches.find(({ id }) => id === "silent")?.score).toBe(0);
    expect(matches.at(-1)?.score).toBeLessThan(0);
  });

  test.each([
    [{ happy: 1 }, /no track has the tag "happy"/],
    [{}, /weights/],
    [{ calm: 0 }, /weights/],
    [{ calm: Number.NaN }, /weights/],
  ])("%o is refused", async (tags, message) => {
    const collection = await compass();
    const caught = await error(() => collection.find({ tags: tags as Record<string, number> }));
    expect(caught.code).toBe("bad-option");
    expect(caught.message).toMatch(message);
  });

  test("tags named like properties of objects are only tags", async () => {
    const collection = await collectionOf(
      track("a", [1], JSON.parse('{"__proto__": 0.9, "constructor": 0.2}')),
      track("b", [2], { constructor: 0.8 } as unknown as Record<string, number>),
    );
    expect(
      ids(collection.find({ tags: { constructor: 1 } as unknown as Record<string, number> })),
    ).toEqual(["b", "a"]);
    expect(ids(collection.find({ tags: JSON.parse('{"__proto__": 1}') }))).toEqual(["a", "b"]);
    expect((await error(() => collection.find({ tags: { valueOf: 1 } as never }))).code).toBe(
      "bad-option",
    );
  });
});

describe("finding by both", () => {
  test("is the mean of likeness and fit", async () => {
    const matches = (await compass()).find({ like: "east", tags: { loud: 1 } });
    expect(matches).toHaveLength(4);
    for (const { score, likeness = Number.NaN, tagFit = Number.NaN } of matches) {
      expect(score).toBeCloseTo((likeness + tagFit) / 2, 6);
    }
  });

  test.each([[0], [-1], [Number.NaN], ["5"]])("a limit of %o is refused", async (limit) => {
    const collection = await compass();
    const caught = await error(() => collection.find({ like: "east", limit: limit as number }));
    expect(caught.message).toMatch(/limit/);
  });

  test("a query for nothing is refused", async () => {
    expect((await error(() => Collection.create().find({}))).message).toMatch(/like, tags, tempo/);
  });

  test("the order is that of sorting everything", async () => {
    const collection = await collectionOf(...realTracks);
    const query = { like: realTracks[17]?.id ?? "", tags: { piano: 1, drums: -0.5 } };
    const all = collection.find({ ...query, limit: Number.POSITIVE_INFINITY });
    expect(all).toHaveLength(realTracks.length - 1);
    const sorted = [...all].sort((a, b) => b.score - a.score);
    expect(all.map(({ score }) => score)).toEqual(sorted.map(({ score }) => score));
    for (const limit of [1, 2, 10, 100]) {
      expect(collection.find({ ...query, limit })).toEqual(all.slice(0, limit));
    }
  });
});

describe("changes between queries", () => {
  test.each([
    ["a model with reference statistics", "musicnn-mtt"],
    ["a model of one's own", "own"],
  ])("are seen by the next one, with %s", async (_, model) => {
    const tracks = realTracks.map((real) => ({ ...real, model }));
    const queries = [
      { like: tracks[3]?.id ?? "", limit: 500 },
      { tags: { techno: 1, flute: -0.5 }, limit: 500 },
      { like: tracks[100]?.embedding ?? [], tags: { loud: 1 }, limit: 500 },
    ];
    const changing = await collectionOf(...tracks.slice(0, 70));
    for (const query of queries) changing.find(query);
    // More than there is room for at first; some of them go again, the last one too.
    await changing.add(tracks.slice(60, 200));
    for (const query of queries) changing.find(query);
    for (const i of [0, 50, 199, 198, 120]) await changing.remove(tracks[i]?.id ?? "");
    const other = tracks[300]?.embedding ?? [];
    await changing.add({ ...(tracks[7] as TrackInput), embedding: other });
    const fresh = await collectionOf(...changing);
    const byId = (matches: Match[]) => [...matches].sort((a, b) => (a.id < b.id ? -1 : 1));
    for (const query of queries) {
      const got = byId(changing.find(query));
      const want = byId(fresh.find(query));
      expect(ids(got)).toEqual(ids(want));
      got.forEach(({ score }, i) => {
        // Measured statistics are sums in another order.
        expect(score).toBeCloseTo(want[i]?.score ?? Number.NaN, 5);
      });
    }
  });
});

describe("opening", () => {
  test("in Node gives a collection in memory, and says so", async () => {
    const collection = await Collection.open({ name: "songs" });
    expect(collection.persistent).toBe(false);
    expect((await error(() => Collection.open({ name: "" }))).code).toBe("bad-option");
  });
});
