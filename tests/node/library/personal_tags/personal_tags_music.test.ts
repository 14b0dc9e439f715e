// Personal tags on real music: they are compared with the nearest of musicnn's own tags, and their
// confidence with how often they are right.
import { PersonalTags } from "divisi";
import { describe, expect, test } from "vitest";
import {
  type InventedTag,
  inventedTags,
  meanOf,
  type RealTrack,
  rocAuc,
  seeded,
  shuffled,
  tagNames,
  tracks,
} from "../real_music.js";

interface Split {
  readonly examples: readonly (readonly [RealTrack, boolean])[];
  readonly fitting: readonly RealTrack[];
  readonly others: readonly RealTrack[];
}

const at = (i: number) => tracks[i] as RealTrack;

/** Some tracks as examples, all others to be judged. */
function split(tag: InventedTag, yes: number, no: number, seed: number): Split {
  const random = seeded(seed);
  const fits = shuffled(tag.fits, random).map(at);
  const doesNot = shuffled(tag.doesNotFit, random).map(at);
  return {
    examples: [
      ...fits.slice(0, yes).map((track) => [track, true] as const),
      ...doesNot.slice(0, no).map((track) => [track, false] as const),
    ],
    fitting: fits.slice(yes),
    others: doesNot.slice(no),
  };
}

/** The same, but what is judged comes from games of which no track is an example. */
function splitByGame(tag: InventedTag, yes: number, no: number, seed: number): Split {
  const random = seeded(seed);
  const games = (indices: readonly number[]) => [...new Set(indices.map((i) => at(i).package))];
  const half = (names: string[]) => shuffled(names, random).slice(0, Math.ceil(names.length / 2));
  const withFits = games(tag.fits);
  const without = games(tag.doesNotFit).filter((name) => !withFits.includes(name));
  const known = new Set([...half(withFits), ...half(without)]);
  const parts = [tag.fits, tag.doesNotFit].map((indices) => {
    const all = shuffled(indices, random).map(at);
    return [true, false].map((kind) => all.filter((track) => known.has(track.package) === kind));
  });
  const [[fits = [], fitting = []] = [], [doesNot = [], others = []] = []] = parts;
  return {
    examples: [
      ...fits.slice(0, yes).map((track) => [track, true] as const),
      ...doesNot.slice(0, no).map((track) => [track, false] as const),
    ],
    fitting,
    others,
  };
}

async function learn({ examples }: Split): Promise<PersonalTags> {
  const words = new PersonalTags();
  for (const [track, fits] of examples) await words.mark("it", track, fits);
  return words;
}

async function aucOfPersonal(divided: Split): Promise<number> {
  const words = await learn(divided);
  const score = (track: RealTrack) => words.score("it", track).score;
  return rocAuc(divided.fitting.map(score), divided.others.map(score));
}

/** Of the model's tag that tells the examples apart best, be it by its presence or its absence. */
function aucOfNearestTag({ examples, fitting, others }: Split): readonly [string, number] {
  const auc = (tag: string, yes: readonly RealTrack[], no: readonly RealTrack[]) =>
    rocAuc(
      yes.map(({ tags }) => tags[tag] as number),
      no.map(({ tags }) => tags[tag] as number),
    );
  const marked = (kind: boolean) => examples.filter(([, fit]) => fit === kind).map(([t]) => t);
  const [best] = tagNames
    .map((tag) => ({ tag, value: auc(tag, marked(true), marked(false)) - 0.5 }))
    .sort((a, b) => Math.abs(b.value) - Math.abs(a.value));
  if (!best) throw new Error("there are no tags");
  const value = auc(best.tag, fitting, others);
  return best.value > 0 ? [best.tag, value] : [`not ${best.tag}`, 1 - value];
}

describe("invented tags", () => {
  test("each has enough music either way", () => {
    expect(tracks.length).toBeGreaterThanOrEqual(150);
    expect(inventedTags.length).toBeGreaterThanOrEqual(3);
    for (const { fits, doesNotFit } of inventedTags) {
      expect(fits.length).toBeGreaterThanOrEqual(25);
      expect(doesNotFit.length).toBeGreaterThanOrEqual(100);
    }
  });

  /** Mean ROC AUC over ten splits, of both. */
  async function compare(tag: InventedTag, divide: (seed: number) => Split) {
    const personal: number[] = [];
    const nearest: number[] = [];
    const names = new Set<string>();
    for (let seed = 0; seed < 10; seed++) {
      const divided = divide(seed);
      personal.push(await aucOfPersonal(divided));
      const [name, auc] = aucOfNearestTag(divided);
      nearest.push(auc);
      names.add(name);
    }
    return {
      tag: tag.name,
      personal: meanOf(personal),
      nearest: meanOf(nearest),
      wins: personal.filter((auc, i) => auc > (nearest[i] as number)).length,
      nearestTags: [...names].join(", "),
    };
  }

  test("are learned better than the nearest tag of musicnn tells them", async () => {
    const rows = [];
    for (const tag of inventedTags) {
      rows.push(await compare(tag, (seed) => split(tag, 20, 60, seed)));
    }
    console.table(rows);
    // 0.05 is twice the standard error of a difference here; a tag counts when it also wins nearly
    // every split.
    const better = rows.filter(
      ({ personal, nearest, wins }) => personal > nearest + 0.05 && wins >= 8,
    );
    expect(better.length).toBeGreaterThanOrEqual(3);
    for (const { personal, nearest } of rows) expect(personal).toBeGreaterThan(nearest - 0.02);
  });

  test("are learned, not the games that the examples come from", async () => {
    const rows = [];
    for (const tag of inventedTags) {
      rows.push(await compare(tag, (seed) => splitByGame(tag, 20, 60, seed)));
    }
    console.table(rows);
    expect(meanOf(rows.map(({ personal }) => personal))).toBeGreaterThan(
      meanOf(rows.map(({ nearest }) => nearest)),
    );
  });

  test("are learned better from more examples", async () => {
    const table: number[][] = [];
    for (const tag of inventedTags) {
      const aucs = [];
      for (const [yes, no] of [
        [3, 3],
        [10, 10],
        [20, 60],
      ] as const) {
        const draws = Array.from({ length: 6 }, (_, s) => aucOfPersonal(split(tag, yes, no, s)));
        aucs.push(meanOf(await Promise.all(draws)));
      }
      table.push(aucs);
    }
    console.table(table);
    const [few, some, many] = [0, 1, 2].map((k) => meanOf(table.map((aucs) => aucs[k] as number)));
    expect(some).toBeGreaterThan((few as number) + 0.02);
    expect(many).toBeGreaterThan((some as number) + 0.02);
  });
});

describe("confidence", () => {
  test.each([
    [3, 3],
    [5, 20],
    [20, 60],
  ])("from %i + %i examples is as high as the share of right verdicts", async (yes, no) => {
    /** Sums over verdicts whose confidence lies from 0.5 to 0.6, ...: weight, confidence, right. */
    const bins = Array.from({ length: 5 }, () => [0, 0, 0] as [number, number, number]);
    for (const tag of inventedTags) {
      for (let seed = 0; seed < 6; seed++) {
        const divided = split(tag, yes, no, seed);
        const words = await learn(divided);
        for (const [kind, music] of [
          [true, divided.fitting],
          [false, divided.others],
        ] as const) {
          for (const track of music) {
            const { score, confidence } = words.score("it", track);
            const bin = bins[Math.min(Math.floor((confidence - 0.5) * 10), 4)];
            // As much music that fits as does not.
            const weight = 1 / music.length;
            if (!bin) throw new Error(`a confidence of ${confidence}`);
            bin[0] += weight;
            bin[1] += weight * confidence;
            bin[2] += weight * Number(score >= 0.5 === kind);
          }
        }
      }
    }
    const total = bins.reduce((sum, [weight]) => sum + weight, 0);
    console.table(bins.map(([w, c, r]) => ({ share: w / total, confidence: c / w, right: r / w })));
    const error = bins.reduce((sum, [, c, r]) => sum + Math.abs(c - r), 0) / total;
    const overconfidence = bins.reduce((sum, [, c, r]) => sum + Math.max(c - r, 0), 0) / total;
    // Expected calibration error: 0.02 to 0.03 on these tags, where sampling alone makes 0.01; always
    // guessing 0.5 would give 0.1 to 0.3. Claiming too much is worse than claiming too little.
    expect(error).toBeLessThan(0.06);
    expect(overconfidence).toBeLessThan(0.03);
  });
});
