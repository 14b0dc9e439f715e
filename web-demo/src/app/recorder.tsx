/** The button that records from the microphone. */

import { signal } from "@preact/signals";
import { noticeOf } from "../session/notices.js";
import { addFiles } from "../session/session.js";
import { clock } from "../shared/format.js";
import { Icon } from "../shared/icons.js";
import { strings } from "../shared/strings.js";
import type { Recording } from "./recording.js";

type State = "idle" | "asking" | "recording";

const state = signal<State>("idle");
const seconds = signal(0);
let recording: Recording | undefined;

async function start(): Promise<void> {
  state.value = "asking";
  try {
    const { record } = await import("./recording.js");
    recording = await record({
      onSeconds: (length) => {
        seconds.value = length;
      },
      onEnd: (file) => {
        state.value = "idle";
        seconds.value = 0;
        void addFiles([file]);
      },
      onError: noticeOf,
    });
    state.value = "recording";
  } catch (error) {
    state.value = "idle";
    noticeOf(error);
  }
}

export function RecordButton({ large }: { large: boolean }) {
  const size = large ? "large" : "";
  if (state.value === "recording") {
    return (
      <button type="button" class={`button recording ${size}`} onClick={() => recording?.stop()}>
        <Icon name="stop" />
        <span class="number">{strings.recorder.stop(clock(seconds.value))}</span>
      </button>
    );
  }
  const asking = state.value === "asking";
  return (
    <button type="button" class={`button ${size}`} disabled={asking} onClick={() => void start()}>
      <Icon name="microphone" />
      {asking ? strings.recorder.asking : strings.recorder.start}
    </button>
  );
}
