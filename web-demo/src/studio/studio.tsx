/** The selected song: what it looks like, and how it is played and mixed. */

import "./studio.css";
import { useComputed } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { knownModel } from "../known_models/known_models.js";
import { canPlay, closeSong, openSong } from "../player/player.js";
import { Failure } from "../session/failure.js";
import { noticeOf } from "../session/notices.js";
import { openDialog } from "../session/opened_dialog.js";
import { hasBegun, isUnderWay, progressText } from "../session/song_progress.js";
import { clock } from "../shared/format.js";
import { lazily } from "../shared/lazily.js";
import { strings } from "../shared/strings.js";
import type { Song, SongOrigin } from "../songs/types.js";
import { showAll } from "../timeline/view.js";
import { Lanes } from "./lanes/lanes.js";
import { loadMusic, music } from "./music.js";
import { Transport } from "./transport.js";

/** What a model takes is told of a song whose length is known: the code for it comes then. */
const ModelLine = lazily(() => import("../known_models/model_line.js"));

export default function Studio({ song }: { song: Song }) {
  const model = song.model.value;
  // Of a model that only the page's address names the stems are known when it is there.
  const known = knownModel(model)?.stems;
  const stems = known ?? [...song.stemPeaks.value.keys()];
  const audio = song.audio.value;
  useEffect(() => {
    showAll();
    const ending = new AbortController();
    if (audio) openSong(song, audio, model, ending.signal).catch(noticeOf);
    return () => {
      ending.abort();
      closeSong();
    };
  }, [song, audio, model]);
  const parts = music.value;
  const hasFailed = song.stage.value === "failed";
  // Of a file that could not be read there is nothing to play or to see.
  const isThere = audio !== undefined || !hasFailed;
  const begun = canPlay.value || hasBegun(song.stage.value);
  useEffect(() => {
    if (begun) loadMusic();
  }, [begun]);
  return (
    <section class="studio panel" aria-labelledby="song-title">
      <div class="studio-head">
        <h1 id="song-title">{song.name}</h1>
        <Facts song={song} />
        <Remarks song={song} />
        {song.duration.value !== undefined && (
          <ModelLine song={song} onChoose={() => openDialog("choice")} />
        )}
      </div>
      {hasFailed && <Failure song={song} isNews={false} />}
      {isThere && <Transport />}
      {isThere && parts && <parts.Tools song={song} stems={stems} />}
      {isThere && <Lanes song={song} stems={stems} />}
    </section>
  );
}

/** Key and tempo; length, rate, channels, who decoded it; and while it is computed, how far that is. */
function Facts({ song }: { song: Song }) {
  const under = useComputed(() => isUnderWay(song.stage.value));
  const parts = music.value;
  const audio = song.audio.value;
  const { channels, kilohertz } = strings.studio;
  const facts = audio && [
    clock(song.duration.value ?? 0),
    kilohertz(audio.sampleRate / 1000),
    channels(audio.channels.length),
    ...(song.origin.value ? [decoderText(song.origin.value, audio.sampleRate)] : []),
  ];
  return (
    <p class="studio-facts number muted">
      {parts && <parts.MusicFacts song={song} />}
      {facts?.join(" · ")}
      {under.value && (
        <span class="studio-progress">
          <span class="spinner" aria-hidden="true" />
          {strings.song.stages[song.stage.value]}, {progressText(song)}
        </span>
      )}
    </p>
  );
}

function decoderText({ decoder, format, fileRate }: SongOrigin, sampleRate: number): string {
  const { divisi, browser, resampled } = strings.studio.decoders;
  if (decoder === "divisi") return divisi(format ?? "");
  return fileRate === undefined || fileRate === sampleRate ? browser : resampled(fileRate / 1000);
}

/** What is odd about the file, and that there is nothing to hear. */
function Remarks({ song }: { song: Song }) {
  const { silent, warning } = strings.studio;
  const remarks = (song.origin.value?.warnings ?? []).map(warning);
  if (song.sound.value?.isSilent) remarks.push(silent);
  return (
    <>
      {remarks.map((remark) => (
        <p key={remark} class="studio-remark muted">
          {remark}
        </p>
      ))}
    </>
  );
}
