/** Plays instruments: SF2 files by spessasynth_core, SFZ files by what little of the format divisi writes. */

import { SoundBankLoader, SpessaSynthProcessor } from "spessasynth_core";
import { type Played, sampleRate } from "./song.js";

const block = 128;

/** @param channel 9 plays drums */
export async function playSoundFont(
  file: Uint8Array<ArrayBuffer>,
  notes: readonly Played[],
  channel = 0,
): Promise<Float32Array> {
  const synth = new SpessaSynthProcessor(sampleRate, { effectsEnabled: false });
  await synth.processorInitialized;
  synth.soundBankManager.addSoundBank(SoundBankLoader.fromArrayBuffer(file.slice().buffer), "test");
  const seconds = notes.reduce((last, { end }) => Math.max(last, end), 0) + 0.5;
  const left = new Float32Array(Math.ceil((seconds * sampleRate) / block) * block);
  const right = left.slice();
  const events = notes
    .flatMap(({ pitch, start, end, velocity = 90 }) => [
      { seconds: start, play: () => synth.noteOn(channel, pitch, velocity) },
      { seconds: end, play: () => synth.noteOff(channel, pitch) },
    ])
    .sort((a, b) => a.seconds - b.seconds);
  for (let at = 0, next = 0; at < left.length; at += block) {
    for (; (events[next]?.seconds ?? Infinity) * sampleRate <= at; next++) events[next]?.play();
    synth.process(left, right, at, block);
  }
  return left.map((sample, i) => (sample + (right[i] as number)) / 2);
}

interface Zone {
  readonly opcodes: ReadonlyMap<string, string>;
  readonly samples: Float32Array;
}

/** @param open reads a file that the SFZ file names, as its first channel */
export function playSfz(
  text: string,
  notes: readonly Played[],
  open: (name: string) => Float32Array,
): Float32Array {
  const group = opcodesOf(/<group>(.*)/.exec(text)?.[1] ?? "");
  const zones: Zone[] = [...text.matchAll(/<region>(.*)/g)].map(([, line = ""]) => {
    const opcodes = new Map([...group, ...opcodesOf(line)]);
    return { opcodes, samples: open(opcodes.get("sample") ?? "") };
  });
  const seconds = notes.reduce((last, { end }) => Math.max(last, end), 0) + 0.5;
  const song = new Float32Array(Math.ceil(seconds * sampleRate));
  for (const note of notes) {
    for (const zone of zones) if (plays(zone, note)) playNote(song, zone, note);
  }
  return song;
}

function opcodesOf(line: string): Map<string, string> {
  const found = [...line.matchAll(/(\w+)=(\S+)/g)];
  return new Map(found.map(([, name = "", value = ""]) => [name, value]));
}

const numberOf = ({ opcodes }: Zone, name: string, fallback: number) =>
  Number(opcodes.get(name) ?? fallback);

function plays(zone: Zone, { pitch, velocity = 90 }: Played): boolean {
  const value = (name: string, fallback: number) => numberOf(zone, name, fallback);
  return (
    pitch >= value("lokey", 0) &&
    pitch <= value("hikey", 127) &&
    velocity >= value("lovel", 1) &&
    velocity <= value("hivel", 127)
  );
}

function playNote(song: Float32Array, zone: Zone, { pitch, start, end, velocity = 90 }: Played) {
  const { samples, opcodes } = zone;
  const cents = 100 * (pitch - numberOf(zone, "pitch_keycenter", 60)) + numberOf(zone, "tune", 0);
  const speed = 2 ** (cents / 1200);
  const loops = opcodes.get("loop_mode") === "loop_continuous";
  const once = opcodes.get("loop_mode") === "one_shot";
  const [from, to] = [numberOf(zone, "loop_start", 0), numberOf(zone, "loop_end", 0) + 1];
  const release = numberOf(zone, "ampeg_release", 0.001);
  const begin = Math.round(start * sampleRate);
  for (let i = 0, at = 0; begin + i < song.length; i++, at += speed) {
    if (loops && at >= to) at -= to - from;
    if (at >= samples.length - 1) return;
    const after = i / sampleRate - (end - start);
    const fade = once ? 1 : Math.min(1, 1 - after / release);
    if (fade <= 0) return;
    const whole = Math.floor(at);
    const [a, b] = [samples[whole] as number, samples[whole + 1] as number];
    const sample = (a + (b - a) * (at - whole)) * fade * (velocity / 127) ** 2;
    song[begin + i] = (song[begin + i] as number) + sample;
  }
}
