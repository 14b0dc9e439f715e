/** What went wrong, in words that say what to do next. */

import type { DivisiErrorCode } from "divisi";
import { clock } from "../shared/format.js";
import { strings } from "../shared/strings.js";
import type { SongErrorCode, SongErrorDetails } from "../songs/types.js";

export interface Explanation {
  readonly what: string;
  /** What the person at the screen can do about it. */
  readonly next: string;
}

type Code = DivisiErrorCode | SongErrorCode | "microphone" | "microphone-missing" | "other";

export function explain(error: unknown): Explanation {
  const [what, next] = strings.errors[codeOf(error)];
  const details = (error as { details?: SongErrorDetails } | undefined)?.details;
  if (!details) return { what, next };
  const { file, reason, seconds, maxSeconds } = details;
  const text = strings.fileErrors;
  if (file !== undefined && seconds !== undefined && maxSeconds !== undefined) {
    return { what: text.lasts(file, clock(seconds)), next: text.upTo(clock(maxSeconds)) };
  }
  if (reason !== undefined) return { what: text.reason(reason), next };
  return { what: file === undefined ? what : text.of(file, what), next };
}

function codeOf(error: unknown): Code {
  if (!(error instanceof Error || error instanceof DOMException)) return "other";
  // Both classes come with code that is fetched later: known by what they carry.
  const code = (error as { code?: unknown }).code;
  if (typeof code === "string" && Object.hasOwn(strings.errors, code)) return code as Code;
  if (error.name === "NotAllowedError") return "microphone";
  if (error.name === "NotFoundError") return "microphone-missing";
  if (error.name === "QuotaExceededError") return "storage";
  // What fetch rejects with, and import().
  if (error instanceof TypeError) return "network";
  return "other";
}
