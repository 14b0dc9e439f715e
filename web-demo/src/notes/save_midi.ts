/** The notes as a MIDI file to take away, as they are shown. */

import { noteFile } from "divisi";
import { analysisOf } from "../analysis/song_analysis.js";
import { noteStrings } from "../shared/note_strings.js";
import { fileName, saveBlob } from "../shared/save_blob.js";
import type { SongNotes } from "./song_notes.js";

/** @param title the stem's name */
export function saveMidi({ song, notes }: SongNotes, title: string): void {
  // At the song's own tempo a sequencer shows it in bars that are about as long.
  const tempo = analysisOf(song)?.beats?.tempo;
  const bytes = noteFile(notes.value, "midi", tempo === undefined ? {} : { tempo });
  const name = fileName(`${song.name} (${noteStrings.midiPart(title)}).mid`);
  saveBlob(name, new Blob([bytes], { type: "audio/midi" }));
}
