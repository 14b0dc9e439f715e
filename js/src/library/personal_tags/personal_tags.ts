import { DivisiError } from "../../base/errors.js";
import { badOption } from "../../base/options.js";
import { show } from "../../base/show.js";
import type { Change } from "../tracks/database.js";
import { checkSameModel } from "../tracks/same_model.js";
import {
  measureStatistics,
  referenceFor,
  type Statistics,
  standardise,
} from "../tracks/statistics.js";
import { checkedEmbedding } from "../tracks/track.js";
import type { Example } from "../tracks/types.js";
import { Classifier, type Decision, sigmoid } from "./classifier.js";
import { certainty, type Experience, gainExperience } from "./confidence.js";
import type { Marked, TagJudgement, TagStatus } from "./types.js";

/** Examples each way that a tag needs. */
export const examplesNeeded = 3;

/** What a collection does for its personal tags. @internal */
export interface PersonalTagsHost {
  /** Carries out a change, unless `prepare` throws; changes take turns. */
  change(prepare: () => Change): Promise<void>;
  /** Something made by the model that everything here is made by, if there is anything. */
  anyMusic(): { readonly model: string; readonly embedding: Float32Array } | undefined;
  /** What is usual for this music. */
  statistics(): Statistics | undefined;
}

interface Learned {
  readonly statistics: Statistics;
  readonly classifier: Classifier;
  readonly experience: Experience;
  readonly accuracy: number;
}

/**
 * A listener's own words for music, learned from examples, on the device.
 *
 * ```ts
 * const words = collection.personalTags;            // or new PersonalTags(), in memory
 * await words.mark("rainy drive", collection.get("a.mp3"), true);
 * await words.mark("rainy drive", collection.get("b.mp3"), false);
 * // … and others: from 3 examples each way it is ready
 * words.status("rainy drive");                      // { ready: true, accuracy: 0.83, ... }
 * words.score("rainy drive", result.embedding);     // { score: 0.91, confidence: 0.78 }
 * collection.find({ tags: { "rainy drive": 1, vocal: -1 } });
 * ```
 *
 * Every example added, marked otherwise or taken back changes what is learned; learning is done
 * when the tag is next used, within 100 ms for 200 examples (its time grows with their cube). Nothing
 * is ever sent anywhere.
 *
 * How: classifier.ts learns from the standardised embeddings (tracks/statistics.ts). `score` is
 * the classifier's own. `confidence` is the estimated chance that the verdict (score from 0.5 up:
 * fits) is right where as much music fits as does not. It starts from the score, is drawn
 * towards 0.5 by the distance of the music from the examples (the variance of the decision;
 * MacKay's approximation), and is then stretched or squeezed by one factor: the one that suits the
 * examples' own truth best when each is judged by a classifier that was never shown it, with a prior
 * that holds the factor near 1 while examples are few. Music that is less than half as like any
 * example as examples are like each other is known too little: it is drawn on to 0.5. On the real
 * music of tests/golden/embeddings confidence and share of right verdicts differ by 0.03 on average;
 * with the fewest examples the confidence is too low rather than too high.
 */
export class PersonalTags {
  readonly #host: PersonalTagsHost;
  /** By tag, then by id. */
  readonly #examples = new Map<string, Map<string, Example>>();
  readonly #learned = new Map<string, Learned>();

  /** Tags that no collection keeps: in memory only. @param host for collections only */
  constructor(host?: PersonalTagsHost) {
    this.#host = host ?? {
      change: async (prepare) => this.applyChange(prepare()),
      anyMusic: () => this.firstExample(),
      statistics: () => undefined,
    };
  }

  /** The tags that have examples, sorted. */
  get names(): string[] {
    return [...this.#examples.keys()].sort();
  }

  /**
   * Says that a tag fits a piece of music, or that it does not. Marking it again corrects the mark.
   * The example keeps its own copy of the embedding: it stays when the track leaves the collection.
   */
  async mark(tag: string, music: Marked | undefined, fits: boolean): Promise<void> {
    const example = checkedExample(tag, music, fits);
    await this.#host.change(() => {
      checkSameModel(this.#host.anyMusic(), example, `example ${show(example.id)}`);
      return { putExamples: [example] };
    });
  }

  /** Takes a mark back. @return whether there was one */
  async unmark(tag: string, id: string): Promise<boolean> {
    checkTag(tag);
    let there = false;
    await this.#host.change(() => {
      there = this.#examples.get(tag)?.has(id) ?? false;
      return { removeExamples: [[tag, id]] };
    });
    return there;
  }

  /** Forgets a tag and its examples. @return whether there was one */
  async remove(tag: string): Promise<boolean> {
    checkTag(tag);
    let ids: string[] = [];
    await this.#host.change(() => {
      ids = this.examples(tag).map(({ id }) => id);
      return { removeExamples: ids.map((id) => [tag, id] as const) };
    });
    return ids.length > 0;
  }

  /** What was marked by a tag, in the order of marking; empty for a tag that there is not. */
  examples(tag: string): Example[] {
    checkTag(tag);
    return [...(this.#examples.get(tag)?.values() ?? [])];
  }

  /** How far the learning of a tag has come; also of one that has no examples yet. */
  status(tag: string): TagStatus {
    const examples = this.examples(tag);
    const fitting = examples.filter(({ fits }) => fits).length;
    const notFitting = examples.length - fitting;
    const ready = Math.min(fitting, notFitting) >= examplesNeeded;
    const accuracy = ready ? this.#learn(tag).accuracy : undefined;
    return { name: tag, fitting, notFitting, ready, accuracy };
  }

  /**
   * Judges music by a tag.
   * @param music an embedding of the examples' model, or what has one (a track, a Tagger's result)
   * Throws a DivisiError `bad-option` while the tag is not ready: `status(tag).ready` says.
   */
  score(
    tag: string,
    music: ArrayLike<number> | { readonly model?: string; readonly embedding: ArrayLike<number> },
  ): TagJudgement {
    const learned = this.#learn(tag);
    const input =
      typeof music === "object" && music !== null && "embedding" in music
        ? music
        : { embedding: music };
    const embedding = checkedEmbedding(input.embedding, "music");
    const model = (input as { model?: string }).model;
    checkSameModel(this.#host.anyMusic(), { model, embedding }, "music");
    const decision = learned.classifier.decide(standardise(learned.statistics, embedding));
    return {
      score: sigmoid(decision.value),
      confidence: certainty(decision, learned.experience),
    };
  }

  /** How a tag judges standardised embeddings: sigmoid(weights . point + offset). @internal */
  rule(tag: string): { weights: Float64Array; offset: number } {
    return this.#learn(tag).classifier;
  }

  /** Any example, if there is one. @internal */
  firstExample(): Example | undefined {
    for (const examples of this.#examples.values()) {
      for (const example of examples.values()) return example;
    }
    return undefined;
  }

  /** Every example of every tag. @internal */
  *allExamples(): Generator<Example, void, void> {
    for (const examples of this.#examples.values()) yield* examples.values();
  }

  /** Brings what is in memory to what was stored. @internal */
  applyChange(change: Change): void {
    if (change.clear) {
      this.#examples.clear();
      this.#learned.clear();
    }
    for (const example of change.putExamples ?? []) {
      const examples = this.#examples.get(example.tag) ?? new Map<string, Example>();
      this.#examples.set(example.tag, examples.set(example.id, example));
      this.#learned.delete(example.tag);
    }
    for (const [tag, id] of change.removeExamples ?? []) {
      const examples = this.#examples.get(tag);
      examples?.delete(id);
      if (examples?.size === 0) this.#examples.delete(tag);
      this.#learned.delete(tag);
    }
  }

  #learn(tag: string): Learned {
    const examples = this.examples(tag);
    const fitting = examples.filter(({ fits }) => fits).length;
    const notFitting = examples.length - fitting;
    if (Math.min(fitting, notFitting) < examplesNeeded) {
      throw new DivisiError(
        "bad-option",
        `the tag ${show(tag)} needs ${examplesNeeded} examples each way, ` +
          `got ${fitting} that it fits and ${notFitting} that it does not`,
      );
    }
    const known = this.#learned.get(tag);
    // Only the statistics of a collection whose model has no reference set ever change.
    const statistics = this.#host.statistics() ?? referenceFor(examples[0]);
    if (known && (!statistics || known.statistics === statistics)) return known;
    const learned = learn(
      examples,
      statistics ?? measureStatistics(examples.map(({ embedding }) => ({ tags: {}, embedding }))),
    );
    this.#learned.set(tag, learned);
    return learned;
  }
}

function learn(examples: readonly Example[], statistics: Statistics): Learned {
  const fits = examples.map((example) => example.fits);
  const points = examples.map(({ embedding }) => standardise(statistics, embedding));
  const classifier = new Classifier(points, fits);
  return {
    statistics,
    classifier,
    experience: gainExperience(classifier.leftOut, fits),
    accuracy: balancedAccuracy(classifier.leftOut, fits),
  };
}

function balancedAccuracy(decisions: readonly Decision[], fits: readonly boolean[]): number {
  const shareRight = (kind: boolean) => {
    const own = decisions.filter((_, i) => fits[i] === kind);
    return own.filter(({ value }) => value >= 0 === kind).length / own.length;
  };
  return (shareRight(true) + shareRight(false)) / 2;
}

function checkTag(tag: unknown): asserts tag is string {
  if (typeof tag !== "string" || tag === "") throw badOption("tag", "a text", tag);
}

function checkedExample(tag: unknown, music: Marked | undefined, fits: unknown): Example {
  checkTag(tag);
  if (typeof music !== "object" || music === null) {
    throw new DivisiError("bad-option", `music: expected a track, got ${show(music)}`);
  }
  const { id, model } = music;
  if (typeof id !== "string" || id === "") {
    throw new DivisiError("bad-option", `music: expected a text as id, got ${show(id)}`);
  }
  const where = `example ${show(id)}`;
  if (typeof model !== "string" || model === "") {
    throw new DivisiError("bad-option", `${where}: expected a model's name, got ${show(model)}`);
  }
  if (typeof fits !== "boolean") {
    throw new DivisiError("bad-option", `${where}: expected true or false, got ${show(fits)}`);
  }
  return { tag, id, model, fits, embedding: checkedEmbedding(music.embedding, where) };
}
