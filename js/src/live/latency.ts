/** What a live separation's latency is made of, apart from what the engine itself needs. */

/** Seconds of headroom that an app may ask for. */
export const headroomLimits = { least: 0.05, most: 2 } as const;

/** No default headroom is shorter: Workers may be kept waiting for so long, whatever they do. */
const leastDefault = 0.15;

/**
 * Frames that are added to the engine's own latency, so that it has time for a run: what the app
 * wants, else half of what lies between two runs.
 */
export function headroomFrames(
  runInterval: number,
  sampleRate: number,
  headroomSeconds: number | undefined,
): number {
  return Math.round(
    headroomSeconds === undefined
      ? Math.max(runInterval / 2, leastDefault * sampleRate)
      : headroomSeconds * sampleRate,
  );
}
