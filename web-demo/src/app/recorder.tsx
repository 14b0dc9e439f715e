/** Recording from the microphone: what comes out is a file like any other. */

import { signal } from "@preact/signals";
import { noticeOf } from "../session/notices.js";
import { addFiles } from "../session/session.js";
import { clock } from "../shared/format.js";
import { Icon } from "../shared/icons.js";
import { strings } from "../shared/strings.js";

type State = "idle" | "asking" | "recording";

const state = signal<State>("idle");
const seconds = signal(0);
let recorder: MediaRecorder | undefined;

async function start(): Promise<void> {
  state.value = "asking";
  try {
    // Music, not speech: none of what telephones do to voices.
    const audio = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };
    const stream = await navigator.mediaDevices.getUserMedia({ audio });
    record(stream);
  } catch (error) {
    state.value = "idle";
    noticeOf(error);
  }
}

function record(stream: MediaStream): void {
  const parts: Blob[] = [];
  const begun = performance.now();
  const timer = setInterval(() => {
    seconds.value = (performance.now() - begun) / 1000;
  }, 250);
  recorder = new MediaRecorder(stream, { audioBitsPerSecond: 256_000 });
  recorder.ondataavailable = ({ data }) => parts.push(data);
  recorder.onerror = (event) => noticeOf((event as ErrorEvent).error);
  recorder.onstop = () => {
    clearInterval(timer);
    for (const track of stream.getTracks()) track.stop();
    state.value = "idle";
    seconds.value = 0;
    const type = recorder?.mimeType ?? "";
    const ending = type.includes("mp4") ? "m4a" : type.includes("ogg") ? "ogg" : "webm";
    const name = strings.recorder.name(new Date().toLocaleString());
    void addFiles([new File(parts, `${name.replaceAll("/", "-")}.${ending}`, { type })]);
  };
  recorder.start(1000);
  state.value = "recording";
}

export function RecordButton({ large }: { large: boolean }) {
  const size = large ? "large" : "";
  if (state.value === "recording") {
    return (
      <button type="button" class={`button recording ${size}`} onClick={() => recorder?.stop()}>
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
