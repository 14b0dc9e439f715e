#!/usr/bin/env node
// Assembles the npm packages of the weights, as an app installs and serves them: `divisi-models`, which
// has all of them, and `divisi-model-NAME` for each, beside it, so that nobody has to take 60 MB for one.
//
//   node models/pack.mjs [--models build/models] [--out build/packages/divisi-models]
//
// The folders are ready for `npm pack` and `npm publish`. The model files must have been imported
// (models/import.py); each is checked against the manifest before it goes in.
import { createHash } from "node:crypto";
import { constants, createReadStream } from "node:fs";
import { chmod, copyFile, mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { namedModels } from "./catalogue.mjs";

/** What runs a model, by its task. */
const makers = {
  separation: "Separator",
  tagging: "Tagger",
  beats: "Analyser",
  chords: "Analyser",
  notes: "Transcriber",
  melody: "Transcriber",
  drums: "DrumTranscriber",
};

const sources = dirname(fileURLToPath(import.meta.url));
const repository = dirname(sources);

async function main() {
  const { values } = parseArgs({
    options: {
      models: { type: "string", default: join(repository, "build/models") },
      out: { type: "string", default: join(repository, "build/packages/divisi-models") },
    },
  });
  const out = resolve(values.out);
  const manifest = JSON.parse(await readFile(join(sources, "manifest.json"), "utf8"));
  const shipped = namedModels(manifest);
  for (const model of shipped) await checkModel(model, values.models);

  await packInto(out, "divisi-models", { ...manifest, models: shipped }, values.models);
  for (const model of shipped) {
    const name = `divisi-model-${model.name}`;
    const one = { ...manifest, models: [model] };
    await packInto(join(dirname(out), name), name, one, values.models);
  }
  console.log(`models: packed ${shipped.length} model(s) in ${relative(".", out) || "."}`);
}

/** Puts a package together beside its place, so that no half-made one ever stands there. */
async function packInto(out, name, manifest, models) {
  await mkdir(dirname(out), { recursive: true });
  const staging = await mkdtemp(join(dirname(out), `.${name}-`));
  try {
    await chmod(staging, 0o755); // mkdtemp's 0700 would keep other users out
    await fill(staging, name, manifest, models);
    await rm(out, { recursive: true, force: true });
    await rename(staging, out);
  } catch (error) {
    await rm(staging, { recursive: true, force: true });
    throw error;
  }
}

async function checkModel(model, folder) {
  const path = join(folder, model.file);
  const hash = createHash("sha256");
  try {
    await pipeline(createReadStream(path), hash);
  } catch (error) {
    if (error.code !== "ENOENT") throw error;
    throw new Error(`${path} is missing; run: python models/import.py --out ${folder}`);
  }
  const actual = hash.digest("hex");
  if (actual !== model.sha256) {
    throw new Error(`${path} has the SHA-256 ${actual}, manifest.json promises ${model.sha256}`);
  }
}

async function fill(folder, name, manifest, models) {
  // The engine's package and its weights are released together, under one version.
  const { version } = JSON.parse(await readFile(join(repository, "js/package.json"), "utf8"));
  const shipped = manifest.models;
  const files = new Set(["LICENSE"]);
  await copyFile(join(repository, "LICENSE"), join(folder, "LICENSE"));
  for (const model of shipped) {
    await copyFile(join(models, model.file), join(folder, model.file), constants.COPYFILE_FICLONE);
    files.add(model.file);
    for (const file of [model.licenceFile, model.card, model.card.replace(/json$/, "md")]) {
      await mkdir(join(folder, dirname(file)), { recursive: true });
      await copyFile(join(sources, file), join(folder, file));
      files.add(dirname(file));
    }
  }
  await writeJson(join(folder, "manifest.json"), manifest);
  await writeFile(join(folder, "README.md"), readme(name, shipped));
  const licences = new Set(["Apache-2.0", ...shipped.map((model) => model.licence)]);
  await writeJson(join(folder, "package.json"), {
    name,
    version,
    description:
      name === "divisi-models"
        ? "Model weights for divisi: install them like code and serve them yourself"
        : `Weights of the model ${shipped[0].title} for divisi: install them like code`,
    license: [...licences].join(" AND "),
    keywords: ["divisi", "audio", "music", "source separation", "model weights"],
    files: ["manifest.json", "README.md", ...files],
    exports: {
      "./manifest.json": "./manifest.json",
      "./*.safetensors": "./*.safetensors",
      "./cards/*": "./cards/*",
      "./package.json": "./package.json",
    },
  });
}

function readme(name, models) {
  const rows = models.map(
    (model) =>
      `| [\`${model.name}\`](${model.card.replace(/json$/, "md")}) | ${model.task} | ` +
      `${(model.size / 1e6).toFixed(1)} MB | [${model.licence}](${model.licenceFile}) |`,
  );
  const maker = makers[models[0].task];
  const variable = maker.toLowerCase();
  // An Analyser takes models by the parts that need them.
  const byAddress = maker === "Analyser" ? `models: { ${models[0].task}: model }` : "model";
  const byName = maker === "Analyser" ? "" : `model: "${models[0].name}", `;
  return `# ${name}

${models.length > 1 ? "Model weights" : "The weights of one model"} for the npm package \`divisi\`. Node finds this package by itself. For a browser have
your bundler take a model along (Vite; in webpack 5
\`new URL("${name}/${models[0].file}", import.meta.url)\`):

\`\`\`js
import model from "${name}/${models[0].file}?url";
const ${variable} = await ${maker}.create({ ${byAddress} });
\`\`\`

or serve this folder with your app and name it, so that models are checked by their SHA-256:

\`\`\`js
const ${variable} = await ${maker}.create({ ${byName}modelBase: "/models/" });
\`\`\`

| model | task | size | licence of the weights |
|---|---|---|---|
${rows.join("\n")}

Each model's card says who trained it on what, and what is not known of that. \`manifest.json\` has the
SHA-256 of every file and of the package that it was made from. Everything but the weights is
licensed under Apache-2.0 (\`LICENSE\`).
`;
}

async function writeJson(path, value) {
  await writeFile(path, `${JSON.stringify(value, null, 2)}\n`);
}

main().catch((error) => {
  console.error(`models/pack.mjs: ${error.message}`);
  process.exitCode = 1;
});
