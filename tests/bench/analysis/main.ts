/**
 * Lets one listener hear songs, in a process of its own so that nobody else's work is counted:
 * `main.mjs LISTENER OUT.json SONG…` writes a list of what was heard. Started by the section.
 */

import { writeFileSync } from "node:fs";
import { basename, extname } from "node:path";
import type { AnalysisPart } from "divisi";
import { readAudio } from "../quality/mixes.js";
import type { Answer, Heard, HeardSong, Listener } from "./answers.js";
import { audiojsListener } from "./audiojs.js";
import { divisiListener } from "./divisi.js";

const all: readonly AnalysisPart[] = ["beats", "key", "chords", "sections", "loudness"];

function listenerOf(name: string): Promise<Listener> {
  if (name === "audiojs") return audiojsListener();
  const part = all.find((one) => name === `divisi ${one}`);
  return divisiListener(part ? [part] : all);
}

async function read(path: string): Promise<HeardSong> {
  const { audio, sampleRate } = await readAudio(path);
  return { name: basename(path, extname(path)), channels: audio, sampleRate };
}

const [name = "", out = "", ...paths] = process.argv.slice(2);
const listener = await listenerOf(name);
const heard: Heard[] = [];
let warm = false;
for (const path of paths) {
  const song = await read(path);
  if (!warm) await listener.listen(song); // compiles, and fills caches
  warm = true;
  const before = process.cpuUsage();
  const answer: Answer = await listener.listen(song);
  const { user, system } = process.cpuUsage(before);
  heard.push({
    song: song.name,
    seconds: (song.channels[0]?.length ?? 0) / song.sampleRate,
    processorSeconds: (user + system) / 1e6,
    answer,
  });
}
listener.close();
writeFileSync(out, JSON.stringify(heard));
