/**
 * A page with a fixed piece of work, done by two Workers at once: while nothing else runs on the
 * machine it always takes the same time.
 */

/** Runs in the Workers: their script is made from its text. Four sums at once, over memory that the second-level cache holds. */
function kernel(values: Float32Array, rounds: number): number {
  let [a, b, c, d] = [0, 0, 0, 0];
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i + 3 < values.length; i += 4) {
      a += (values[i] as number) * 1.0001;
      b += (values[i + 1] as number) * 1.0002;
      c += (values[i + 2] as number) * 1.0003;
      d += (values[i + 3] as number) * 1.0004;
    }
  }
  return a + b + c + d;
}

const script = `const kernel = ${kernel};
const values = new Float32Array(1 << 16).fill(1);
onmessage = () => {
  const start = performance.now();
  kernel(values, 300);
  postMessage(performance.now() - start);
};`;

const url = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
const workers = [new Worker(url), new Worker(url)];

/** @returns milliseconds of the slower one */
async function calibrate(): Promise<number> {
  const times = workers.map(
    (worker) =>
      new Promise<number>((resolve) => {
        worker.onmessage = ({ data }: MessageEvent<number>) => resolve(data);
        worker.postMessage(null);
      }),
  );
  return Math.max(...(await Promise.all(times)));
}

export type Calibrate = typeof calibrate;

Object.assign(globalThis, { calibrate });
