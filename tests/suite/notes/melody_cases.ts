/** Melody: the notes and the pitch of a line that is sung with vibrato. */

import type { PlanarAudio, Transcriber } from "divisi";
import { atLeast, atMost, equal, ok, rejects } from "../check.js";
import { type Case, collect, type Environment } from "../environment.js";

const rate = 44100;
const toneSeconds = 0.6;
const vibratoHz = 5.6;
const tones = [60, 62, 64, 65, 67, 64, 55];

/** Of a tone's age: how far its vibrato swings, in semitones. */
const bendAt = (age: number) =>
  0.5 * Math.min(1, age / 0.15) * Math.sin(2 * Math.PI * vibratoHz * age);

/** Tones that are sung one after another without a break, half a second of silence before and after. */
function singLine(): PlanarAudio {
  const length = Math.round(toneSeconds * rate);
  const lead = Math.round(0.5 * rate);
  const samples = new Float32Array(2 * lead + tones.length * length);
  let phase = 0;
  for (const [index, tone] of tones.entries()) {
    for (let n = 0; n < length; n++) {
      const age = n / rate;
      phase += (2 * Math.PI * 440 * 2 ** ((tone + bendAt(age) - 69) / 12)) / rate;
      let sum = 0;
      for (let k = 1; k <= 8; k++) sum += Math.sin(k * phase) / k;
      const edge = Math.max(0.1, Math.min(1, age / 0.02, (toneSeconds - age) / 0.02));
      samples[lead + index * length + n] = 0.15 * edge * sum;
    }
  }
  return { sampleRate: rate, channels: [samples, samples] };
}

async function withFollower<T>(
  { divisi, variant, models }: Environment,
  work: (follower: Transcriber) => Promise<T>,
): Promise<T> {
  const follower = await divisi.Transcriber.create({ variant, ...models, model: "swift-f0" });
  try {
    return await work(follower);
  } finally {
    follower.close();
  }
}

export const melodyCases: Record<string, Case> = {
  "a sung line: a note for each tone, and its pitch": (environment) =>
    withFollower(environment, async (follower) => {
      const audio = singLine();
      const { notes, pitch } = await follower.transcribe(audio);
      equal(
        notes.map((note) => note.pitch),
        tones,
        "pitches of the notes",
      );
      for (const [index, { startSeconds, endSeconds, bends, velocity }] of notes.entries()) {
        const start = 0.5 + index * toneSeconds;
        atMost(Math.abs(startSeconds - start), 0.05, "from the tone's start to the note's");
        atMost(
          Math.abs(endSeconds - start - toneSeconds),
          0.06,
          "from the tone's end to the note's",
        );
        ok(velocity >= 1 && velocity <= 127, `velocity ${velocity}`);
        // One every 16 ms, as far as the vibrato swings.
        atMost(Math.abs(bends.length - (endSeconds - startSeconds) * 62.5), 1.01, "bends");
        const swing = bends.reduce((a, b) => Math.max(a, b));
        atLeast(swing, 0.3, "the largest bend");
        atMost(swing, 0.8, "the largest bend");
      }
      if (pitch === undefined) throw new Error("expected a pitch curve");
      equal(pitch.frameSeconds, 0.01, "seconds from frame to frame");
      equal(pitch.hz.length, pitch.confidence.length, "rows");
      let checked = 0;
      for (const [frame, hz] of pitch.hz.entries()) {
        const seconds = frame * pitch.frameSeconds - 0.5;
        const tone = tones[Math.floor(seconds / toneSeconds)];
        const age = seconds % toneSeconds;
        // Windows of 128 ms hear two tones where they meet.
        if (seconds < 0 || tone === undefined || age < 0.08 || age > toneSeconds - 0.08) continue;
        const cents = 100 * (69 + 12 * Math.log2(hz / 440) - tone - bendAt(age));
        atMost(Math.abs(cents), 20, `cents off at ${seconds} s`);
        atLeast(pitch.confidence[frame] ?? 0, 0.5, `confidence at ${seconds} s`);
        checked++;
      }
      atLeast(checked, 7 * 42, "frames within tones");
      atMost(pitch.confidence[5] ?? 1, 0, "confidence of silence");
    }),

  "notes of a melody come one by one, and a range leaves the others out": (environment) =>
    withFollower(environment, async (follower) => {
      const audio = singLine();
      const streamed = await collect(follower.stream(audio));
      equal(
        streamed.map((note) => note.pitch),
        tones,
        "notes of the stream",
      );
      const { notes } = await follower.transcribe(audio, { maxPitch: 58 });
      equal(
        notes.map((note) => note.pitch),
        [55],
        "notes of the range",
      );
    }),

  "what a model for melody has no use for is refused": (environment) =>
    withFollower(environment, async (follower) => {
      const audio = singLine();
      await rejects(follower.transcribe(audio, { sensitivity: 0.3 }), "bad-option", "sensitivity");
      await rejects(follower.transcribe(audio, { mode: "reference" }), "bad-option", "mode");
      await rejects(follower.transcribe(audio, { minPitch: 25 }), "bad-option", "minPitch");
      // It goes on with the next song.
      equal((await follower.transcribe(audio)).notes.length, tones.length, "notes");
    }),
};
