/** The songs of earlier visits, on the page that one begins with: only where there are any. */

import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { lazily } from "../shared/lazily.js";

const Library = lazily(() => import("../tags/library_panel.js"));

/** As divisi's Collection calls what it keeps; of a visit without songs nothing is to be made here. */
const databases = /^divisi-collection:/;

const isThere = signal(false);

export function KeptLibrary() {
  useEffect(() => void look(), []);
  return isThere.value ? <Library evenEmpty={false} /> : null;
}

/** Where storage is denied, or cannot be listed, nothing is shown. */
async function look(): Promise<void> {
  try {
    const all = await indexedDB.databases();
    isThere.value = all.some(({ name }) => databases.test(name ?? ""));
  } catch {
    isThere.value = false;
  }
}
