/**
 * Formats that divisi doesn't decode itself, through the machine's own ffmpeg where there is one:
 * streamed through a pipe, as a WAV of floats.
 */

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { DivisiError } from "divisi";
import {
  type ByteReader,
  type DecodedAudio,
  type DecodedBlock,
  ReadReport,
  readWav,
} from "divisi/readers";
import { pathOf } from "../console/file_paths.js";
import { readStream } from "./byte_source.js";

/** Where one message of ffmpeg's is quoted, so much of it will do. */
const quotedLength = 160;

/**
 * @param what is in the file, for messages.
 * @param reader of the same file: a pipe's bytes are handed on from it.
 * @return undefined where the machine has no ffmpeg
 */
export async function decodeByFfmpeg(
  path: string,
  what: string,
  reader: ByteReader,
  report: ReadReport,
): Promise<DecodedAudio | undefined> {
  // A path that is no text, or a pipe, can't be given as an argument.
  const file = reader.size === undefined ? undefined : pathOf(path);
  const byName = typeof file === "string";
  const child = spawn("ffmpeg", ffmpegArguments(byName ? `file:${file}` : "pipe:0"), {
    stdio: [byName ? "ignore" : "pipe", "pipe", "pipe"],
    windowsHide: true,
  });
  const log = new FfmpegLog(child);
  if (!(await started(child))) return undefined;
  if (!byName) void feed(child, reader);
  const { stdout } = child;
  if (stdout === null) throw new DivisiError("internal", `${path}: ffmpeg has no output`);
  const output = readStream(path, stdout);
  let wav: DecodedAudio;
  try {
    // Its header has no length, as ffmpeg can't know it yet: nothing to warn about.
    wav = await readWav(output, new ReadReport());
  } catch {
    await log.ended;
    throw new DivisiError("unsupported", `${what}, which ffmpeg can't decode${log.reason()}`);
  }
  const { sampleRate, channelCount } = wav;
  let frames = 0;
  async function* blocks(): AsyncGenerator<DecodedBlock> {
    for await (const block of wav.blocks) {
      frames += block.channels[0]?.length ?? 0;
      yield block;
    }
    if ((await log.ended) !== 0) {
      const seconds = (frames / sampleRate).toFixed(1);
      const message = `${path}: ffmpeg gave up after ${seconds} s${log.reason()}`;
      throw new DivisiError("bad-audio", message);
    }
    report.damage(log.errors.map((message) => ({ message })));
  }
  return {
    format: log.codec ?? "audio",
    sampleRate,
    channelCount,
    blocks: blocks(),
    share: () =>
      log.seconds === undefined ? undefined : Math.min(1, frames / sampleRate / log.seconds),
    free: () => child.kill("SIGKILL"),
  };
}

function ffmpegArguments(input: string): string[] {
  const quiet = ["-hide_banner", "-nostats", "-nostdin", "-loglevel", "level+info"];
  // A playlist in a file must not have anything fetched.
  const source = ["-protocol_whitelist", "file,pipe", "-i", input, "-map", "0:a:0"];
  const sink = ["-c:a", "pcm_f32le", "-fflags", "+bitexact", "-f", "wav", "pipe:1"];
  return [...quiet, ...source, ...sink];
}

async function started(child: ChildProcess): Promise<boolean> {
  try {
    await once(child, "spawn");
    return true;
  } catch {
    return false;
  }
}

async function feed({ stdin }: ChildProcess, reader: ByteReader): Promise<void> {
  if (stdin === null) return;
  // It may well have seen enough before the end.
  stdin.on("error", () => {});
  for (;;) {
    const bytes = await reader.read(65536).catch(() => new Uint8Array(0));
    if (bytes.length === 0 || stdin.destroyed) break;
    if (!stdin.write(bytes)) await Promise.race([once(stdin, "drain"), once(stdin, "close")]);
  }
  stdin.end();
}

/** What ffmpeg says beside the audio: codec, length, errors. */
class FfmpegLog {
  readonly errors: string[] = [];
  codec: string | undefined;
  seconds: number | undefined;
  /** The exit code. */
  readonly ended: Promise<number | null>;
  #rest = "";

  constructor(child: ChildProcess) {
    this.ended = new Promise((resolve) => child.on("close", resolve));
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      const lines = (this.#rest + text).split("\n");
      this.#rest = lines.pop() ?? "";
      for (const line of lines) this.#hear(line);
    });
  }

  /** What it died of, for a message of one line. */
  reason(): string {
    const [first] = this.errors;
    return first === undefined ? "" : `: ${first.slice(0, quotedLength)}`;
  }

  #hear(line: string): void {
    const error = /\[(?:error|fatal)\] (.*)/.exec(line)?.[1];
    if (error !== undefined) this.errors.push(error.trim());
    // The first lines are about the input, and what comes after them about the output.
    this.codec ??= /Stream #0.*: Audio: (\w+)/.exec(line)?.[1];
    const [, hours, minutes, seconds] = /Duration: (\d+):(\d+):([\d.]+)/.exec(line) ?? [];
    if (seconds === undefined) return;
    this.seconds ??= Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  }
}
