/** The best few of many scores. */

/**
 * Indices of the `limit` highest scores, best first; of equal ones the lower index first. Negative
 * infinity never gets in.
 */
export function best(scores: Float32Array, limit: number): number[] {
  // A heap whose root is the worst of the best so far: nearly every score is turned away at once.
  const heap: number[] = [];
  const isWorse = (a: number, b: number) => {
    const [x, y] = [scores[a] as number, scores[b] as number];
    return x < y || (x === y && a > b);
  };
  const swap = (i: number, j: number) => {
    [heap[i], heap[j]] = [heap[j] as number, heap[i] as number];
  };
  const at = (i: number) => heap[i] as number;

  const rise = (from: number) => {
    let i = from;
    for (let parent = (i - 1) >> 1; i > 0 && isWorse(at(i), at(parent)); parent = (i - 1) >> 1) {
      swap(i, parent);
      i = parent;
    }
  };
  const sink = () => {
    for (let i = 0; ; ) {
      let worst = i;
      for (const child of [2 * i + 1, 2 * i + 2]) {
        if (child < heap.length && isWorse(at(child), at(worst))) worst = child;
      }
      if (worst === i) return;
      swap(i, worst);
      i = worst;
    }
  };

  let threshold = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < scores.length; i++) {
    if (!((scores[i] as number) > threshold)) continue;
    if (heap.length < limit) {
      heap.push(i);
      rise(heap.length - 1);
    } else {
      heap[0] = i;
      sink();
    }
    if (heap.length === limit) threshold = scores[at(0)] as number;
  }
  return heap.sort((a, b) => (isWorse(a, b) ? 1 : -1));
}
