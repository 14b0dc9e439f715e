/** Key and tempo of the song, each with how sure that is. */

import type { BeatsResult, KeyResult } from "divisi";
import { noteText } from "../analysis/chord_text.js";
import { shownCorrection } from "../analysis/shown_beats.js";
import { analysisOf } from "../analysis/song_analysis.js";
import { clock } from "../shared/format.js";
import { panelStrings } from "../shared/panel_strings.js";
import { strings } from "../shared/strings.js";
import type { Song } from "../songs/types.js";

export function MusicFacts({ song }: { song: Song }) {
  const { key, beats } = analysisOf(song) ?? {};
  return (
    <>
      {key?.key && <KeyFact keys={key} song={key.key} />}
      {beats?.tempo !== undefined && <TempoFact beats={beats} tempo={beats.tempo} />}
    </>
  );
}

const percentOf = (share: number) => strings.studio.percent(Math.round(100 * share));

function KeyFact({ keys, song }: { keys: KeyResult; song: NonNullable<KeyResult["key"]> }) {
  const text = panelStrings.key;
  const name = (tonic: string, mode: "major" | "minor") => text.name(noteText(tonic), mode);
  const others = keys.parts
    .slice(1)
    .map(({ tonic, mode, startSeconds }) => text.from(name(tonic, mode), clock(startSeconds)));
  const sure = text.sure(percentOf(song.confidence));
  return (
    <Fact
      value={name(song.tonic, song.mode)}
      sure={percentOf(song.confidence)}
      title={[sure, ...others].join("; ")}
      data="key"
    />
  );
}

function TempoFact({ beats, tempo }: { beats: BeatsResult; tempo: number }) {
  const text = panelStrings.beats;
  const sure = text.sure(percentOf(beats.tempoConfidence), beats.beatsPerBar);
  const isCorrected = shownCorrection.value.length > 0;
  return (
    <Fact
      value={text.tempo(Math.round(tempo))}
      sure={percentOf(beats.tempoConfidence)}
      title={isCorrected ? `${sure}; ${text.corrected}` : sure}
      data="tempo"
    />
  );
}

interface FactProps {
  readonly value: string;
  /** In short. */
  readonly sure: string;
  /** How sure, in a sentence. */
  readonly title: string;
  readonly data: "key" | "tempo";
}

function Fact({ value, sure, title, data }: FactProps) {
  return (
    <span class="music-fact" title={title} data-fact={data}>
      <strong>{value}</strong> <span aria-hidden="true">{sure}</span>
      <span class="visually-hidden">{title}</span>
    </span>
  );
}
