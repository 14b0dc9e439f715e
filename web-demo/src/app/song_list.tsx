/** The songs of this visit, each with what is being done to it. */

import "./song_list.css";
import { useComputed } from "@preact/signals";
import { Failure } from "../session/failure.js";
import { remove, select, selected, songs } from "../session/session.js";
import { announcement, isUnderWay, progressText } from "../session/song_progress.js";
import { clock } from "../shared/format.js";
import { Icon } from "../shared/icons.js";
import { strings } from "../shared/strings.js";
import type { Song } from "../songs/types.js";
import { AddButtons } from "./add_buttons.js";

export function SongList() {
  return (
    <aside class="song-list" aria-label={strings.app.songs}>
      <AddButtons />
      <ul>
        {songs.value.map((song) => (
          <SongItem key={song.id} song={song} />
        ))}
      </ul>
      <p class="visually-hidden" role="status">
        {announcement.value}
      </p>
    </aside>
  );
}

function SongItem({ song }: { song: Song }) {
  const isSelected = useComputed(() => selected.value === song);
  const stage = song.stage.value;
  const duration = song.duration.value;
  const state = strings.song.stages[stage];
  const under = isUnderWay(stage);
  return (
    <li class={isSelected.value ? "song-item selected" : "song-item"} data-stage={stage}>
      <button
        type="button"
        class="song-select"
        aria-current={isSelected.value ? "true" : undefined}
        onClick={() => select(song)}
      >
        <span class="song-name">{song.name}</span>
        <span class="song-state number muted">
          {stage === "done" && <Icon name="check" size={14} />}
          {state}
          {duration !== undefined && ` · ${clock(duration)}`}
          {song.sound.value?.isSilent && ` · ${strings.song.silent}`}
        </span>
      </button>
      <Actions song={song} />
      {under && <Progress song={song} />}
      {stage === "failed" && <Failure song={song} isNews={true} />}
    </li>
  );
}

function Actions({ song }: { song: Song }) {
  const { cancel, remove: removal, retry } = strings.song;
  const stage = song.stage.value;
  const under = isUnderWay(stage);
  const again = stage === "failed" || stage === "cancelled";
  const label = under ? cancel(song.name) : removal(song.name);
  return (
    <span class="song-actions">
      {again && (
        <button
          type="button"
          class="button quiet icon"
          aria-label={retry(song.name)}
          title={retry(song.name)}
          onClick={() => song.retry()}
        >
          <Icon name="retry" size={18} />
        </button>
      )}
      <button
        type="button"
        class="button quiet icon"
        aria-label={label}
        title={label}
        onClick={() => (under ? song.cancel() : remove(song))}
      >
        <Icon name={under ? "stop" : "close"} size={18} />
      </button>
    </span>
  );
}

function Progress({ song }: { song: Song }) {
  const { share } = song.progress.value;
  return (
    <div class="song-progress">
      <progress max={1} value={share} aria-label={strings.song.progress(song.name)} />
      <p class="number muted">{progressText(song)}</p>
    </div>
  );
}
