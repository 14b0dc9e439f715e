/**
 * Processor time of the browser's page processes. Other work on the machine stretches it far less
 * than the time by the clock, so it tells one thread's figures apart from the noise around them.
 */

import type { Browser, CDPSession } from "playwright-core";

export class ProcessorTime {
  readonly #session: CDPSession;

  static async open(browser: Browser): Promise<ProcessorTime> {
    return new ProcessorTime(await browser.newBrowserCDPSession());
  }

  private constructor(session: CDPSession) {
    this.#session = session;
  }

  /**
   * Runs `work`, in which one page does all that is to do. @returns its result, and the milliseconds
   * of the page process that was the busiest meanwhile, to the system's tick (10 ms on Linux).
   */
  async during<T>(work: () => Promise<T>): Promise<{ result: T; processorMilliseconds: number }> {
    const before = await this.#read();
    const result = await work();
    const after = await this.#read();
    const spent = [...after].map(([id, seconds]) => seconds - (before.get(id) ?? 0));
    return { result, processorMilliseconds: 1000 * Math.max(0, ...spent) };
  }

  /** Seconds since its start of every page process, by its id. */
  async #read(): Promise<Map<number, number>> {
    const { processInfo } = await this.#session.send("SystemInfo.getProcessInfo");
    return new Map(
      processInfo.filter(({ type }) => type === "renderer").map(({ id, cpuTime }) => [id, cpuTime]),
    );
  }
}
