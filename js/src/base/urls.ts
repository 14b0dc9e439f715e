/** URLs that apps name. */

import { platform } from "./platform.js";

/** The URL of a folder that an app named, with or without the slash at its end. */
export function folderUrl(base: string | URL): URL {
  const url = new URL(base, platform.baseUrl());
  if (!url.pathname.endsWith("/")) url.pathname += "/";
  return url;
}
