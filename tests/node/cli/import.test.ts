// `divisi import`: its arguments, what it fetches, and how it finds what it has made.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { parseArguments } from "../../../js/cli/commands/arguments.js";
import { knownNetworks } from "../../../js/cli/import/known_networks.js";
import { fileOfTarball } from "../../../js/cli/import/tarball.js";
import { isModelName, userModelPath } from "../../../js/cli/models/user_models.js";

describe("arguments", () => {
  test("the importer gets its own options as they are", () => {
    const line =
      "import net.onnx --task t.json -o m.safetensors --shape a=1,2 --shape b=3 --layout a=1,0 " +
      "--dtype int8 --no-check --json";
    expect(parseArguments(line.split(" "))).toEqual({
      command: "import",
      source: "net.onnx",
      out: "m.safetensors",
      accept: undefined,
      words: [
        "--task=t.json",
        "--dtype=int8",
        "--shape=a=1,2",
        "--shape=b=3",
        "--layout=a=1,0",
        "--no-check",
      ],
      json: true,
    });
  });

  test("one FILE, and only options that there are", () => {
    expect(() => parseArguments(["import"])).toThrow("import: no FILE.onnx given");
    expect(() => parseArguments(["import", "a", "b"])).toThrow(
      'import: takes one FILE, not also "b"',
    );
    expect(() => parseArguments(["import", "a", "--stems", "x"])).toThrow("--stems");
    expect(() => parseArguments(["import", "a", "-o", ""])).toThrow("--out is an empty string");
  });
});

describe("a package's tarball", () => {
  const entry = (name: string, content: string) => {
    const header = Buffer.alloc(512);
    header.write(name, 0);
    header.write(`${content.length.toString(8).padStart(11, "0")}\0`, 124);
    const data = Buffer.alloc(Math.ceil(content.length / 512) * 512);
    data.write(content);
    return Buffer.concat([header, data]);
  };
  const archive = Buffer.concat([
    entry("package/a", "first"),
    entry("package/net.onnx", "x".repeat(1000)),
    Buffer.alloc(1024),
  ]);

  test("gives the file that is asked for", () => {
    const found = fileOfTarball(gzipSync(archive), "package/net.onnx");
    expect(Buffer.from(found).toString()).toBe("x".repeat(1000));
  });

  test("without the file, or cut off, is refused", () => {
    expect(() => fileOfTarball(gzipSync(archive), "package/b")).toThrow("holds no package/b");
    const cut = gzipSync(archive.subarray(0, 1600));
    expect(() => fileOfTarball(cut, "package/net.onnx")).toThrow("holds no package/net.onnx");
  });
});

describe("the user's own models", () => {
  test("no name leaves their folder", () => {
    for (const name of ["htdemucs", "my-net_2.1"]) expect(isModelName(name)).toBe(true);
    for (const name of ["", "..", "a/b", "../a", "a\\b", ".hidden", "a\0b", "x".repeat(65)]) {
      expect(isModelName(name)).toBe(false);
    }
  });

  test("DIVISI_MODELS names the folder", () => {
    const before = process.env.DIVISI_MODELS;
    process.env.DIVISI_MODELS = "/somewhere";
    expect(userModelPath("net")).toBe(join("/somewhere", "net.safetensors"));
    if (before === undefined) delete process.env.DIVISI_MODELS;
    else process.env.DIVISI_MODELS = before;
  });
});

test("terms, hashes and recipe of a known network agree", () => {
  for (const network of knownNetworks) {
    const read = (name: string) =>
      JSON.parse(
        readFileSync(new URL(`../../../models/tasks/${name}`, import.meta.url), "utf8"),
      ) as Record<string, unknown>;
    const recipe = read(`${network.name}.recipe.json`);
    const card = read(String(recipe.card));
    expect(recipe.sha256).toBe(network.fileSha256);
    expect(card.source).toMatchObject({
      package: network.package,
      version: network.version,
      sha256: network.tarballSha256,
    });
    expect(network.terms.join(" ")).toContain("personal and research use only");
  }
});
