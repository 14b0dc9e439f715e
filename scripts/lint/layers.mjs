// The layers of the house: which room (folder) may import from which others. A file belongs to the
// deepest room listed that holds it, and may always import from its own. What no line allows is
// refused, so a new room starts with a line here.

/** What a room's line says when it may use every room below itself. */
const below = (rooms) => rooms.split(" ").filter(Boolean);

const kernels =
  "nn/algebra nn/product nn/product/integers nn/window nn/convolution nn/sequence nn/xnnpack";
const network = `nn/graph nn/model nn/operators nn/network ${kernels}`;
const taskRooms = `base audio spectrum spectrum/partials task ${network}`;

const methods =
  "separation/chunks separation/pipeline separation/segments separation/segments/document";

/** core/src. Everything may include the public headers; `.` holds the table of tasks. */
export const coreLayers = {
  base: below(""),
  audio: below("base"),
  spectrum: below("base audio"),
  "spectrum/partials": below("base audio spectrum"),
  "nn/algebra": below("base"),
  "nn/product": below("base"),
  "nn/product/integers": below("base nn/product"),
  "nn/window": below("base"),
  "nn/graph": below("base nn/product"),
  "nn/convolution/winograd": below("base nn/algebra nn/product nn/convolution"),
  "nn/convolution": below("base nn/algebra nn/product nn/window nn/graph nn/convolution/winograd"),
  "nn/sequence": below("base nn/algebra nn/product"),
  "nn/xnnpack": below("base nn/graph"),
  "nn/operators": below(`base nn/graph ${kernels}`),
  "nn/operators/sequence": below(`base nn/graph nn/operators ${kernels}`),
  "nn/model": below("base nn/graph nn/operators"),
  "nn/network": below(`base nn/graph nn/model nn/operators ${kernels}`),
  task: below("base audio nn/model"),
  "beats/decoder": below("base"),
  "beats/live": below("base beats/decoder"),
  "beats/network": below(`base audio spectrum beats/decoder ${network}`),
  beats: below(`${taskRooms} beats/decoder beats/live beats/network`),
  chords: below(taskRooms),
  drums: below(taskRooms),
  key: below(taskRooms),
  loudness: below(taskRooms),
  "melody/pitch": below(taskRooms),
  "melody/live": below(`${taskRooms} melody/pitch`),
  melody: below(`${taskRooms} melody/pitch melody/live`),
  "notes/activations": below(taskRooms),
  "notes/decoder": below("base"),
  notes: below(`${taskRooms} notes/activations notes/decoder`),
  "sections/features": below(taskRooms),
  sections: below(`${taskRooms} sections/features`),
  tagging: below(taskRooms),
  "separation/method": below(taskRooms),
  "separation/chunks": below(`${taskRooms} separation/method`),
  "separation/estimation": below(`${taskRooms} separation/method separation/chunks`),
  "separation/pipeline": below(
    `${taskRooms} separation/method separation/chunks separation/estimation`,
  ),
  "separation/segments/document": below(`${taskRooms} separation/method`),
  "separation/segments": below(`${taskRooms} separation/method separation/segments/document`),
  separation: below(
    `${taskRooms} separation/method separation/chunks separation/pipeline ` +
      "separation/segments separation/segments/document",
  ),
  ".": below(
    "base task nn/model nn/operators beats chords drums key loudness melody notes sections tagging " +
      `separation ${methods}`,
  ),
};

const ring = "live/ring live/playback live/worklet live";
const engine = "engine/protocol engine/worker engine/pool";
const library = "library/tracks library/personal_tags library/collection";
const jsTask = `base audio input models ${library} ${ring} ${engine}`;

/** js/src. */
export const packageLayers = {
  base: below("browser node"), // #platform, resolved by base/platform.ts alone
  audio: below("base"),
  files: below("base audio"),
  read: below("base audio browser node"), // #compile, resolved by read/flac alone
  input: below("base audio read"),
  models: below("base"),
  "library/tracks": below("base models"),
  "library/personal_tags": below("base models library/tracks"),
  "library/collection": below("base models library/tracks library/personal_tags"),
  "live/ring": below("base"),
  "live/playback": below("base live/ring"),
  "live/worklet": below("base live/ring live/playback"),
  live: below("base live/ring live/playback live/worklet"),
  "engine/protocol": below(`base audio models ${ring}`),
  "engine/worker": below(`base audio models ${ring} engine/protocol`),
  "engine/pool": below(`base audio models ${ring} engine/protocol`),
  drums: below(`${jsTask} files`),
  loudness: below(jsTask),
  notes: below(`${jsTask} files`),
  "notes/live": below(`${jsTask} notes`),
  separation: below(jsTask),
  tagging: below(jsTask),
  analysis: below(`${jsTask} loudness`),
  "analysis/formats": below("base files analysis"),
  "analysis/live": below(`${jsTask} analysis`),
  "sampler/sound": below("base audio sampler"),
  sampler: below("base audio notes sampler/sound"),
  score: below("base files analysis analysis/formats drums notes"),
  player: below(`${jsTask} files read separation`),
  browser: below("base models engine/protocol engine/worker"),
  node: below("base models engine/protocol engine/worker"),
  ".": below(
    `${jsTask} files read analysis analysis/formats analysis/live drums loudness notes notes/live ` +
      "sampler score separation tagging player",
  ),
};

/** js/cli; the package is imported by its published name. */
export const commandLineLayers = {
  console: below(""),
  read: below("console"),
  write: below("console"),
  models: below("console read write"),
  import: below("console"),
  "commands/transcribe": below("console read write models commands"),
  "commands/sample": below("console read write models commands"),
  commands: below("console read write models import commands/transcribe commands/sample"),
  ".": below("console read write models import commands commands/transcribe commands/sample"),
};

/** web-demo/src; the package is imported by its published name. */
export const demoLayers = {
  shared: below(""),
  songs: below("shared"),
  known_models: below("shared songs"),
  session: below("shared songs known_models"),
  player: below("shared songs known_models session"),
  analysis: below("shared songs session"),
  metronome: below("shared songs session player analysis"),
  timeline: below("shared songs session player analysis"),
  "notes/instrument": below("shared"),
  notes: below("shared songs session player analysis timeline notes/instrument notes/roll"),
  "notes/roll": below("shared songs session player analysis timeline notes"),
  "studio/lanes": below("shared songs session player analysis metronome timeline studio"),
  studio: below(
    "shared songs known_models session player analysis metronome timeline notes studio/lanes",
  ),
  tags: below("shared songs session player"),
  export: below("shared songs session player analysis"),
  models: below("shared songs known_models session player"),
  offline: below("shared songs known_models session player"),
  app: below("shared songs session player studio tags export models offline"),
  ".": below("shared app offline"),
};

/** The most source files that lie flat in one folder: more than that is no map. */
export const maxFilesInFolder = 15;

/** The room of a file, by its path below the layers' root. */
export function roomOf(path, layers) {
  const folders = path.split("/").slice(0, -1);
  for (let depth = folders.length; depth > 0; --depth) {
    const room = folders.slice(0, depth).join("/");
    if (room in layers) return room;
  }
  return ".";
}
