// npm start [-- FILE…]: sets up, builds, and separates each FILE (or the bundled sample song) into
// out/NAME/{vocals,accompaniment}.wav with the Wasm that browsers run; then says what each sounds
// like, and its tempo, key and first chords.
import { relative, resolve } from "node:path";
import { buildAll } from "./build/build.mjs";
import { cliCommand } from "./lib/cli.mjs";
import { main } from "./lib/failure.mjs";
import { withLock } from "./lib/lock.mjs";
import { inRoot, root } from "./lib/paths.mjs";
import { say } from "./lib/progress.mjs";
import { runLoudly } from "./lib/run.mjs";
import { setUp } from "./setup/setup.mjs";

const sample = inRoot("sample/song.ogg");

await main(async () => {
  const from = process.env.INIT_CWD ?? process.cwd();
  const given = process.argv.slice(2);
  const files = given.length > 0 ? given.map((file) => resolve(from, file)) : [sample];
  await withLock(async () => {
    await setUp();
    await buildAll();
  });
  if (given.length === 0)
    say(`No file given: separating, tagging and analysing the bundled ${relative(root, sample)}`);
  const divisi = (...line) => {
    const { command, args, env } = cliCommand(line);
    return runLoudly(command, args, { env });
  };
  let code = await divisi("separate", "--out", inRoot("out"), "--", ...files);
  // Also where some file failed the others have the rest; after wrong use or Ctrl-C nothing has.
  for (const line of [
    ["tag", "--top", "8"],
    ["analyse", "--parts", "beats,key,chords"],
  ]) {
    if (code <= 1) code = Math.max(code, await divisi(...line, "--", ...files));
  }
  if (code === 0) {
    say("\nNext: listen to the files above, or see what else there is:");
    say("  npm run -s divisi -- separate --help");
  }
  return code;
});
