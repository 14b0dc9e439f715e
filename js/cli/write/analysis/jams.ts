/**
 * A JAMS document (Humphrey et al., ISMIR 2014): one JSON file, by the schema 0.3 of the
 * Python package `jams`. Its namespaces are "beat_position" (which the package turns into "beat" for
 * whoever asks for that), "tempo", "key_mode", "chord" and "segment_open"; what has none lies in
 * sandboxes.
 */

import type { AnalysisResult, BeatsResult } from "divisi";
import { barsOf } from "./bars.js";

/** Of the schema. */
const jamsVersion = "0.3.5";

/** What is told of the song beside what was found. */
export interface Song {
  /** Its file's name, without folders. */
  readonly file: string;
  /** Of this program. */
  readonly version: string;
}

interface Observation {
  readonly time: number;
  readonly duration: number;
  readonly value: unknown;
  readonly confidence: number;
}

export function jamsDocument(result: AnalysisResult, { file, version }: Song): object {
  const { durationSeconds, beats, key, chords, sections, loudness } = result;
  const annotation = (namespace: string, data: readonly Observation[], sandbox: object = {}) => ({
    namespace,
    annotation_metadata: {
      annotation_tools: `divisi ${version}`,
      version,
      // One of the words that JAMS proposes here: no human has looked at it.
      data_source: "program",
    },
    time: 0,
    duration: durationSeconds,
    data,
    sandbox,
  });
  return {
    file_metadata: {
      title: "",
      artist: "",
      release: "",
      duration: durationSeconds,
      identifiers: { file },
      jams_version: jamsVersion,
    },
    annotations: [
      ...(beats
        ? [
            annotation("beat_position", positions(beats), {
              energyDb: beats.beats.map(({ energyDb }) => energyDb),
            }),
            annotation("tempo", tempo(beats, durationSeconds)),
          ]
        : []),
      ...(key
        ? [
            annotation(
              "key_mode",
              key.parts.map(({ startSeconds, endSeconds, tonic, mode, confidence }) => ({
                time: startSeconds,
                duration: endSeconds - startSeconds,
                value: `${tonic}:${mode}`,
                confidence,
              })),
              { tuningCents: key.tuningCents, tuningConfidence: key.tuningConfidence },
            ),
          ]
        : []),
      ...(chords
        ? [
            annotation(
              "chord",
              chords.chords.map(({ startSeconds, endSeconds, label, confidence }) => ({
                time: startSeconds,
                duration: endSeconds - startSeconds,
                value: label,
                confidence,
              })),
              { tuningCents: chords.tuningCents },
            ),
          ]
        : []),
      ...(sections
        ? [
            annotation(
              "segment_open",
              sections.sections.map(({ startSeconds, endSeconds, label, confidence }) => ({
                time: startSeconds,
                duration: endSeconds - startSeconds,
                value: label,
                confidence,
              })),
              {
                names: sections.sections.map(({ name }) => name ?? null),
                isHook: sections.sections.map(({ isHook }) => isHook),
              },
            ),
          ]
        : []),
    ],
    sandbox: loudness ? { loudness } : {},
  };
}

/** Beats in their bars; a pick-up is bar 0. The unit is the quarter, as nothing tells another one. */
function positions(result: BeatsResult): Observation[] {
  const bars = barsOf(result);
  const first = bars[0]?.pickUp ? 0 : 1;
  return bars.flatMap(({ index, count, length }, bar) =>
    result.beats.slice(index, index + count).map(({ seconds, number, confidence }) => ({
      time: seconds,
      duration: 0,
      value: { position: number, measure: first + bar, num_beats: length, beat_units: 4 },
      confidence,
    })),
  );
}

function tempo({ tempo, tempoConfidence }: BeatsResult, duration: number): Observation[] {
  if (tempo === undefined) return [];
  return [{ time: 0, duration, value: tempo, confidence: tempoConfidence }];
}
