/** A colour for each stem, by its place in the model. */

/** How many custom properties --stem-1, --stem-2, ... theme.css has; more stems begin anew. */
export const stemColourCount = 8;

/** The name of the custom property that has the colour of a model's stem `index`, from 0. */
export function stemColour(index: number): string {
  return `--stem-${1 + (index % stemColourCount)}`;
}
