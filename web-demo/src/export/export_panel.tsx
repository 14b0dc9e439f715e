/** What can be taken away of the selected song. */

import "./export_panel.css";
import { signal } from "@preact/signals";
import { Icon } from "../shared/icons.js";
import { panelStrings } from "../shared/panel_strings.js";
import { saveBlob } from "../shared/save_blob.js";
import { stemColour } from "../shared/stem_colours.js";
import { strings } from "../shared/strings.js";
import type { Song } from "../songs/types.js";
import { AnalysisRow } from "./analysis_row.js";
import { format, formats, isBusy, make, outcome, running, type Wish } from "./export_state.js";
import { chosenStems, StemChoice } from "./stem_choice.js";
import { tagsAsCsv, tagsAsJson } from "./tag_documents.js";
import type { FileContent } from "./types.js";

/** Of the stereo field. Kept while other songs are shown. */
const width = signal(60);

/** As it stands within a sentence or a file's name. */
const titleOf = (stem: string) => strings.studio.stem(stem).toLowerCase();

const sumOf = (stems: readonly string[]): FileContent => ({ kind: "stems", stems });

export default function ExportPanel({ song }: { song: Song }) {
  const text = panelStrings.exports;
  const done = song.stage.value === "done";
  const stems = [...song.stemPeaks.value.keys()];
  const each = stems.map((stem) => ({ part: titleOf(stem), content: sumOf([stem]) }));
  const chosen = chosenStems(stems);
  const central = text.list(chosen.map(titleOf));
  return (
    <section class="export panel" aria-labelledby="export-title">
      <div class="panel-head">
        <h2 class="panel-title" id="export-title">
          {text.title}
        </h2>
        <select
          class="field"
          aria-label={text.format}
          value={format.value}
          onChange={(event) => (format.value = event.currentTarget.value)}
        >
          {formats.map((name) => (
            <option key={name} value={name}>
              {text.formats[name]}
            </option>
          ))}
        </select>
      </div>
      {!done && <p class="muted">{text.later}</p>}
      <ul class="export-list">
        {stems.map((stem, index) => (
          <li
            key={stem}
            class="export-row stem"
            style={{ "--colour": `var(${stemColour(index)})` }}
          >
            <span>{strings.studio.stem(stem)}</span>
            <Get
              song={song}
              label={text.getStem(titleOf(stem))}
              wish={{ what: titleOf(stem), files: each.slice(index, index + 1) }}
            />
          </li>
        ))}
        <li class="export-row">
          <span>
            {text.allStems}
            <small class="muted">{text.allStemsNote}</small>
          </span>
          <Get
            song={song}
            label={text.getAllStems}
            wish={{ what: text.stemsPart, files: each, archive: true }}
          />
        </li>
        <StemChoice stems={stems} />
        <Backing song={song} stems={stems} chosen={chosen} />
        <li class="export-row">
          <span>
            {text.stereo}
            <small class="muted">{text.stereoNote(central)}</small>
          </span>
          <Get
            song={song}
            label={text.getStereo}
            wish={{
              what: text.stereoPart,
              files: [
                {
                  part: text.stereoPart,
                  content: { kind: "stereo", width: width.value / 100, central: chosen },
                },
              ],
            }}
          />
          <Width />
        </li>
        <AnalysisRow song={song} />
        <TagFiles song={song} />
      </ul>
      <Status song={song} />
    </section>
  );
}

interface BackingProps {
  readonly song: Song;
  readonly stems: readonly string[];
  readonly chosen: readonly string[];
}

/** What is left of the song when the chosen stems are taken away. */
function Backing({ song, stems, chosen }: BackingProps) {
  const text = panelStrings.exports;
  const without = text.list(chosen.map(titleOf));
  const left = stems.filter((stem) => !chosen.includes(stem));
  const part = text.withoutPart(without);
  const possible = chosen.length > 0 && left.length > 0;
  return (
    <li class="export-row">
      <span>
        {text.backing}
        <small class="muted">{possible ? text.without(without) : text.withoutNone}</small>
      </span>
      <Get
        song={song}
        label={possible ? text.getWithout(without) : text.withoutNone}
        wish={possible ? { what: part, files: [{ part, content: sumOf(left) }] } : undefined}
      />
    </li>
  );
}

interface GetProps {
  readonly song: Song;
  readonly label: string;
  /** Undefined where there is nothing to get. */
  readonly wish: Wish | undefined;
}

function Get({ song, label, wish }: GetProps) {
  return (
    <button
      type="button"
      class="button"
      aria-label={label}
      disabled={!wish || song.stage.value !== "done" || isBusy.value}
      onClick={() => wish && void make(song, wish)}
    >
      <Icon name="download" size={16} />
      {panelStrings.exports.get}
    </button>
  );
}

function Width() {
  const text = panelStrings.exports;
  return (
    <label class="export-width number">
      <span class="muted">{text.width}</span>
      <input
        type="range"
        min={0}
        max={100}
        step={5}
        value={width.value}
        style={{ "--fill": `${width.value}%`, "--track": "var(--accent)" }}
        aria-valuetext={text.percent(width.value)}
        onInput={(event) => (width.value = event.currentTarget.valueAsNumber)}
      />
      <span>{text.percent(width.value)}</span>
    </label>
  );
}

function TagFiles({ song }: { song: Song }) {
  const text = panelStrings.exports;
  const tags = song.tags.value;
  const save = (ending: "json" | "csv") => {
    if (!tags) return;
    const json = ending === "json";
    const content = json
      ? tagsAsJson(song.name, song.duration.value ?? 0, tags)
      : tagsAsCsv(song.name, tags);
    const type = json ? "application/json" : "text/csv";
    saveBlob(`${song.name} (${text.tagsPart}).${ending}`, new Blob([content], { type }));
  };
  return (
    <li class="export-row">
      <span>
        {text.tags}
        <small class="muted">{text.tagsNote}</small>
      </span>
      <span class="row">
        {(["json", "csv"] as const).map((ending) => (
          <button
            key={ending}
            type="button"
            class="button"
            aria-label={text.getTags(ending.toUpperCase())}
            disabled={!tags}
            onClick={() => save(ending)}
          >
            {ending.toUpperCase()}
          </button>
        ))}
      </span>
    </li>
  );
}

/** How far the export is, or what became of it. */
function Status({ song }: { song: Song }) {
  const text = panelStrings.exports;
  const now = running.value;
  return (
    <div class="export-status">
      {now && (
        <div class="row">
          <progress max={1} value={now.share} aria-label={text.progress(now.what)} />
          <button type="button" class="button quiet" onClick={() => now.ending.abort()}>
            {text.cancel}
          </button>
        </div>
      )}
      <p class="muted number" role="status">
        {now ? text.making(now.what) : outcome.value?.song === song ? outcome.value.text : ""}
      </p>
    </div>
  );
}
