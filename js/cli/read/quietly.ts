/** Decoder packages that write on the console. */

/** They report each damaged frame there; here it is a warning instead. */
export async function quietly<T>(work: () => T | Promise<T>): Promise<T> {
  const { error } = console;
  console.error = () => {};
  try {
    return await work();
  } finally {
    console.error = error;
  }
}
