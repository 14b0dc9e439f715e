/** Lets parts of the page give up what they hold in the browser's storage before that is deleted. */

const listeners = new Set<() => Promise<void>>();

/** @param letGo what to wait for before everything is deleted */
export function beforeDeletion(letGo: () => Promise<void>): void {
  listeners.add(letGo);
}

/** Resolves when everything may be deleted. */
export async function prepareDeletion(): Promise<void> {
  await Promise.all([...listeners].map((letGo) => letGo()));
}
