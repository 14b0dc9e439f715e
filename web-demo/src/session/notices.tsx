/** Errors that belong to no song, said at the bottom of the page until they are closed. */

import "./notices.css";
import { signal } from "@preact/signals";
import { Icon } from "../shared/icons.js";
import { strings } from "../shared/strings.js";
import { type Explanation, explain } from "./errors.js";

const notices = signal<readonly Explanation[]>([]);

export function noticeOf(error: unknown): void {
  const notice = explain(error);
  const others = notices.value.filter(({ what }) => what !== notice.what);
  notices.value = [...others, notice];
}

export function Notices() {
  return (
    <div class="notices" role="alert">
      {notices.value.map((notice) => (
        <div class="notice" key={notice.what}>
          <p>
            <strong>{notice.what}</strong> {notice.next}
          </p>
          <button
            type="button"
            class="button quiet icon"
            aria-label={strings.dialogs.close}
            onClick={() => (notices.value = notices.value.filter((other) => other !== notice))}
          >
            <Icon name="close" />
          </button>
        </div>
      ))}
    </div>
  );
}
