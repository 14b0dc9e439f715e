/** Watches whether the machine is quiet, by a fixed piece of work done before and after each measurement. */

import { cpus, loadavg } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import type { Page } from "playwright-core";
import type { Calibrate } from "../page/calibration.js";
import { median } from "../report/statistics.js";
import type { Site } from "./site.js";

declare const calibrate: Calibrate;

/** A calibration that takes this much longer than the shortest one was disturbed. */
export const disturbedFrom = 1.2;
const pollMilliseconds = 250;
const warmUps = 10;

export interface NoiseRecord {
  /** Milliseconds of the calibration: shortest, median, largest. */
  readonly calibration: { readonly min: number; readonly median: number; readonly max: number };
  /** Share of measurements that were disturbed. */
  readonly disturbed: number;
  readonly measurements: number;
  /** Seconds spent waiting for the machine to calm down. */
  readonly waitedSeconds: number;
  /** Share of the processors that was busy between the measurements, with other work. */
  readonly idleBusy: number;
  readonly loadBefore: number;
  readonly loadAfter: number;
}

export class QuietGate {
  readonly #page: Page;
  readonly #times: number[] = [];
  readonly #idleBusy: number[] = [];
  readonly #loadBefore = loadavg()[0] as number;
  #waitBudget: number;
  #waited = 0;
  #disturbed = 0;
  #measurements = 0;

  static async open(site: Site, waitBudgetSeconds: number): Promise<QuietGate> {
    const page = await site.open("calibration", false);
    await page.waitForFunction(() => "calibrate" in globalThis);
    const gate = new QuietGate(page, waitBudgetSeconds);
    for (let i = 0; i < warmUps; i++) await gate.#calibrate();
    gate.#times.splice(0);
    for (let i = 0; i < warmUps; i++) gate.#times.push(await gate.#calibrate());
    return gate;
  }

  private constructor(page: Page, waitBudgetSeconds: number) {
    this.#page = page;
    this.#waitBudget = waitBudgetSeconds;
  }

  /**
   * Waits (up to `patience` seconds, as long as the budget lasts) until the machine is quiet, then
   * measures. @returns the result and whether the machine was quiet before and after.
   */
  async measure<T>(work: () => Promise<T>, patience = 8): Promise<{ result: T; quiet: boolean }> {
    const start = Date.now();
    let before = await this.#isQuiet();
    while (!before && this.#waitBudget > 0 && Date.now() - start < patience * 1000) {
      await sleep(pollMilliseconds);
      before = await this.#isQuiet();
    }
    const waited = (Date.now() - start) / 1000;
    this.#waitBudget -= waited;
    this.#waited += waited;
    const result = await work();
    const quiet = (await this.#isQuiet()) && before;
    this.#measurements += 1;
    if (!quiet) this.#disturbed += 1;
    return { result, quiet };
  }

  /** Looks how busy the machine is while the bench does nothing. */
  async lookIdle(): Promise<void> {
    const before = processorTimes();
    await sleep(400);
    const after = processorTimes();
    this.#idleBusy.push((after.busy - before.busy) / Math.max(after.all - before.all, 1));
  }

  record(): NoiseRecord {
    return {
      calibration: {
        min: Math.min(...this.#times),
        median: median(this.#times),
        max: Math.max(...this.#times),
      },
      disturbed: this.#disturbed / Math.max(this.#measurements, 1),
      measurements: this.#measurements,
      waitedSeconds: this.#waited,
      idleBusy: this.#idleBusy.length > 0 ? median(this.#idleBusy) : 0,
      loadBefore: this.#loadBefore,
      loadAfter: loadavg()[0] as number,
    };
  }

  async #isQuiet(): Promise<boolean> {
    const time = await this.#calibrate();
    this.#times.push(time);
    return time <= disturbedFrom * Math.min(...this.#times);
  }

  #calibrate(): Promise<number> {
    return this.#page.evaluate(() => calibrate());
  }
}

function processorTimes(): { busy: number; all: number } {
  let [busy, all] = [0, 0];
  for (const { times } of cpus()) {
    const sum = Object.values(times).reduce((a, b) => a + b, 0);
    all += sum;
    busy += sum - times.idle;
  }
  return { busy, all };
}
