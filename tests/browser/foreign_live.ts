/** The live classes in browsers that are driven from without: the same tests for each. */

import type { LiveSeparatorOptions } from "divisi";
import { expect, test } from "vitest";
import type { DrivenPage } from "../support/driven_page.js";
import type { Suite } from "./page.js";

declare const suite: Suite;

const rate = 44100;

export interface ForeignBrowser {
  /** The page, which is there when the tests run. */
  page(): Pick<DrivenPage, "evaluate">;
  /** The least at which LiveSeparator keeps up in it. */
  readonly latency: NonNullable<LiveSeparatorOptions["latency"]>;
}

export function testLiveClasses({ page, latency }: ForeignBrowser): void {
  test("StemPlayer plays every frame once in a busy page, and seeks", async () => {
    const outcome = await page().evaluate(async () => {
      const { live } = suite;
      const player = await live.tinyPlayer();
      const context = player.node.context as AudioContext;
      await context.resume();
      const take = await live.record(player.node);
      await player.load({ sampleRate: 44100, channels: live.counterSong(4 * 44100) });
      const unblock = live.blockMainThread();
      await player.play();
      await live.until("the end", () => player.ended);
      unblock();
      player.currentTime = 3;
      await player.play();
      await live.until("the second end", () => player.ended);
      const { state } = context;
      const { underruns } = player;
      await live.sleep(200);
      const stretches = live.heardStretches(take());
      await live.endPlayer(player);
      return { stretches, state, underruns };
    });
    expect(outcome.state).toBe("running");
    expect(outcome.underruns).toBe(0);
    expect(outcome.stretches.map(([, end]) => end)).toEqual([4 * rate, 4 * rate]);
    const [first, second] = outcome.stretches.map(([begin]) => begin);
    expect(first).toBe(0);
    // A fade of 256 frames, and the render quanta in which it begins and ends.
    expect(second).toBeGreaterThanOrEqual(3 * rate);
    expect(second).toBeLessThan(3 * rate + 512);
  });

  // Once more where it fails: on a machine that others use, too, a browser may be stopped for longer
  // than anything live can bridge. What drops frames by itself does so both times.
  test("LiveSeparator drops no frame and its latency is exact while the page is busy", {
    retry: 1,
  }, async () => {
    const outcome = await page().evaluate(async (nominal) => {
      const { live } = suite;
      return live.heardWhileBusy(await live.tinyLive({ latency: nominal }), 4);
    }, latency);
    expect(outcome.underruns).toBe(0);
    expect(outcome.overloaded).toBe(false);
    expect(outcome.runs.map(({ song, length }) => [song, length])).toEqual([[0, 4 * rate]]);
    expect(outcome.at).toBe(Math.round(outcome.latency * rate));
  });
}
