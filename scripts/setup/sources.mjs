// The C and C++ sources that CMake builds, each in .deps/sources/NAME.
import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "../lib/failure.mjs";
import { inDeps } from "../lib/paths.mjs";
import { detail, step } from "../lib/progress.mjs";
import { run } from "../lib/run.mjs";
import { isDone, markDone } from "../lib/stamp.mjs";
import { downloadPackages, downloadSources } from "./apt.mjs";
import { cpuinfo, sourceSuite, sources } from "./pins.mjs";

const folderOf = (name) => inDeps("sources", name);

/** The sources that the environment names as the person's own: CMake variable to folder. */
export function ownSources() {
  const names = [...sources.map((pin) => pin.variable), cpuinfo.variable];
  return Object.fromEntries(
    names.filter((name) => process.env[name]).map((name) => [name, process.env[name]]),
  );
}

export async function ensureSources() {
  const own = ownSources();
  const missing = sources.filter(
    (pin) =>
      !(pin.variable in own) &&
      !isDone(`source-${pin.folder}`, pin, [join(folderOf(pin.folder), pin.marker)]),
  );
  const wantsCpuinfo =
    !(cpuinfo.variable in own) && !isDone("source-cpuinfo", cpuinfo, [folderOf("cpuinfo")]);
  if (missing.length === 0 && !wantsCpuinfo) return;
  const names = [...missing.map((pin) => pin.folder), ...(wantsCpuinfo ? ["cpuinfo"] : [])];
  await step(`Fetching the C++ sources of ${names.join(", ")}`, async () => {
    if (missing.length > 0) {
      const files = await downloadSources(missing, sourceSuite);
      for (const [i, pin] of missing.entries()) {
        detail(`unpacking ${pin.folder}`);
        await unpackSource(files[i], pin);
      }
    }
    if (wantsCpuinfo) await unpackCpuinfo();
  });
}

async function unpackSource(file, pin) {
  await replaceFolder(pin.folder, async (fresh) => {
    await run("tar", ["-xf", file, "-C", fresh], { what: `Unpacking ${file}` });
    // Some tarballs hold one folder, some hold the files themselves.
    const entries = readdirSync(fresh);
    const content = entries.length === 1 ? join(fresh, entries[0]) : fresh;
    if (!existsSync(join(content, pin.marker))) {
      throw new Failure(`${file} does not hold ${pin.marker}`, "report this as a bug of divisi");
    }
    return content;
  });
  markDone(`source-${pin.folder}`, pin);
}

async function unpackCpuinfo() {
  const packages = cpuinfo.packages.map((name) => ({ package: name, version: cpuinfo.version }));
  const files = await downloadPackages(packages, cpuinfo.suite);
  await replaceFolder("cpuinfo", async (fresh) => {
    for (const file of files) await run("dpkg-deb", ["-x", file, join(fresh, "packages")]);
    const content = join(fresh, "content");
    mkdirSync(join(content, "lib"), { recursive: true });
    renameSync(join(fresh, "packages/usr/include"), join(content, "include"));
    const libraries = join(fresh, "packages/usr/lib/x86_64-linux-gnu");
    for (const name of readdirSync(libraries).filter((n) => n.startsWith("libcpuinfo.so"))) {
      cpSync(join(libraries, name), join(content, "lib", name), { verbatimSymlinks: true });
    }
    return content;
  });
  markDone("source-cpuinfo", cpuinfo);
}

/** Puts what `fill` makes in the place of a source folder, which is complete or absent at any time. */
async function replaceFolder(name, fill) {
  const target = folderOf(name);
  const fresh = `${target}.new`;
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { recursive: true });
  const content = await fill(fresh);
  rmSync(target, { recursive: true, force: true });
  renameSync(content, target);
  rmSync(fresh, { recursive: true, force: true });
}
