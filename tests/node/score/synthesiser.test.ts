// A score in a synthesiser for browsers, spessasynth: it is played by an instrument that was sampled, and
// what is heard has the pitches that were written, where they were written.

import { type AnalysisResult, sampleInstrument, scoreFile } from "divisi";
import {
  BasicMIDI,
  SoundBankLoader,
  SpessaSynthProcessor,
  SpessaSynthSequencer,
} from "spessasynth_core";
import { expect, test } from "vitest";
import { soundFont } from "../../../js/cli/write/sound_font.js";
import {
  errorsInCents,
  melody,
  noteOf,
  render,
  sampleRate,
  shareWithin,
  type Timbre,
} from "../sampler/song.js";

const timbre: Timbre = { tuning: 0, decay: 0, vibrato: 10, partials: [0.6, 0.4, 0.3, 0.2, 0.1] };
const block = 128;

async function play(
  midi: Uint8Array<ArrayBuffer>,
  font: Uint8Array<ArrayBuffer>,
  seconds: number,
): Promise<Float32Array> {
  const synth = new SpessaSynthProcessor(sampleRate, { effectsEnabled: false });
  await synth.processorInitialized;
  synth.soundBankManager.addSoundBank(SoundBankLoader.fromArrayBuffer(font.slice().buffer), "test");
  const sequencer = new SpessaSynthSequencer(synth);
  // Else it would leave out the silence before the first note.
  sequencer.skipToFirstNoteOn = false;
  sequencer.loadNewSongList([BasicMIDI.fromArrayBuffer(midi.slice().buffer)]);
  sequencer.play();
  const left = new Float32Array(Math.ceil((seconds * sampleRate) / block) * block);
  const right = left.slice();
  for (let at = 0; at < left.length; at += block) {
    sequencer.processTick();
    synth.process(left, right, at, block);
  }
  return left.map((sample, i) => (sample + (right[i] as number)) / 2);
}

test("a song's file plays its notes in time and in tune", async () => {
  const song = melody(11, 24, 60);
  const notes = song.map(noteOf);
  const instrument = sampleInstrument({ sampleRate, channels: [render(song, timbre)] }, notes);
  const last = song.at(-1)?.end ?? 0;
  // Beats that are slower and slower: the file's tempo map has to bring notes to their times.
  const beats = Array.from({ length: 30 }, (_, n) => ({
    seconds: 0.1 + 0.45 * n + 0.004 * n * n,
    number: (n % 4) + 1,
    tempo: 120,
    confidence: 1,
    energyDb: -20,
  }));
  const analysis: AnalysisResult = {
    durationSeconds: last + 1,
    beats: { beats, tempo: 120, tempoConfidence: 1, beatsPerBar: 4 },
  };
  const midi = scoreFile(analysis, [{ name: "melody", notes, program: 0 }]);
  const heard = await play(midi, await soundFont(instrument, "test"), last + 0.5);
  expect(shareWithin(errorsInCents(heard, song), 20)).toBeGreaterThanOrEqual(0.95);
});
