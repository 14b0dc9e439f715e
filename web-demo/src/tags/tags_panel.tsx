/** What the models say about the selected song, and what the listener says. */

import "./tags_panel.css";
import "./meter.css";
import { effect, useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { noticeOf } from "../session/notices.js";
import { panelStrings } from "../shared/panel_strings.js";
import type { Song } from "../songs/types.js";
import { type Chip, chipGroups } from "./chips.js";
import { failure, openLibrary, ownTags } from "./library.js";
import { OwnTags } from "./own_tags.js";
import { Taggram } from "./taggram.js";
import { heatMap } from "./taggram_rows.js";

export default function TagsPanel({ song }: { song: Song }) {
  // Whoever has taught tags wants to know of these first; the others are shown how to, at the end.
  const isOwnFirst = useSignal(false);
  useEffect(() => {
    const opened = openLibrary().then(() => {
      isOwnFirst.value = ownTags.peek().length > 0;
    });
    opened.catch(noticeOf);
    return effect(() => void (failure.value && noticeOf(failure.value)));
  }, []);
  const text = panelStrings.tags;
  const tags = song.tags.value;
  const seconds = song.duration.value ?? 0;
  const map = useMemo(() => tags && heatMap(tags), [tags]);
  return (
    <section class="tags panel" aria-labelledby="tags-title">
      <div class="panel-head">
        <h2 class="panel-title" id="tags-title">
          {text.title}
        </h2>
      </div>
      {isOwnFirst.value && <OwnTags song={song} />}
      {tags?.silent ? (
        <p class="tags-silent">{song.sound.value?.isSilent ? text.silent : text.silentInMono}</p>
      ) : tags ? (
        <dl class="tag-groups">
          {chipGroups(tags).map(({ kind, chips }) => (
            <div key={kind} class="tag-group">
              <dt>{text.kinds[kind]}</dt>
              <dd>
                <ul class="row">
                  {chips.map((chip) => (
                    <TagChip key={chip.name} chip={chip} />
                  ))}
                </ul>
              </dd>
            </div>
          ))}
        </dl>
      ) : (
        <p class="muted">{song.stage.value === "failed" ? text.none : text.waiting}</p>
      )}
      {tags?.results.some(({ padded }) => padded) && <p class="muted">{text.short}</p>}
      {map && seconds > 0 && <Taggram map={map} seconds={seconds} />}
      {!isOwnFirst.value && <OwnTags song={song} />}
    </section>
  );
}

function TagChip({ chip }: { chip: Chip }) {
  const text = panelStrings.tags;
  const { name, clarity, score, z } = chip;
  return (
    <li class="chip tag-chip" title={text.meaning(text.percent(score), z.toFixed(1))}>
      <span>{name}</span>
      <span class="tag-meter" aria-hidden="true" style={{ "--share": String(clarity) }} />
      <span class="muted number">{text.percent(clarity)}</span>
    </li>
  );
}
