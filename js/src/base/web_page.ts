/**
 * Tells a web page from the file that was asked for: servers of apps, those for development above all,
 * answer with the app's own page where there is no such file.
 */

/** So many bytes of an answer tell. */
export const pageHeadBytes = 512;

/** Comments may stand before a page's first tag. */
const pageStart = /^\s*(?:<!--[\s\S]*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b/i;

/** @param head the answer's first bytes; @param contentType its header of that name */
export function isWebPage(head: Uint8Array, contentType: string | null): boolean {
  const bytes = head.subarray(0, pageHeadBytes);
  const text = String.fromCharCode(...bytes).replace(/^\u00ef\u00bb\u00bf/, "");
  if (pageStart.test(text)) return true;
  return /^text\/html\b/i.test(contentType ?? "") && /^\s*</.test(text);
}

/** What is to be said of such an answer to a request for `url`. */
export function describePage(url: string, answer: { readonly url: string }): string {
  const from = answer.url !== "" && answer.url !== url ? ` from ${answer.url}` : "";
  return `${url}: is not there: the server answered with a web page${from} instead of the file`;
}
