/** A progress bar on standard error, where that is a terminal; elsewhere nothing at all. */

import { Presets, SingleBar } from "cli-progress";
import { clock, printable, speedText } from "./text.js";

const redrawMilliseconds = 250;

export class ProgressView {
  #bar: SingleBar | undefined;
  #started = 0;

  readonly #stream: NodeJS.WriteStream;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  /** Starts a bar, in place of the one before. */
  start(label: string): void {
    this.clear();
    if (!this.#stream.isTTY) return;
    this.#started = performance.now();
    this.#bar = new SingleBar(
      {
        format: `${shortened(label)} [{bar}] {percentage}%{speed}{left}`,
        stream: this.#stream,
        barsize: 24,
        hideCursor: true,
        clearOnComplete: true,
        linewrap: null,
        gracefulExit: false, // signals are the command's business
        fps: 1000 / redrawMilliseconds,
      },
      Presets.legacy,
    );
    this.#bar.start(1000, 0, { speed: "", left: "" });
  }

  /**
   * @param share 0 to 1.
   * @param audioSeconds how much audio is done; gives the speed in multiples of real time.
   */
  update(share: number, audioSeconds?: number): void {
    if (this.#bar === undefined) return;
    const seconds = (performance.now() - this.#started) / 1000;
    const speed = audioSeconds === undefined ? "" : ` ${speedText(audioSeconds / seconds)}`;
    const left = share > 0 ? `, ${clock((seconds * (1 - share)) / share)} left` : "";
    this.#bar.update(Math.round(share * 1000), { speed, left });
  }

  /** Removes the bar, so that lines can be printed. */
  clear(): void {
    this.#bar?.stop();
    this.#bar = undefined;
  }
}

function shortened(label: string): string {
  // Braces would be read as placeholders by the bar's format.
  const plain = printable(label).replace(/[{}]/g, "_");
  return plain.length <= 28 ? plain : `${plain.slice(0, 27)}…`;
}
