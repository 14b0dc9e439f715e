// Reads the machine's own apt configuration, to find the Debian archive that it already uses.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const kSuite = /^(bookworm|trixie|stable|testing|unstable|sid|forky)$/;

/**
 * The archives in the text of a one-line-style sources.list.
 * @returns {{uri: string, options: string}[]} options as they stand in brackets, e.g. "[trusted=yes]"
 */
export function archivesInList(text) {
  const archives = [];
  for (const line of text.split("\n")) {
    const match = /^\s*deb(?:-src)?\s+(\[[^\]]*\]\s+)?(\S+)\s+(\S+)\s+(.*)$/.exec(line);
    if (!match) continue;
    const [, options = "", uri, suite, components] = match;
    if (!kSuite.test(suite) || !/\bmain\b/.test(components)) continue;
    archives.push({ uri, options: keptOptions(options) });
  }
  return archives;
}

/** The archives in the text of a deb822-style .sources file. */
export function archivesInSources(text) {
  const archives = [];
  for (const stanza of text.split(/\n\s*\n/)) {
    const field = (name) => new RegExp(`^${name}:[ \\t]*(.*)$`, "im").exec(stanza)?.[1].trim();
    if (/^(no|false|0)$/i.test(field("Enabled") ?? "")) continue;
    const suites = (field("Suites") ?? "").split(/\s+/);
    const isDebian = suites.some((suite) => kSuite.test(suite));
    if (!isDebian || !/\bmain\b/.test(field("Components") ?? "")) continue;
    const signedBy = field("Signed-By");
    const trusted = field("Trusted");
    const options = [
      signedBy?.startsWith("/") ? `signed-by=${signedBy}` : "",
      trusted ? `trusted=${trusted}` : "",
    ].filter(Boolean);
    for (const uri of (field("URIs") ?? "").split(/\s+/).filter(Boolean)) {
      archives.push({ uri, options: options.length ? `[${options.join(" ")}]` : "" });
    }
  }
  return archives;
}

/** The first Debian archive that this machine's apt names, or null. */
export function machineArchive(folder = "/etc/apt") {
  const read = (path) => (existsSync(path) ? readFileSync(path, "utf8") : "");
  const parts = join(folder, "sources.list.d");
  const names = existsSync(parts) ? readdirSync(parts).sort() : [];
  const archives = [
    ...archivesInList(read(join(folder, "sources.list"))),
    ...names
      .filter((n) => n.endsWith(".list"))
      .flatMap((n) => archivesInList(read(join(parts, n)))),
    ...names
      .filter((n) => n.endsWith(".sources"))
      .flatMap((n) => archivesInSources(read(join(parts, n)))),
  ];
  return archives[0] ?? null;
}

// Options that say whether to trust the archive; others (arch, lang) would narrow what it offers.
function keptOptions(options) {
  const kept = options.match(/(signed-by|trusted)=[^\s\]]+/gi) ?? [];
  return kept.length ? `[${kept.join(" ")}]` : "";
}
