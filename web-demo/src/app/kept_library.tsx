/** The songs of earlier visits, on the page that one begins with: only where there are any. */

import { useEffect, useState } from "preact/hooks";
import { lazily } from "../shared/lazily.js";

const Library = lazily(() => import("../tags/library_panel.js"));

export function KeptLibrary() {
  const [isThere, setThere] = useState(false);
  useEffect(() => {
    // As divisi's Collection calls what it keeps. Where storage is denied, or cannot be listed, nothing
    // is shown, and nothing is made here of a visit without songs.
    const look = async () => {
      const all = await indexedDB.databases();
      setThere(all.some(({ name }) => name?.startsWith("divisi-collection:")));
    };
    look().catch(() => undefined);
  }, []);
  return isThere ? <Library evenEmpty={false} /> : null;
}
