/** What of each stem is heard: the parameters of a node as gains, mute and solo by name. */

import { DivisiError } from "../base/errors.js";
import { checkFlag, checkOneOf } from "../base/options.js";

export class StemGains {
  readonly #names: readonly string[];
  readonly #parameters: AudioParamMap;
  readonly #muted = new Set<string>();
  readonly #soloed = new Set<string>();

  /** Throws a DivisiError (`unsupported`) where the node has fewer gains than there are stems. */
  constructor(node: AudioWorkletNode, names: readonly string[]) {
    const gainCount = [...node.parameters.keys()].filter((name) => /^gain\d+$/.test(name)).length;
    if (names.length > gainCount) {
      throw new DivisiError(
        "unsupported",
        `a model of ${names.length} stems cannot be played: expected at most ${gainCount}`,
      );
    }
    this.#names = names;
    this.#parameters = node.parameters;
  }

  gain(stem: string): AudioParam {
    return this.#parameters.get(`gain${this.#indexOf(stem)}`) as AudioParam;
  }

  mute(stem: string, on: boolean): void {
    this.#change(this.#muted, stem, on);
  }

  solo(stem: string, on: boolean): void {
    this.#change(this.#soloed, stem, on);
  }

  audible(stem: string): boolean {
    this.#indexOf(stem);
    return this.#soloed.size > 0 ? this.#soloed.has(stem) : !this.#muted.has(stem);
  }

  #change(set: Set<string>, stem: string, on: boolean): void {
    this.#indexOf(stem);
    checkFlag("on", on);
    if (on) set.add(stem);
    else set.delete(stem);
    const mask = this.#names.reduce((bits, name, i) => bits | (Number(this.audible(name)) << i), 0);
    (this.#parameters.get("audible") as AudioParam).value = mask;
  }

  #indexOf(stem: string): number {
    checkOneOf("stem", stem, this.#names);
    return this.#names.indexOf(stem);
  }
}
