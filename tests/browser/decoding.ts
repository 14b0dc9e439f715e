/** `decode` in any browser: what divisi reads itself comes out the same in each. */

import { describe, expect, test } from "vitest";
import expected from "../node/fixtures/odd/expected.json" with { type: "json" };
import type { DrivenPage } from "../support/driven_page.js";
import type { Suite } from "./page.js";
import { madeWavs } from "./recordings.js";

declare const suite: Suite;

type PageLike = Pick<DrivenPage, "evaluate">;

interface Outcome {
  readonly error?: string;
  readonly decoder?: string;
  readonly format?: string | undefined;
  readonly sampleRate?: number;
  readonly fileRate?: number | undefined;
  readonly frames?: number[];
  readonly warnings?: readonly string[];
  /** Every so manyth sample of the last channel. */
  readonly samples?: number[];
}

/** @param every so manyth sample is given back */
function decodeIn(page: PageLike, name: string, every = 100): Promise<Outcome> {
  return page.evaluate(
    async ({ name, every }): Promise<Outcome> => {
      const blob = await (await fetch(`/recordings/${name}`)).blob();
      try {
        const { channels, ...rest } = await suite.divisi.decode(new File([blob], name));
        const last = channels.at(-1) ?? new Float32Array(0);
        const samples = [...last].filter((_, i) => i % every === 0);
        return { ...rest, frames: channels.map(({ length }) => length), samples };
      } catch (error) {
        const { code } = error as { code?: unknown };
        return { error: `${code}: ${(error as Error).message}` };
      }
    },
    { name, every },
  );
}

const worst = (a: readonly number[], b: readonly number[] = []) =>
  a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] ?? Number.NaN))), 0);

/** @param rates what the browser decodes here, and at which rate it has to come out */
export function testDecoding(page: () => PageLike, rates: Readonly<Record<string, number>>): void {
  describe("decode", () => {
    const own = Object.entries(expected).filter(([name]) => /\.(flac|aiff|aifc)$/.test(name));
    // Lossless to 7 digits, of decoders that share no code with divisi's readers of AIFF.
    test.each(own)("%s is read by divisi, as another decoder has it", async (name, truth) => {
      const outcome = await decodeIn(page(), name);
      expect(outcome).toMatchObject({
        decoder: "divisi",
        format: name.endsWith(".flac") ? "flac" : "aiff",
        sampleRate: truth.sampleRate,
        fileRate: truth.sampleRate,
        frames: Array.from({ length: truth.channelCount }, () => truth.frames),
        warnings: [],
      });
      expect(worst(truth.every100, outcome.samples)).toBeLessThan(1e-7);
    });

    test.each(Object.entries(madeWavs))("%s gives what it was made of", async (name, truth) => {
      const outcome = await decodeIn(page(), name, 10);
      expect(outcome).toMatchObject({
        decoder: "divisi",
        format: "wav",
        sampleRate: truth.sampleRate,
        frames: truth.channels.map(({ length }) => length),
        warnings: [],
      });
      const last = [...(truth.channels.at(-1) ?? [])].filter((_, i) => i % 10 === 0);
      expect(outcome.samples).toEqual(last);
    });

    test.each(Object.entries(rates))(
      "%s is decoded by the browser, at the file's own %i Hz",
      async (name, rate) => {
        expect(await decodeIn(page(), name)).toMatchObject({
          decoder: "browser",
          sampleRate: rate,
          fileRate: rate,
        });
      },
    );

    test("a file that ends too soon is read as far as it goes, and that is told", async () => {
      const outcome = await decodeIn(page(), "cut_off.wav");
      expect(outcome).toMatchObject({ decoder: "divisi", frames: [5000, 5000] });
      expect(outcome.warnings?.join()).toMatch(/says 32000 bytes of audio, but only 20002 are/);
    });

    test("what nobody decodes is named", async () => {
      expect(await decodeIn(page(), "song.wma")).toEqual({
        error: "unsupported: song.wma: is a Windows Media file, which this browser can't decode",
      });
      expect(await decodeIn(page(), "notes.txt")).toEqual({
        error: "unsupported: notes.txt: is not audio that divisi or this browser can decode",
      });
      expect(await decodeIn(page(), "empty.wav")).toEqual({
        error: "bad-audio: empty.wav: holds no audio (0 frames)",
      });
    });

    test("a WAV with a codec inside is the browser's matter, or is told so", async () => {
      const { decoder, frames, error } = await decodeIn(page(), "mulaw.wav");
      if (error === undefined) expect([decoder, frames]).toEqual(["browser", [4410, 4410]]);
      else
        expect(error).toMatch(/^unsupported: mulaw.wav: is a WAV .*mu-law .* this browser can't/);
    });
  });
}
