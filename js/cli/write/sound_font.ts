/** An instrument as a SoundFont 2 (.sf2), by spessasynth_core, which is loaded with the first one. */

import type { SampledInstrument, SampleRegion } from "divisi";
import type { BasicSample, BasicSoundBank } from "spessasynth_core";

type Library = typeof import("spessasynth_core");

/** Names have room for so many letters. */
const mostLetters = 20;
/** Of what is played; in 0.1 % of the whole width. */
const pans = { left: -500, right: 500 };
/** 100 dB in so many seconds: what is played once is over before that is heard. */
const onceSeconds = 100;

/** @param name of the instrument, in its file */
export async function soundFont(
  instrument: SampledInstrument,
  name: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const library = await import("spessasynth_core");
  const { BasicInstrument, BasicPreset, BasicSoundBank } = library;
  const bank = new BasicSoundBank();
  bank.soundBankInfo.name = name;
  const played = new BasicInstrument();
  played.name = name.slice(0, mostLetters);
  for (const region of instrument.regions) addRegion(library, bank, played, region, instrument);
  const preset = new BasicPreset(bank);
  preset.name = name.slice(0, mostLetters);
  // Bank 128 of the file.
  preset.isGMGSDrum = instrument.kind === "drums";
  preset.createZone(played);
  bank.addInstruments(played);
  bank.addPresets(preset);
  bank.flush();
  return new Uint8Array(bank.writeSF2({ software: "divisi" }));
}

function addRegion(
  library: Library,
  bank: BasicSoundBank,
  played: InstanceType<Library["BasicInstrument"]>,
  region: SampleRegion,
  { kind, sampleRate, releaseSeconds }: SampledInstrument,
): void {
  const { GeneratorTypes } = library;
  const samples = samplesOf(library, region, sampleRate);
  bank.addSamples(...samples);
  for (const [index, sample] of samples.entries()) {
    const zone = played.createZone(sample);
    zone.keyRange = { min: region.lowestKey, max: region.highestKey };
    zone.velRange = { min: region.lowestVelocity, max: region.highestVelocity };
    const seconds = kind === "drums" ? onceSeconds : releaseSeconds;
    zone.setGenerator(GeneratorTypes.releaseVolEnv, timecents(seconds));
    zone.setGenerator(GeneratorTypes.sampleModes, region.loop ? 1 : 0);
    if (samples.length === 2) {
      zone.setGenerator(GeneratorTypes.pan, index === 0 ? pans.left : pans.right);
    }
  }
}

/** One sample, or two that belong together. */
function samplesOf(
  { BasicSample, SampleTypes }: Library,
  region: SampleRegion,
  sampleRate: number,
): BasicSample[] {
  const channels = region.channels.length === 2 ? region.channels : [mean(region.channels)];
  const sides = channels.length === 2 ? ["L", "R"] : [""];
  const samples = channels.map((channel, index) => {
    const { start, end } = region.loop ?? { start: 0, end: channel.length - 1 };
    const sample = new BasicSample(
      `${region.name.slice(0, mostLetters - 1)}${sides[index]}`,
      sampleRate,
      region.pitch,
      Math.round(-region.cents),
      SampleTypes.monoSample,
      start,
      end,
    );
    sample.setAudioData(channel, sampleRate);
    return sample;
  });
  const [left, right] = samples;
  if (left && right) left.setLinkedSample(right, SampleTypes.leftSample);
  return samples;
}

/** Of any number of channels but two, which has places for them. */
function mean(channels: readonly Float32Array<ArrayBuffer>[]): Float32Array<ArrayBuffer> {
  const [first = new Float32Array(0), ...rest] = channels;
  if (rest.length === 0) return first;
  return first.map(
    (_, i) => channels.reduce((sum, each) => sum + (each[i] as number), 0) / channels.length,
  );
}

/** The unit of times in SoundFonts: 0 is a second, 1200 are two. */
function timecents(seconds: number): number {
  return Math.round(1200 * Math.log2(seconds));
}
