/** An instrument as files: a WAV for each sound, and what samplers open. */

import { encodeWave, type SampledInstrument, sfzFile } from "divisi";
import { soundFont } from "../../write/sound_font.js";
import { writeAllNew } from "../../write/write_new.js";

/**
 * Writes all of them, or none.
 *
 * @param name of the SFZ and the SF2 file, without the extension. @return the paths of these two
 */
export async function writeInstrument(
  instrument: SampledInstrument,
  folder: string,
  name: string,
): Promise<string[]> {
  const { sampleRate, regions } = instrument;
  const sounds = regions.map((region) => ({
    name: `${region.name}.wav`,
    bytes: encodeWave({ sampleRate, channels: region.channels }, { bits: 24 }),
  }));
  const files = [
    { name: `${name}.sfz`, bytes: new TextEncoder().encode(sfzFile(instrument)) },
    { name: `${name}.sf2`, bytes: await soundFont(instrument, name) },
  ];
  const paths = await writeAllNew(folder, [...sounds, ...files]);
  return paths.slice(sounds.length);
}
