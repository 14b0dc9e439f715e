/** What of each stem is heard: the parameters of a node as gains, mute and solo by name. */

import { DivisiError } from "../base/errors.js";
import { badOption, checkFlag, checkOneOf } from "../base/options.js";

export class StemGains {
  readonly #names: readonly string[];
  readonly #parameters: AudioParamMap;
  readonly #muted = new Set<string>();
  readonly #soloed = new Set<string>();
  /** As it was set: the parameter rounds it to float32. */
  #volume = 1;

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

  /** Of nodes that have one: players. */
  get volume(): number {
    return this.#volume;
  }

  set volume(volume: unknown) {
    if (!(typeof volume === "number" && volume >= 0 && volume <= 1)) {
      throw badOption("volume", "0 to 1", volume);
    }
    this.#volume = volume;
    (this.#parameters.get("volume") as AudioParam).value = volume;
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
