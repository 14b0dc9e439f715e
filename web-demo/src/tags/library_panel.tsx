/** The songs so far: what sounds like what, and search by tags. */

import "./library_panel.css";
import "./meter.css";
import { computed, signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { noticeOf } from "../session/notices.js";
import { select, songs } from "../session/session.js";
import { Icon } from "../shared/icons.js";
import { panelStrings } from "../shared/panel_strings.js";
import {
  type Entry,
  entries,
  type Found,
  find,
  forgetSong,
  openLibrary,
  ownTags,
} from "./library.js";
import { termOf, terms } from "./vocabulary.js";

const wanted = signal<ReadonlyMap<string, number>>(new Map());
const like = signal<Entry | undefined>(undefined);
const draft = signal("");
const unknown = signal<string | undefined>(undefined);

const searching = computed(() => wanted.value.size > 0 || like.value !== undefined);
const results = computed<readonly (Entry & Partial<Found>)[]>(() =>
  searching.value ? find(wanted.value, like.value?.id) : entries.value,
);
/** What can be searched for. */
const choices = computed(() => {
  const own = ownTags.value.filter(({ ready }) => ready).map(({ name }) => name);
  return [...new Set([...own, ...[...terms.keys()].sort()])];
});

function want(event: Event): void {
  event.preventDefault();
  const typed = draft.value.trim();
  const name = choices.value.find((choice) => choice === typed) ?? termOf(typed);
  if (!typed) return;
  unknown.value = choices.value.includes(name) ? undefined : typed;
  if (unknown.value !== undefined) return;
  wanted.value = new Map(wanted.value).set(name, 1);
  draft.value = "";
}

function drop(name: string): void {
  const rest = new Map(wanted.value);
  rest.delete(name);
  wanted.value = rest;
}

interface LibraryProps {
  /** Whether it is seen with no song in it, to say what it is for. */
  readonly evenEmpty?: boolean;
}

export default function Library({ evenEmpty = true }: LibraryProps) {
  useEffect(() => void openLibrary().catch(noticeOf), []);
  const text = panelStrings.library;
  if (!evenEmpty && entries.value.length === 0) return null;
  return (
    <section class="library panel" aria-labelledby="library-title">
      <div class="panel-head">
        <h2 class="panel-title" id="library-title">
          {text.title}
        </h2>
        <span class="muted number">{text.count(entries.value.length)}</span>
      </div>
      <form class="row library-search" onSubmit={want}>
        <input
          class="field"
          list="library-tags"
          aria-label={text.search}
          placeholder={text.placeholder}
          value={draft.value}
          onInput={(event) => {
            draft.value = event.currentTarget.value;
            unknown.value = undefined;
          }}
        />
        <datalist id="library-tags">
          {choices.value.map((name) => (
            <option key={name} value={name} />
          ))}
        </datalist>
        <button type="submit" class="button">
          {text.add}
        </button>
      </form>
      {unknown.value !== undefined && <p role="alert">{text.unknown(unknown.value)}</p>}
      <Conditions />
      <p class="visually-hidden" role="status">
        {searching.value ? text.found(results.value.length) : ""}
      </p>
      <ol class="library-list">
        {results.value.map((entry) => (
          <Row key={entry.id} entry={entry} />
        ))}
      </ol>
      {results.value.length === 0 && (
        <p class="muted">{searching.value ? text.nothing : text.empty}</p>
      )}
    </section>
  );
}

/** The tags and the song that are searched for. */
function Conditions() {
  const text = panelStrings.library;
  if (!searching.value) return null;
  return (
    <ul class="row">
      {like.value && (
        <li class="chip">
          {text.like(like.value.title)}
          <Drop label={text.stopLike} onClick={() => (like.value = undefined)} />
        </li>
      )}
      {[...wanted.value].map(([name, weight]) => (
        <li key={name} class="chip" data-weight={weight}>
          <button
            type="button"
            class="condition"
            aria-label={weight > 0 ? text.wanted(name) : text.unwanted(name)}
            title={text.turn}
            onClick={() => (wanted.value = new Map(wanted.value).set(name, -weight))}
          >
            {weight > 0 ? name : text.not(name)}
          </button>
          <Drop label={text.drop(name)} onClick={() => drop(name)} />
        </li>
      ))}
    </ul>
  );
}

function Drop({ label, onClick }: { readonly label: string; readonly onClick: () => void }) {
  return (
    <button type="button" class="condition" aria-label={label} title={label} onClick={onClick}>
      <Icon name="close" size={14} />
    </button>
  );
}

function Row({ entry }: { readonly entry: Entry & Partial<Found> }) {
  const text = panelStrings.library;
  const song = songs.value.find(({ id }) => id === entry.id);
  const { score } = entry;
  const percent = Math.round(100 * Math.max(0, score ?? 0));
  return (
    <li class="library-row" data-title={entry.title}>
      <div class="library-what">
        {song ? (
          <button type="button" class="library-name" onClick={() => select(song)}>
            {entry.title}
          </button>
        ) : (
          <span class="library-name">{entry.title}</span>
        )}
        {score !== undefined && (
          <span class="library-note number muted">
            <span
              class="tag-meter"
              aria-hidden="true"
              style={{ "--share": String(percent / 100) }}
            />
            {text.fits(percent)}
          </span>
        )}
        {!song && <span class="library-note muted">{text.away}</span>}
      </div>
      <button
        type="button"
        class="button quiet"
        aria-pressed={like.value?.id === entry.id}
        aria-label={text.moreLike(entry.title)}
        onClick={() => (like.value = like.value?.id === entry.id ? undefined : entry)}
      >
        {text.more}
      </button>
      <button
        type="button"
        class="button quiet icon"
        aria-label={text.forget(entry.title)}
        title={text.forget(entry.title)}
        onClick={() => {
          if (like.value?.id === entry.id) like.value = undefined;
          void forgetSong(entry.id);
        }}
      >
        <Icon name="close" size={16} />
      </button>
    </li>
  );
}
