/** The spectrogram of the mix in view, by wavesurfer.js: its code comes when it is first wanted. */

import "./spectrogram.css";
import { effect } from "@preact/signals";
import type { PlanarAudio } from "divisi";
import { useEffect, useRef } from "preact/hooks";
import WaveSurfer from "wavesurfer.js";
import SpectrogramPlugin from "wavesurfer.js/plugins/spectrogram";
import { panelStrings } from "../../shared/panel_strings.js";
import { strings } from "../../shared/strings.js";
import { view } from "../../timeline/view.js";
import { laneHeight } from "./lane_height.js";

const height = 160;
const highest = 16000;
/** Frequencies that the axis names, in hertz. */
const named = [200, 500, 1000, 2000, 5000, 10000];
/** From silence to full: night, violet, coral, cream. */
const colours = [
  [0.09, 0.09, 0.13],
  [0.26, 0.2, 0.55],
  [0.74, 0.27, 0.53],
  [1, 0.55, 0.4],
  [1, 0.95, 0.84],
] as const;
/** Drawing takes a tenth of a second: not while the view is still moving. */
const settleMilliseconds = 150;

export default function Spectrogram({ audio }: { audio: PlanarAudio }) {
  const measure = useRef<HTMLDivElement>(null);
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!measure.current || !place.current) return;
    const plugin = SpectrogramPlugin.create({
      container: place.current,
      height,
      scale: "mel",
      fftSamples: 2048,
      frequencyMax: topOf(audio),
      autoGain: true,
      rangeDB: 75,
      colorMap: colourMap(),
    });
    const surfer = WaveSurfer.create({
      // Gives the plugin samples and width; its waveform is not drawn.
      container: measure.current,
      height: laneHeight,
      renderFunction: () => {},
      interact: false,
      plugins: [plugin],
    });
    let timer = 0;
    const undo = effect(() => {
      const { start, length } = view.value;
      clearTimeout(timer);
      if (length <= 0) return;
      timer = window.setTimeout(
        () => void surfer.load("", [mono(audio, start, length)], length),
        settleMilliseconds,
      );
    });
    return () => {
      undo();
      clearTimeout(timer);
      surfer.destroy();
    };
  }, [audio]);
  return (
    <div class="lane spectrogram-lane">
      <div class="lane-head">
        <p class="lane-title">{strings.studio.spectrogram}</p>
      </div>
      <div class="spectrogram" role="img" aria-label={panelStrings.spectrogram.picture}>
        <div class="spectrogram-measure" ref={measure} />
        <div ref={place} />
        <ol class="spectrogram-axis" aria-hidden="true">
          {named
            .filter((hertz) => hertz < topOf(audio))
            .map((hertz) => (
              <li key={hertz} style={{ top: `${100 * (1 - mel(hertz) / mel(topOf(audio)))}%` }}>
                {panelStrings.spectrogram.hertz(hertz)}
              </li>
            ))}
        </ol>
      </div>
    </div>
  );
}

const topOf = ({ sampleRate }: PlanarAudio) => Math.min(highest, sampleRate / 2);

/** As the plugin's scale has it. */
const mel = (hertz: number) => 2595 * Math.log10(1 + hertz / 700);

/** The mean of the channels of a stretch. */
function mono({ sampleRate, channels }: PlanarAudio, start: number, length: number): Float32Array {
  const begin = Math.floor(start * sampleRate);
  const end = Math.floor((start + length) * sampleRate);
  const sum = new Float32Array(channels[0]?.subarray(begin, end) ?? []);
  for (const samples of channels.slice(1)) {
    for (let index = 0; index < sum.length; index++) {
      sum[index] = (sum[index] ?? 0) + (samples[begin + index] ?? 0);
    }
  }
  return sum.map((value) => value / channels.length);
}

/** 256 steps through `colours`, as the plugin takes them. */
function colourMap(): number[][] {
  return Array.from({ length: 256 }, (_, step) => {
    const position = (step / 255) * (colours.length - 1);
    const index = Math.min(Math.floor(position), colours.length - 2);
    const [from, to] = [colours[index] ?? [0, 0, 0], colours[index + 1] ?? [0, 0, 0]];
    const mixed = from.map((value, part) => value + ((to[part] ?? 0) - value) * (position - index));
    return [...mixed, 1];
  });
}
