/// <reference lib="esnext.disposable" preserve="true" />
import { DivisiError } from "../../base/errors.js";
import { badOption, checkOptions } from "../../base/options.js";
import { emit, typedEvents } from "../../base/typed_events.js";
import { LiveTap } from "../../engine/pool/live_tap.js";
import type { EngineInfo } from "../../engine/pool/types.js";
import { type Items, rowsOf } from "../../engine/protocol/items.js";
import { beatsPart } from "../beats_part.js";
import { Click } from "./click.js";
import type {
  ClickOptions,
  LiveAnalyserEvents,
  LiveAnalyserOptions,
  LiveBeat,
} from "./live_types.js";

/** It may be behind by so much before it leaves sound out: beats have to be told in time. */
const headroomSeconds = 0.25;

/**
 * Hears the beats of any stream while it sounds, and tells each before it comes, so that something can
 * happen on it.
 *
 * ```ts
 * const live = await LiveAnalyser.create(context, { modelBase: "/models/", click: true });
 * context.createMediaStreamSource(tabOrMicrophone).connect(live.node);
 * live.addEventListener("beat", ({ detail: { time, number } }) => {
 *   flash(time - context.currentTime, number === 1);
 * });
 * // …
 * live.close();
 * ```
 */
export class LiveAnalyser extends typedEvents<LiveAnalyserEvents>() {
  /** Connect what is to be heard to this node; it passes everything on unchanged. */
  readonly node: AudioWorkletNode;
  readonly #tap: LiveTap<unknown>;
  #click: Click | undefined;
  #lateClicks = 0;
  #state = { tempo: 0, confidence: 0, beatsPerBar: 0 };
  #skippedSeconds = 0;
  #closed = false;

  /** Loads the model (default: `beatnet`) into a Worker, and the worklet into `context`. */
  static async create(
    context: BaseAudioContext,
    options: LiveAnalyserOptions = {},
  ): Promise<LiveAnalyser> {
    checkOptions(options);
    const { leadSeconds, minTempo, maxTempo, beatsPerBar, click = false, ...rest } = options;
    const wanted = Object.entries({ leadSeconds, minTempo, maxTempo, beatsPerBar });
    for (const [name, value] of wanted) {
      if (value !== undefined && typeof value !== "number")
        throw badOption(name, "a number", value);
    }
    if (typeof click !== "boolean") checkOptions(click, "click");
    // The core names which numbers it refuses.
    const streamOptions = Object.fromEntries(wanted.filter(([, value]) => value !== undefined));
    const loading = { model: defaultModel, ...rest };
    const tap = await LiveTap.open(context, liveTask, loading, () => streamOptions, {
      headroomSeconds,
    });
    const live = new LiveAnalyser(tap);
    try {
      if (click) live.startClick(click === true ? {} : click);
    } catch (error) {
      live.close();
      throw error;
    }
    return live;
  }

  private constructor(tap: LiveTap<unknown>) {
    super();
    this.node = tap.node;
    this.#tap = tap;
    tap.onItems = (items, lostSeconds) => this.#onItems(items, lostSeconds);
    tap.onOverload = (overloaded, skippedSeconds) => {
      this.#skippedSeconds = skippedSeconds;
      emit(this, overloaded ? "overload" : "recovery");
    };
    tap.onError = (error) => emit(this, "error", error);
  }

  /**
   * Seconds from a sound to when it counts: half a window of the network and two of its steps, always
   * the same. Beats make up for it: they are told ahead, and their times are those of the sound.
   */
  get latencySeconds(): number {
    return this.#tap.timing.latency / this.node.context.sampleRate;
  }

  /** Beats a minute now; undefined while there are none. */
  get tempo(): number | undefined {
    return this.#state.tempo > 0 ? this.#state.tempo : undefined;
  }

  /** 0 to 1: how sure the next beat is. It falls in silence. */
  get confidence(): number {
    return this.#state.confidence;
  }

  /** Beats of the bar now; 0 while there are none. In 6/8 the beat is the dotted quarter. */
  get beatsPerBar(): number {
    return this.#state.beatsPerBar;
  }

  /** Seconds of computing for a second of sound, over the last 4 s. */
  get load(): number {
    return this.#tap.load;
  }

  /** Seconds of sound that were left out since the device was too slow. */
  get skippedSeconds(): number {
    return this.#skippedSeconds;
  }

  /** Clicks that were left out since their beats were told too late. */
  get lateClicks(): number {
    return this.#lateClicks;
  }

  /**
   * From now on a click is heard on every beat, in phase with it, higher on downbeats. Clicks are
   * scheduled on the context's clock, so a busy page does not shift them. Starting again replaces them.
   */
  startClick(options: ClickOptions = {}): void {
    checkOptions(options);
    if (this.#closed) throw new DivisiError("closed", "the LiveAnalyser was closed");
    const click = new Click(this.node.context, options);
    this.#click?.stop();
    this.#click = click;
  }

  /** Ends the clicks, those that are scheduled too. */
  stopClick(): void {
    this.#click?.stop();
    this.#click = undefined;
  }

  /** What the engine runs on and how much memory it takes. */
  async inspect(): Promise<EngineInfo> {
    return this.#tap.inspect();
  }

  /** Ends the clicks, the Worker and the node. */
  close(): void {
    this.#closed = true;
    this.stopClick();
    this.#tap.close();
  }

  /** For `using live = …`. (Where there is no Symbol.dispose this is just never called.) */
  [Symbol.dispose](): void {
    this.close();
  }

  #onItems([beats, states]: readonly Items[], lostSeconds: number): void {
    const [tempo, confidence, , , beatsPerBar] = rowsOf(states).at(-1) ?? [];
    if (tempo !== undefined && confidence !== undefined && beatsPerBar !== undefined) {
      this.#state = { tempo, confidence, beatsPerBar };
    }
    const { startTime } = this.#tap;
    if (beats?.kind !== "events" || startTime === undefined) return;
    for (const { start, label, value, confidence } of beats.events) {
      const time = startTime + lostSeconds + start;
      this.#onBeat({ time, number: label + 1, tempo: value, confidence });
    }
  }

  #onBeat(beat: LiveBeat): void {
    if (this.#click && !this.#click.schedule(beat)) this.#lateClicks += 1;
    emit(this, "beat", beat);
  }
}

const defaultModel = "beatnet";
const liveTask = { name: "live analyser", read: beatsPart.task.read };
