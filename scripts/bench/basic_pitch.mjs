// The original network of the notes, for other runtimes: out of the package that the set-up has fetched.
import { existsSync, mkdirSync } from "node:fs";
import { inBuild, inDeps } from "../lib/paths.mjs";
import { run } from "../lib/run.mjs";
import { python } from "../setup/python.mjs";

const wheel = inDeps("downloads/basic_pitch-0.4.0-py2.py3-none-any.whl");
const member = "basic_pitch/saved_models/icassp_2022/nmp.onnx";

/** Where nmp.onnx lies. */
export const basicPitchFolder = inBuild("bench/basic-pitch");

export async function basicPitchOnnx() {
  if (existsSync(`${basicPitchFolder}/nmp.onnx`)) return;
  mkdirSync(basicPitchFolder, { recursive: true });
  const script =
    "import sys, zipfile, pathlib; " +
    "pathlib.Path(sys.argv[3]).write_bytes(zipfile.ZipFile(sys.argv[1]).read(sys.argv[2]))";
  await run(python, ["-c", script, wheel, member, `${basicPitchFolder}/nmp.onnx`], {
    what: "Taking basic-pitch's network out of its package",
    remedy: "npm run setup",
  });
}
