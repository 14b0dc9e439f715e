/** Assertions for the suite, which runs inside pages too, where Vitest's are not to be had. */

export function ok(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(message);
}

export function equal<T>(actual: T, expected: T, what: string): void {
  const [a, e] = [JSON.stringify(actual), JSON.stringify(expected)];
  ok(a === e, `${what}: expected ${e}, got ${a}`);
}

export function atMost(actual: number, limit: number, what: string): void {
  ok(actual <= limit, `${what}: expected at most ${limit}, got ${actual}`);
}

export function atLeast(actual: number, limit: number, what: string): void {
  ok(actual >= limit, `${what}: expected at least ${limit}, got ${actual}`);
}

/** Checks that `promise` rejects with a DivisiError of this code whose message has these words. */
export async function rejects(
  promise: Promise<unknown>,
  code: string,
  ...words: (string | RegExp)[]
): Promise<void> {
  const error = await rejection(promise);
  equal([error.name, error.code], ["DivisiError", code], `the error "${error.message}"`);
  for (const word of words) {
    const found =
      typeof word === "string" ? error.message.includes(word) : word.test(error.message);
    ok(found, `expected ${word} in the message "${error.message}"`);
  }
}

export async function rejectsAsAborted(promise: Promise<unknown>): Promise<void> {
  equal((await rejection(promise)).name, "AbortError", "the error's name");
}

async function rejection(promise: Promise<unknown>): Promise<Error & { code?: string }> {
  let value: unknown;
  try {
    value = await promise;
  } catch (error) {
    ok(error instanceof Error, `expected an Error, got ${String(error)}`);
    return error;
  }
  throw new Error(`expected a rejection, got ${JSON.stringify(value)?.slice(0, 200)}`);
}

/** Signal-to-noise ratio in dB: 10 log10(sum of want² / sum of (want - got)²). */
export function snrDb(want: Float32Array, got: Float32Array): number {
  equal(got.length, want.length, "frames");
  let signal = 0;
  let noise = 0;
  want.forEach((w, i) => {
    signal += w * w;
    noise += (w - (got[i] ?? Number.NaN)) ** 2;
  });
  return noise === 0 ? Number.POSITIVE_INFINITY : 10 * Math.log10(signal / noise);
}
