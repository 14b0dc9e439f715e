import "./app.css";
import { useComputed, useSignalEffect } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { askBeforeLeaving } from "../session/leaving.js";
import { Notices } from "../session/notices.js";
import { selected, songs } from "../session/session.js";
import { hasBegun, isUnderWay } from "../session/song_progress.js";
import { lazily } from "../shared/lazily.js";
import { strings } from "../shared/strings.js";
import { Dialogs } from "./dialogs.js";
import { DropVeil, useDrop } from "./drop.js";
import { Header } from "./header.js";
import { Landing } from "./landing.js";
import { SongList } from "./song_list.js";

const Studio = lazily(() => import("../studio/studio.js"));
const TagsPanel = lazily(() => import("../tags/tags_panel.js"));
const ExportPanel = lazily(() => import("../export/export_panel.js"));
const Library = lazily(() => import("../tags/library_panel.js"));

export function App() {
  useDrop();
  useTitle();
  const working = useComputed(() => songs.value.some(({ stage }) => isUnderWay(stage.value)));
  useSignalEffect(() => (working.value ? askBeforeLeaving() : undefined));
  return (
    <>
      <a class="button skip visually-hidden" href="#song">
        {strings.app.skip}
      </a>
      <Header />
      {songs.value.length === 0 ? <Landing /> : <Workspace />}
      <Notices />
      <Dialogs />
      <DropVeil />
    </>
  );
}

const siteTitle = document.title;

/** The tab has the song's name, as those of players have. */
function useTitle(): void {
  const name = selected.value?.name;
  useEffect(() => {
    document.title = name === undefined ? siteTitle : `${name} · ${strings.app.name}`;
  }, [name]);
}

function Workspace() {
  const song = selected.value;
  // Their code comes after the Wasm that computes what they show.
  const begun = useComputed(() => hasBegun(selected.value?.stage.value ?? "waiting"));
  return (
    <div class="workspace">
      <SongList />
      <main class="song" id="song" tabIndex={-1}>
        {song && <Studio song={song} />}
        {song && begun.value && (
          <div class="panels">
            <TagsPanel song={song} />
            <div class="panel-column">
              <ExportPanel song={song} />
              <Library />
            </div>
          </div>
        )}
      </main>
    </div>
  );
}
