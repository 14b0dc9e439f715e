// A score in other programs: spessasynth, a synthesiser for browsers, plays it by an instrument that was
// sampled, and what is heard has the pitches that were written, where they were written; LMMS imports it.

import { type AnalysisResult, sampleInstrument, scoreFile } from "divisi";
import { parseMidi } from "midi-file";
import {
  BasicMIDI,
  SoundBankLoader,
  SpessaSynthProcessor,
  SpessaSynthSequencer,
} from "spessasynth_core";
import { expect, test } from "vitest";
import { soundFont } from "../../../js/cli/write/sound_font.js";
import { importMidi } from "../../support/lmms.js";
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

async function writtenSong() {
  const song = melody(11, 24, 60);
  const notes = song.map(noteOf);
  const instrument = sampleInstrument({ sampleRate, channels: [render(song, timbre)] }, notes);
  const seconds = song.at(-1)?.end ?? 0;
  // Beats that are slower and slower: the file's tempo map has to bring notes to their times.
  const beats = Array.from({ length: 30 }, (_, n) => ({
    seconds: 0.1 + 0.45 * n + 0.004 * n * n,
    number: (n % 4) + 1,
    tempo: 120,
    confidence: 1,
    energyDb: -20,
  }));
  const chords = [0, 4, 10].map((beat) => ({
    startSeconds: beats[beat]?.seconds ?? 0,
    endSeconds: beats[beat + 4]?.seconds ?? 0,
    label: "C:maj",
    confidence: 1,
  }));
  const analysis: AnalysisResult = {
    durationSeconds: seconds + 1,
    beats: { beats, tempo: 120, tempoConfidence: 1, beatsPerBar: 4 },
    chords: { chords, tuningCents: 0 },
  };
  const midi = scoreFile(analysis, [{ name: "melody", notes, program: 0 }]);
  return { song, seconds, midi, font: await soundFont(instrument, "test") };
}

test("a synthesiser plays a song's notes in time and in tune", async () => {
  const { song, seconds, midi, font } = await writtenSong();
  const heard = await play(midi, font, seconds + 0.5);
  expect(shareWithin(errorsInCents(heard, song), 20)).toBeGreaterThanOrEqual(0.95);
});

test("LMMS imports it, and has its chords on the beats that they were written for", async () => {
  const { midi, font } = await writtenSong();
  const said = importMidi(midi, font);
  expect(said).toContain("found MThd");
  const markers = [...said.matchAll(/Time: ([\d.]+), Update Type: markers/g)].map(([, beat]) =>
    Number(beat),
  );
  const { header, tracks } = parseMidi(midi);
  let tick = 0;
  const written = (tracks[0] ?? []).flatMap((event) => {
    tick += event.deltaTime;
    return event.type === "marker" ? [tick / (header.ticksPerBeat ?? 1)] : [];
  });
  expect(written).toHaveLength(3);
  expect(markers).toEqual(written.map((beat) => Number(beat.toFixed(6))));
});
