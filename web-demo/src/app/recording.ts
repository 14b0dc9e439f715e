/** Records from the microphone; its code comes when that is first wanted. */

import { panelStrings } from "../shared/panel_strings.js";

export interface Recording {
  stop(): void;
}

interface Watch {
  /** Told its length, some times a second. */
  readonly onSeconds: (seconds: number) => void;
  /** Told what was recorded, a file like any other, once it is stopped. */
  readonly onEnd: (file: File) => void;
  readonly onError: (error: unknown) => void;
}

/** Asks for the microphone first, and rejects where it isn't given. */
export async function record({ onSeconds, onEnd, onError }: Watch): Promise<Recording> {
  // Music, not speech: none of what telephones do to voices.
  const audio = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };
  const stream = await navigator.mediaDevices.getUserMedia({ audio });
  const parts: Blob[] = [];
  const begun = performance.now();
  const timer = setInterval(() => onSeconds((performance.now() - begun) / 1000), 250);
  const recorder = new MediaRecorder(stream, { audioBitsPerSecond: 256_000 });
  recorder.ondataavailable = ({ data }) => parts.push(data);
  recorder.onerror = (event) => onError((event as ErrorEvent).error);
  recorder.onstop = () => {
    clearInterval(timer);
    for (const track of stream.getTracks()) track.stop();
    const type = recorder.mimeType;
    const ending = type.includes("mp4") ? "m4a" : type.includes("ogg") ? "ogg" : "webm";
    const name = panelStrings.recording(new Date().toLocaleString());
    onEnd(new File(parts, `${name.replaceAll("/", "-")}.${ending}`, { type }));
  };
  recorder.start(1000);
  return recorder;
}
