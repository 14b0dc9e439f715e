/** URLs that apps name. */

import { badOption } from "./options.js";
import { platform } from "./platform.js";

/** The URL that an app named, relative to its own. @param option what it named it by */
export function urlOf(value: unknown, option: string): URL {
  if (typeof value === "string" || value instanceof URL) {
    try {
      return new URL(value, platform.baseUrl());
    } catch {
      // It is told below.
    }
  }
  throw badOption(option, "a URL", value);
}

/** The URL of a folder that an app named, with or without the slash at its end. */
export function folderUrl(base: unknown, option: string): URL {
  const url = urlOf(base, option);
  if (!url.pathname.endsWith("/")) url.pathname += "/";
  return url;
}
