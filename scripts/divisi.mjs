// npm run -s divisi -- ARGUMENTS: the command line of the package, from this clone. Builds first if
// that was never done; after changes to the sources, `npm run build` brings it up to date.
import { buildAll, isBuilt } from "./build/build.mjs";
import { cliCommand } from "./lib/cli.mjs";
import { main } from "./lib/failure.mjs";
import { withLock } from "./lib/lock.mjs";
import { runLoudly } from "./lib/run.mjs";
import { setUp } from "./setup/setup.mjs";

await main(async () => {
  if (!isBuilt()) {
    await withLock(async () => {
      await setUp();
      await buildAll();
    });
  }
  const { command, args, env } = cliCommand(process.argv.slice(2));
  // npm runs scripts in the root folder; file names are meant where the person stands.
  return runLoudly(command, args, { env, cwd: process.env.INIT_CWD ?? process.cwd() });
});
