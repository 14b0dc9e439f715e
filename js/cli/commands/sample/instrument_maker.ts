/** What makes an instrument of audio that is in memory: it hears what is played, and cuts it out. */

import {
  DrumTranscriber,
  type PlanarAudio,
  type SampledInstrument,
  sampleDrumKit,
  sampleInstrument,
  Transcriber,
} from "divisi";
import type { Terminal } from "../../console/terminal.js";
import { defaultModel, openModel } from "../../models/open_model.js";
import type { RunOptions } from "../read_through.js";
import type { SampleArguments } from "./sample_arguments.js";

export interface MadeInstrument {
  readonly instrument: SampledInstrument;
  /** How many notes or strokes were heard. */
  readonly heard: number;
}

export interface InstrumentMaker {
  make(audio: PlanarAudio, options: RunOptions): Promise<MadeInstrument>;
  close(): void;
}

/** Nobody sings or plucks chords in these: one voice is followed. */
const ofOneVoice: readonly (string | undefined)[] = ["vocals", "bass"];

export async function openMaker(
  { stem, melody, drums }: SampleArguments,
  terminal: Terminal,
): Promise<InstrumentMaker> {
  if (drums) return openDrumMaker(terminal);
  const task = melody || ofOneVoice.includes(stem) ? "melody" : "notes";
  const transcriber = await openModel(defaultModel(task), task, terminal, (how) =>
    Transcriber.create(how),
  );
  return {
    make: async (audio, options) => {
      const { notes } = await transcriber.transcribe(audio, options);
      return { instrument: sampleInstrument(audio, notes), heard: notes.length };
    },
    close: () => transcriber.close(),
  };
}

async function openDrumMaker(terminal: Terminal): Promise<InstrumentMaker> {
  const transcriber = await openModel(defaultModel("drums"), "drums", terminal, (how) =>
    DrumTranscriber.create(how),
  );
  return {
    make: async (audio, options) => {
      const { hits } = await transcriber.transcribe(audio, options);
      return { instrument: sampleDrumKit(audio, hits), heard: hits.length };
    },
    close: () => transcriber.close(),
  };
}
