/** Beats, key and chords to take away, as they are shown. */

import { useSignal } from "@preact/signals";
import { correctionOf } from "../analysis/kept_corrections.js";
import { analysisOf, isAnalysisDue } from "../analysis/song_analysis.js";
import { type DocumentFormat, documentFormats } from "../analysis/types.js";
import { noticeOf } from "../session/notices.js";
import { Icon } from "../shared/icons.js";
import { panelStrings } from "../shared/panel_strings.js";
import { saveBlob } from "../shared/save_blob.js";
import type { Song } from "../songs/types.js";

export function AnalysisRow({ song }: { song: Song }) {
  const text = panelStrings.exports.analysis;
  const format = useSignal<DocumentFormat>("json");
  const analysis = analysisOf(song);
  const save = async () => {
    if (!analysis) return;
    const { analysisDocument } = await import("../analysis/analysis_documents.js");
    const { name, source } = song;
    const correction = correctionOf(song.id);
    const made = await analysisDocument(
      { name, file: source.name, analysis, correction },
      format.value,
    );
    saveBlob(`${name} (${text.part}).${made.ending}`, made.blob);
  };
  return (
    <li class="export-row">
      <span>
        {text.title}
        <small class="muted">{text.note}</small>
      </span>
      <span class="row">
        <select
          class="field"
          aria-label={text.format}
          value={format.value}
          onChange={({ currentTarget }) => (format.value = currentTarget.value as DocumentFormat)}
        >
          {documentFormats.map((name) => (
            <option key={name} value={name}>
              {text.formats[name]}
            </option>
          ))}
        </select>
        <button
          type="button"
          class="button"
          aria-label={text.get}
          disabled={!analysis || isAnalysisDue(song)}
          onClick={() => void save().catch(noticeOf)}
        >
          <Icon name="download" size={16} />
          {panelStrings.exports.get}
        </button>
      </span>
    </li>
  );
}
