/** Writes down the notes of a stem or of the mix, in a Worker that is there for that alone. */

import { type AudioStream, type Note, type PlanarAudio, Transcriber } from "divisi";
import { modelBase, queue } from "../session/session.js";
import type { Song, SongStems } from "../songs/types.js";
import { until } from "../songs/until.js";
import { mix, voiceRange } from "./sources.js";

export interface TranscribeStemOptions {
  readonly signal: AbortSignal;
  /** How many notes are told of many voices, 0 to 1. */
  readonly sensitivity: number;
  /** Told all notes so far, some times a second. */
  readonly onNotes: (notes: readonly Note[]) => void;
  /** How much of the song was listened to, 0 to 1. */
  readonly onShare: (share: number) => void;
}

/** Notes are shown no more often. */
const tellMilliseconds = 100;

/** The models of many voices, and of one. */
const models = { many: "basic-pitch", one: "swift-f0" } as const;

/** Rejects with a DivisiError or the signal's reason. */
export async function transcribe(
  song: Song,
  source: string,
  { signal, sensitivity, onNotes, onShare }: TranscribeStemOptions,
): Promise<void> {
  const range = voiceRange(source);
  const model = range ? models.one : models.many;
  const transcriber = await Transcriber.create({ model, modelBase, signal });
  try {
    const audio = source === mix ? await song.loadAudio() : await stemStream(song, source, signal);
    const onProgress = ({ done, total }: { done: number; total: number | undefined }) => {
      if (total && !signal.aborted) onShare(done / total);
    };
    const notes: Note[] = [];
    const how = range ?? { sensitivity };
    let told = performance.now();
    for await (const note of transcriber.stream(audio, { ...how, signal, onProgress })) {
      // Of a batch that had come before, nothing more is told.
      signal.throwIfAborted();
      notes.push(note);
      if (performance.now() - told < tellMilliseconds) continue;
      told = performance.now();
      onNotes([...notes]);
    }
    signal.throwIfAborted();
    onNotes(notes);
  } finally {
    transcriber.close();
  }
}

/** So much is read of a stem at a time. */
const blockSeconds = 5;

/** A stem from its beginning on, as far and as soon as it is computed. */
async function stemStream(song: Song, stem: string, signal: AbortSignal): Promise<AudioStream> {
  await until(() => song.stemPeaks.value.has(stem), signal);
  const stems = queue.value?.stems(song);
  if (!stems) throw new Error(`${song.name} has no stems`);
  const { sampleRate, channelCount, frameCount } = stems;
  return { sampleRate, channelCount, frameCount, blocks: blocksOf(song, stems, stem, signal) };
}

async function* blocksOf(song: Song, stems: SongStems, stem: string, signal: AbortSignal) {
  const step = blockSeconds * stems.sampleRate;
  for (let begin = 0; begin < stems.frameCount; begin += step) {
    const end = Math.min(begin + step, stems.frameCount);
    await until(() => {
      // Read for its change, which comes with more of the stems.
      void song.stemPeaks.value;
      return stems.has(begin, end);
    }, signal);
    yield await stems.readStem(stem, begin, end);
  }
}

/** All of a stem that is computed, or of the mix. */
export async function readWhole(song: Song, source: string): Promise<PlanarAudio> {
  if (source === mix) {
    const { sampleRate, channels } = await song.loadAudio();
    return { sampleRate, channels: [...channels] };
  }
  const stems = queue.value?.stems(song);
  if (!stems) throw new Error(`${song.name} has no stems`);
  const channels = await stems.readStem(source, 0, stems.frameCount);
  return { sampleRate: stems.sampleRate, channels: [...channels] };
}
