/** What can be taken away of the selected song. */

import type { SampleBits } from "divisi/files";
import "./export_panel.css";
import { computed, signal } from "@preact/signals";
import { queue } from "../session/session.js";
import { explain } from "../shared/errors.js";
import { bytes } from "../shared/format.js";
import { Icon } from "../shared/icons.js";
import { strings } from "../shared/strings.js";
import { BlobStemStore } from "../songs/stem_store.js";
import type { Song } from "../songs/types.js";
import { exportFiles, saveBlob } from "./export_files.js";
import { tagsAsCsv, tagsAsJson } from "./tag_documents.js";
import type { AudioFormat, ExportResult, FileContent } from "./types.js";

/** Kept while other songs are shown. */
const format = signal("wav-24");
const width = signal(60);

const formats = ["wav-16", "wav-24", "wav-32", "flac-16", "flac-24"] as const;

interface Running {
  readonly song: Song;
  readonly what: string;
  readonly share: number;
  readonly ending: AbortController;
}

/** The export under way, and what became of the last one. */
const running = signal<Running | undefined>(undefined);
const outcome = signal<{ readonly song: Song; readonly text: string } | undefined>(undefined);
const isBusy = computed(() => running.value !== undefined);

interface Wish {
  readonly what: string;
  readonly content: Readonly<Record<string, FileContent>>;
  /** Whether several files go into one archive. */
  readonly archive?: boolean;
}

async function make(song: Song, { what, content, archive }: Wish): Promise<void> {
  const store = queue.value?.stems(song);
  if (!(store instanceof BlobStemStore) || running.value) return;
  const [kind, bits] = format.value.split("-") as [AudioFormat, string];
  const ending = new AbortController();
  const title = song.name.replace(/[/\\:*?"<>|]/g, "_");
  const files = Object.entries(content).map(([part, wish]) => ({
    name: `${title} (${part}).${kind}`,
    content: wish,
  }));
  const request = {
    stems: store.stored,
    files,
    format: kind,
    bits: Number(bits) as SampleBits,
    ...(archive && { archive: `${title} (${what}).zip` }),
  };
  running.value = { song, what, share: 0, ending };
  outcome.value = undefined;
  try {
    const result = await exportFiles(request, {
      signal: ending.signal,
      onProgress: (share) => {
        running.value = { song, what, share, ending };
      },
    });
    saveBlob(result.name, result.blob);
    outcome.value = { song, text: told(result) };
  } catch (error) {
    if (!ending.signal.aborted) {
      const { what: problem, next } = explain(error);
      outcome.value = { song, text: `${problem} ${next}` };
    }
  } finally {
    running.value = undefined;
  }
}

/** What there is to know of a finished file. */
function told({ name, blob, clippedSamples, level }: ExportResult): string {
  const text = strings.exports;
  const parts = [text.saved(name, bytes(blob.size))];
  if (level < 1) parts.push(text.quieter((-20 * Math.log10(level)).toFixed(1)));
  if (clippedSamples > 0) parts.push(text.clipped(clippedSamples));
  return parts.join(" ");
}

const only = (...stems: string[]): FileContent => ({ kind: "stems", stems });

export default function ExportPanel({ song }: { song: Song }) {
  const text = strings.exports;
  const done = song.stage.value === "done";
  const stems = [...song.stemPeaks.value.keys()];
  const { stem: nameOf } = strings.studio;
  const title = (stem: string) => nameOf(stem).toLowerCase();
  const all = Object.fromEntries(stems.map((stem) => [title(stem), only(stem)]));
  // Of two stems, the song without one is the other; a backing track is one without the voice.
  const leftOut = stems.filter((stem) => stems.length > 2 || stem === "vocals");
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
            style={{ "--colour": `var(--stem-${1 + (index % 4)})` }}
          >
            <span>{nameOf(stem)}</span>
            <Get
              song={song}
              label={text.getStem(title(stem))}
              wish={{ what: title(stem), content: { [title(stem)]: only(stem) } }}
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
            wish={{ what: text.stemsPart, content: all, archive: true }}
          />
        </li>
        {leftOut.map((stem) => {
          const part = text.withoutPart(title(stem));
          const others = stems.filter((other) => other !== stem);
          return (
            <li key={stem} class="export-row">
              <span>
                {text.backing}
                <small class="muted">{text.without(title(stem))}</small>
              </span>
              <Get
                song={song}
                label={text.getWithout(title(stem))}
                wish={{ what: part, content: { [part]: only(...others) } }}
              />
            </li>
          );
        })}
        <li class="export-row">
          <span>
            {text.stereo}
            <small class="muted">{text.stereoNote}</small>
          </span>
          <Get
            song={song}
            label={text.getStereo}
            wish={{
              what: text.stereoPart,
              content: { [text.stereoPart]: { kind: "stereo", width: width.value / 100 } },
            }}
          />
          <Width />
        </li>
        <TagFiles song={song} />
      </ul>
      <Status song={song} />
    </section>
  );
}

function Get(props: { readonly song: Song; readonly label: string; readonly wish: Wish }) {
  const { song, label, wish } = props;
  return (
    <button
      type="button"
      class="button"
      aria-label={label}
      disabled={song.stage.value !== "done" || isBusy.value}
      onClick={() => void make(song, wish)}
    >
      <Icon name="download" size={16} />
      {strings.exports.get}
    </button>
  );
}

function Width() {
  const text = strings.exports;
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
  const text = strings.exports;
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
  const text = strings.exports;
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
