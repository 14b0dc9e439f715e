/** Which keys play which of the pitches that there are: the nearest, the lower one in the middle. */

const [lowest, highest] = [0, 127];

/** @param keys in rising order, each once */
export function keyRanges(keys: readonly number[]): { lowestKey: number; highestKey: number }[] {
  const reachOf = (index: number) =>
    Math.floor(((keys[index] as number) + (keys[index + 1] as number)) / 2);
  return keys.map((_, index) => ({
    lowestKey: index === 0 ? lowest : reachOf(index - 1) + 1,
    highestKey: index === keys.length - 1 ? highest : reachOf(index),
  }));
}
