/**
 * What the scores of a model's tags are usually like: tags.json, made by make_calibration.py from
 * real music of many kinds.
 */

import tags from "./tags.json" with { type: "json" };

/** The logit of a tag's score over the reference music: mean and standard deviation, by name. */
export type Calibration = Readonly<
  Record<string, { readonly mean: number; readonly deviation: number } | undefined>
>;

/** @param model its name; undefined for models that were not calibrated */
export function calibrationOf(model: string): Calibration | undefined {
  return Object.hasOwn(tags, model) ? tags[model as keyof typeof tags] : undefined;
}
