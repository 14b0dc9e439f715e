/** Notes of one voice as MIDI messages. */

import { badOption, checkFlag, checkOptions } from "../../base/options.js";
import type { MidiOptions, MidiPort } from "./live_types.js";

const [noteOff, noteOn, pitchBend] = [0x80, 0x90, 0xe0];
const centre = 0x2000;
/** What instruments begin with. */
const bendRange = 2;

export class MidiSender {
  readonly #port: MidiPort;
  /** 0 to 15. */
  readonly #channel: number;
  readonly #bends: boolean;
  #pitch: number | undefined;
  #bend = centre;

  constructor(port: MidiPort, options: MidiOptions) {
    if (typeof port?.send !== "function") throw badOption("port", "a MIDIOutput", port);
    checkOptions(options);
    const { channel = 1, bends = false } = options;
    if (!Number.isInteger(channel) || channel < 1 || channel > 16) {
      throw badOption("channel", "a whole number from 1 to 16", channel);
    }
    checkFlag("bends", bends);
    this.#port = port;
    this.#channel = channel - 1;
    this.#bends = bends;
  }

  noteOn(pitch: number, velocity: number): void {
    this.noteOff();
    this.#bendTo(centre);
    this.#port.send([noteOn | this.#channel, pitch, velocity]);
    this.#pitch = pitch;
  }

  /** Of the note that sounds, if one does. */
  noteOff(): void {
    if (this.#pitch === undefined) return;
    this.#port.send([noteOff | this.#channel, this.#pitch, 64]);
    this.#pitch = undefined;
  }

  /** The pitch of the voice now. */
  follow(hz: number): void {
    if (!this.#bends || this.#pitch === undefined) return;
    const semitones = 69 + 12 * Math.log2(hz / 440) - this.#pitch;
    // What lies further off is no pitch of this note.
    if (Math.abs(semitones) <= bendRange) {
      this.#bendTo(Math.min(2 * centre - 1, centre + Math.round((semitones / bendRange) * centre)));
    }
  }

  /** Leaves nothing sounding or bent. */
  end(): void {
    this.noteOff();
    this.#bendTo(centre);
  }

  #bendTo(bend: number): void {
    if (bend === this.#bend) return;
    this.#bend = bend;
    this.#port.send([pitchBend | this.#channel, bend & 0x7f, bend >> 7]);
  }
}
