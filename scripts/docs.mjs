// npm run docs: makes the reference of the npm package and of the C++ core, with the guides, in
// docs/api. It needs nothing built.
import { join } from "node:path";
import { ensureDocsTools, makeDocs, site } from "./docs/site.mjs";
import { main } from "./lib/failure.mjs";
import { withLock } from "./lib/lock.mjs";
import { say } from "./lib/progress.mjs";

await main(async () => {
  await withLock(async () => {
    await ensureDocsTools();
    await makeDocs();
  });
  say(`The documents begin at ${join(site, "index.html")}`);
  return 0;
});
