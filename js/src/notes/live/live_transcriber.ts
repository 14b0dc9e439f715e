/// <reference lib="esnext.disposable" preserve="true" />
import { DivisiError } from "../../base/errors.js";
import { badOption, checkOptions } from "../../base/options.js";
import { emit, typedEvents } from "../../base/typed_events.js";
import { LiveTap } from "../../engine/pool/live_tap.js";
import type { EngineInfo } from "../../engine/pool/types.js";
import type { Items } from "../../engine/protocol/items.js";
import { pitchRowSeconds } from "../melody_task.js";
import type {
  LivePitch,
  LiveTranscriberEvents,
  LiveTranscriberOptions,
  MidiOptions,
  MidiPort,
} from "./live_types.js";
import { MidiSender } from "./midi_sender.js";

/** It may be behind by so much before it leaves sound out. */
const headroomSeconds = 0.2;
/** Of messages, where there is no shared memory: 5 ms of sound. */
const blockFrames = 256;
/** Numbers of a row of pitch (core/include/divisi/melody.h). */
const rowWidth = 3;

const liveTask = {
  name: "live transcriber",
  /** @returns the seconds from row to row of pitch */
  read: ({ task }: { readonly task: string }) => pitchRowSeconds(task),
};

/**
 * Hears the notes of one voice while it sings or plays, and tells them as events, and to a MIDI
 * instrument where one is connected. Give it a microphone, or a stem of LiveSeparator.
 *
 * ```ts
 * const live = await LiveTranscriber.create(context, { modelBase: "/models/" });
 * context.createMediaStreamSource(tabOrMicrophone).connect(live.node);
 * live.addEventListener("noteon", ({ detail: { pitch } }) => console.log(pitch));
 * const midi = await navigator.requestMIDIAccess();
 * for (const output of midi.outputs.values()) live.connectMidi(output);
 * // …
 * live.close();
 * ```
 */
export class LiveTranscriber extends typedEvents<LiveTranscriberEvents>() {
  /** Connect what is to be heard to this node; it passes everything on unchanged. */
  readonly node: AudioWorkletNode;
  readonly #tap: LiveTap<number>;
  readonly #senders = new Map<MidiPort, MidiSender>();
  #pitch: LivePitch | undefined;
  /** Rows that have come. */
  #rows = 0;
  #skippedSeconds = 0;
  #closed = false;

  /** Loads the model (default: `swift-f0`) into a Worker, and the worklet into `context`. */
  static async create(
    context: BaseAudioContext,
    options: LiveTranscriberOptions = {},
  ): Promise<LiveTranscriber> {
    checkOptions(options);
    const { minPitch, maxPitch, ...rest } = options;
    const wanted = Object.entries({ minPitch, maxPitch });
    for (const [name, value] of wanted) {
      if (value !== undefined && typeof value !== "number")
        throw badOption(name, "a number", value);
    }
    // The core names which numbers it refuses.
    const streamOptions = Object.fromEntries(wanted.filter(([, value]) => value !== undefined));
    const loading = { model: "swift-f0", ...rest };
    const tap = await LiveTap.open(context, liveTask, loading, () => streamOptions, {
      headroomSeconds,
      blockFrames,
    });
    return new LiveTranscriber(tap);
  }

  private constructor(tap: LiveTap<number>) {
    super();
    this.node = tap.node;
    this.#tap = tap;
    tap.onItems = (items, lostSeconds) => this.#onItems(items, lostSeconds);
    tap.onOverload = (overloaded, skippedSeconds) => {
      this.#skippedSeconds = skippedSeconds;
      emit(this, overloaded ? "overload" : "recovery");
    };
    tap.onError = (error) => {
      this.#endSenders();
      emit(this, "error", error);
    };
  }

  /**
   * Seconds of sound that have to follow a note's onset before it is known, at most, where silence
   * came before: the longest window of the network and three of its steps. The way to the page takes
   * some milliseconds more.
   */
  get latencySeconds(): number {
    return this.#tap.timing.latency / this.node.context.sampleRate;
  }

  /** What was heard last; undefined before anything was. */
  get pitch(): LivePitch | undefined {
    return this.#pitch;
  }

  /** Seconds of computing for a second of sound, over the last 4 s. */
  get load(): number {
    return this.#tap.load;
  }

  /** Seconds of sound that were left out since the device was too slow. */
  get skippedSeconds(): number {
    return this.#skippedSeconds;
  }

  /**
   * From now on `port` gets every note, as soon as it is known; any number of ports do. Connecting one
   * again takes the new options.
   */
  connectMidi(port: MidiPort, options: MidiOptions = {}): void {
    const sender = new MidiSender(port, options);
    if (this.#closed) throw new DivisiError("closed", "the LiveTranscriber was closed");
    this.disconnectMidi(port);
    this.#senders.set(port, sender);
  }

  /** Ends the note that sounds there. */
  disconnectMidi(port: MidiPort): void {
    this.#senders.get(port)?.end();
    this.#senders.delete(port);
  }

  /** What the engine runs on and how much memory it takes. */
  async inspect(): Promise<EngineInfo> {
    return this.#tap.inspect();
  }

  /** Ends the Worker and the node, and the notes that sound by MIDI. */
  close(): void {
    this.#closed = true;
    this.#endSenders();
    this.#tap.close();
  }

  /** For `using live = …`. (Where there is no Symbol.dispose this is just never called.) */
  [Symbol.dispose](): void {
    this.close();
  }

  #endSenders(): void {
    for (const port of [...this.#senders.keys()]) this.disconnectMidi(port);
  }

  #onItems([changes, rows]: readonly Items[], lostSeconds: number): void {
    const { startTime, facts: rowSeconds } = this.#tap;
    if (startTime === undefined) return;
    const start = startTime + lostSeconds;
    // A note before the pitch that bends it.
    if (changes?.kind === "events") {
      for (const { start: seconds, label: velocity, value: pitch, confidence } of changes.events) {
        const time = start + seconds;
        if (velocity > 0) {
          for (const sender of this.#senders.values()) sender.noteOn(pitch, velocity);
          emit(this, "noteon", { time, pitch, velocity, confidence });
        } else {
          for (const sender of this.#senders.values()) sender.noteOff();
          emit(this, "noteoff", { time, pitch });
        }
      }
    }
    if (rows?.kind !== "rows") return;
    for (let at = 0; at < rows.values.length; at += rowWidth) {
      const [hz = 0, confidence = 0, levelDb = 0] = rows.values.subarray(at, at + rowWidth);
      const pitch = { time: start + this.#rows * rowSeconds, hz, confidence, levelDb };
      this.#rows += 1;
      this.#pitch = pitch;
      if (confidence >= 0.5) for (const sender of this.#senders.values()) sender.follow(hz);
      emit(this, "pitch", pitch);
    }
  }
}
