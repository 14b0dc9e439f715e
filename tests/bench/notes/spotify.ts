/** @spotify/basic-pitch: its network in TensorFlow.js, with the Wasm backend, and its notes. */

import {
  addPitchBendsToNoteEvents,
  BasicPitch,
  noteFramesToTime,
  outputToNotesPoly,
} from "@spotify/basic-pitch";
import * as wasm from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import type { LoadTranscriber } from "./transcriber.js";

export const load: LoadTranscriber = async (model) => {
  wasm.setWasmPaths("/runtimes/tfjs/");
  wasm.setThreadsCount(1);
  if (!(await tf.setBackend("wasm"))) throw new Error("TensorFlow.js has no Wasm backend here");
  await tf.ready();
  const network = new BasicPitch(model);
  await network.model;
  return {
    async transcribe({ sampleRate, samples }) {
      const audio = new AudioBuffer({ length: samples.length, sampleRate, numberOfChannels: 1 });
      audio.copyToChannel(samples, 0);
      const frames: number[][] = [];
      const onsets: number[][] = [];
      const contours: number[][] = [];
      await network.evaluateModel(
        audio,
        (f, o, c) => {
          frames.push(...f);
          onsets.push(...o);
          contours.push(...c);
        },
        () => undefined,
      );
      const notes = outputToNotesPoly(frames, onsets, 0.5, 0.3, 11);
      return noteFramesToTime(addPitchBendsToNoteEvents(contours, notes)).length;
    },
  };
};
