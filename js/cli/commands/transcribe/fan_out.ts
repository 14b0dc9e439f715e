/** One stream of blocks for several readers, which read in step: memory holds one block. */

type Turn<T> = IteratorResult<T, void>;

interface Waiting<T> {
  resolve(turn: Turn<T>): void;
  reject(reason: unknown): void;
}

/**
 * A stream for each reader. A block is read when all of them wait for it; a reader that ends early holds
 * nobody up, and the last one that ends also ends what is read.
 */
export function fanOut<T>(blocks: AsyncGenerator<T, void, void>, readers: number) {
  const waiting = new Map<number, Waiting<T>>();
  const reading = new Set(Array.from({ length: readers }, (_, reader) => reader));

  const answer = (tell: (one: Waiting<T>) => void) => {
    const all = [...waiting.values()];
    waiting.clear();
    for (const one of all) tell(one);
  };
  const readOn = () => {
    if (reading.size === 0) return void blocks.return().catch(() => undefined);
    if (waiting.size < reading.size) return;
    blocks.next().then(
      (turn) => answer((one) => one.resolve(turn)),
      (error) => answer((one) => one.reject(error)),
    );
  };
  const next = (reader: number) =>
    new Promise<Turn<T>>((resolve, reject) => {
      waiting.set(reader, { resolve, reject });
      readOn();
    });

  async function* read(reader: number): AsyncGenerator<T, void, void> {
    try {
      for (let turn = await next(reader); !turn.done; turn = await next(reader)) yield turn.value;
    } finally {
      reading.delete(reader);
      readOn();
    }
  }
  return Array.from({ length: readers }, (_, reader) => read(reader));
}
