// Which tags of a song are shown, and in which order.

import type { Tag, TagKind } from "divisi";
import { expect, test } from "vitest";
import type { SongTags } from "../../../web-demo/src/songs/types.js";
import { chipGroups } from "../../../web-demo/src/tags/chips.js";

const tag = (name: string, kind: TagKind, score: number, z: number): Tag => ({
  name,
  kind,
  score,
  z,
  rank: 1,
});

/** As one model has them. */
const shown = (...tags: Tag[]) => {
  const results = [{ model: "musicnn-mtt", tags }];
  return chipGroups({ results } as unknown as SongTags).map(({ kind, chips }) => ({
    kind,
    names: chips.map(({ name }) => name),
  }));
};

test("what stands out and is heard comes first; a rare word that is hardly heard does not come", () => {
  // As the model has heard a pop song.
  expect(
    shown(
      tag("guitar", "instrument", 0.26, 1.2),
      tag("sitar", "instrument", 0.04, 1.4),
      tag("indian", "genre", 0.1, 1.4),
      tag("pop", "genre", 0.15, 1.9),
      tag("techno", "genre", 0.6, 0.2),
    ),
  ).toEqual([
    { kind: "genre", names: ["pop"] },
    { kind: "instrument", names: ["guitar"] },
  ]);
});

test("words for one thing are shown once, as clear as the clearest of them", () => {
  const groups = shown(
    tag("female", "voice", 0.24, 2.4),
    tag("woman", "voice", 0.19, 2.4),
    tag("vocals", "voice", 0.2, 2),
  );
  expect(groups).toEqual([{ kind: "voice", names: ["female voice", "singing"] }]);
});

test("nobody sings where somebody does", () => {
  const singing = tag("vocals", "voice", 0.3, 2);
  const none = (z: number) => tag("no vocals", "voice", 0.4, z);
  expect(shown(singing, none(1))).toEqual([{ kind: "voice", names: ["singing"] }]);
  expect(shown(singing, tag("choir", "voice", 0.3, 2), none(2.9))).toEqual([
    { kind: "voice", names: ["no singing"] },
  ]);
});

test("a number is what the order says", () => {
  const results = [
    {
      model: "musicnn-mtt",
      tags: [
        tag("drums", "instrument", 0.7, 1.1),
        tag("flute", "instrument", 0.2, 2.8),
        tag("piano", "instrument", 0.5, 3),
      ],
    },
  ];
  const [group] = chipGroups({ results } as unknown as SongTags);
  const clarities = group?.chips.map(({ clarity }) => clarity) ?? [];
  expect(clarities).toEqual([...clarities].sort((a, b) => b - a));
  expect(clarities[0]).toBe(1);
});

test("of a song of which nothing is clear the clearest are shown", () => {
  const groups = shown(
    tag("jazz", "genre", 0.1, 0.5),
    tag("rock", "genre", 0.1, 0.4),
    tag("flute", "instrument", 0.02, 0.5),
    tag("weird", "mood", 0.01, 0.1),
  );
  expect(groups.flatMap(({ names }) => names)).toEqual(["jazz", "rock", "flute"]);
});
