/** What went wrong with a song, and what to do about it. */

import "./failure.css";
import { strings } from "../shared/strings.js";
import type { Song } from "../songs/types.js";
import { explain } from "./errors.js";
import { openDialog } from "./opened_dialog.js";
import { select } from "./session.js";

interface FailureProps {
  readonly song: Song;
  /** Whether it is said aloud as soon as it is there: once is enough. */
  readonly isNews: boolean;
}

export function Failure({ song, isNews }: FailureProps) {
  const error = song.error.value;
  const { what, next } = explain(error);
  return (
    <p class="song-failure" role={isNews ? "alert" : undefined}>
      <strong>{what}</strong> {next}
      {isOfModel(error) && (
        <button type="button" class="button" onClick={() => chooseAnother(song)}>
          {strings.song.chooseModel}
        </button>
      )}
    </p>
  );
}

/** Whether another model may do better. */
function isOfModel(error: unknown): boolean {
  const { code } = (error ?? {}) as { readonly code?: unknown };
  return code === "model-too-large" || code === "model-gone";
}

function chooseAnother(song: Song): void {
  select(song);
  openDialog("choice");
}
