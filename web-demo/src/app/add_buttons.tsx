/** The ways to bring a song: choose files, the bundled sample, the microphone. */

import { useRef } from "preact/hooks";
import { noticeOf } from "../session/notices.js";
import { addFiles, addSample } from "../session/session.js";
import { Icon } from "../shared/icons.js";
import { strings } from "../shared/strings.js";
import { RecordButton } from "./recorder.js";

export function AddButtons({ large = false }: { large?: boolean }) {
  const input = useRef<HTMLInputElement>(null);
  const size = large ? "large" : "";
  return (
    <div class="add-buttons row">
      <input
        ref={input}
        type="file"
        accept="audio/*,video/*,.flac,.ogg,.opus,.m4a"
        multiple
        hidden
        onChange={({ currentTarget }) => {
          void addFiles(currentTarget.files ?? []);
          // The same file may be chosen again after it was removed.
          currentTarget.value = "";
        }}
      />
      <button type="button" class={`button primary ${size}`} onClick={() => input.current?.click()}>
        <Icon name={large ? "folder" : "plus"} />
        {large ? strings.landing.choose : strings.app.addSongs}
      </button>
      {large && (
        <button type="button" class={`button ${size}`} onClick={() => addSample().catch(noticeOf)}>
          <Icon name="wave" />
          {strings.landing.sample}
        </button>
      )}
      <RecordButton large={large} />
    </div>
  );
}
