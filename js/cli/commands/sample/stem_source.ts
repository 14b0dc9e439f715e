/** The audio that is sampled, in memory as a whole: of a file, or of one of its stems. */

import { type AudioStream, models, type PlanarAudio, Separator } from "divisi";
import { CliError, UsageError } from "../../console/errors.js";
import type { Terminal } from "../../console/terminal.js";
import { defaultModel, openModel } from "../../models/open_model.js";
import type { RunOptions } from "../read_through.js";

/** Of both channels, 640 MB at 44.1 kHz. */
const mostSeconds = 1800;

export class StemSource {
  readonly #separator: Separator | undefined;
  readonly #stem: string | undefined;

  /** @param stem undefined: files are taken as they are */
  static async open(
    stem: string | undefined,
    separator: string | undefined,
    terminal: Terminal,
  ): Promise<StemSource> {
    if (stem === undefined) return new StemSource();
    const fitting = models.find(({ task, stems }) => task === "separation" && stems.includes(stem));
    const model = separator ?? fitting?.name ?? defaultModel("separation");
    const opened = await openModel(model, "separation", terminal, (how) => Separator.create(how));
    if (opened.stems.includes(stem)) return new StemSource(opened, stem);
    opened.close();
    const known = opened.stems.join(", ");
    throw new UsageError(
      `--stem "${stem}": ${model} has ${known}; --separator names another model`,
    );
  }

  private constructor(separator?: Separator, stem?: string) {
    this.#separator = separator;
    this.#stem = stem;
  }

  read(song: AudioStream, { signal, onProgress }: RunOptions): Promise<PlanarAudio> {
    const [separator, stem] = [this.#separator, this.#stem];
    if (!separator || stem === undefined) return collect(song, counted(song, signal, onProgress));
    const blocks = separator.stream(song, { stems: [stem], signal, onProgress });
    return collect(song, pick(blocks, stem));
  }

  close(): void {
    this.#separator?.close();
  }
}

type Blocks = AsyncIterable<readonly Float32Array[]>;

async function* pick(
  blocks: AsyncIterable<{ readonly stems: Readonly<Record<string, readonly Float32Array[]>> }>,
  stem: string,
): Blocks {
  for await (const { stems } of blocks) yield stems[stem] ?? [];
}

async function* counted(
  { blocks }: AudioStream,
  signal: AbortSignal,
  onProgress: RunOptions["onProgress"],
): Blocks {
  let done = 0;
  for await (const block of blocks) {
    signal.throwIfAborted();
    done += block[0]?.length ?? 0;
    onProgress({ done });
    yield block;
  }
}

async function collect(
  { sampleRate, channelCount }: AudioStream,
  blocks: Blocks,
): Promise<PlanarAudio> {
  const kept: (readonly Float32Array[])[] = [];
  let frames = 0;
  for await (const block of blocks) {
    kept.push(block.map((samples) => samples.slice()));
    frames += block[0]?.length ?? 0;
    if (frames > mostSeconds * sampleRate) {
      const minutes = mostSeconds / 60;
      throw new CliError(
        "too-long",
        `is longer than ${minutes} minutes: cut it, and sample a part`,
      );
    }
  }
  const channels = Array.from({ length: channelCount }, (_, channel) => {
    const whole = new Float32Array(frames);
    let at = 0;
    for (const block of kept) {
      const samples = block[channel] ?? new Float32Array(0);
      whole.set(samples, at);
      at += samples.length;
    }
    return whole;
  });
  return { sampleRate, channels };
}
