/** Files to take away. */

/** Lets the browser save it where its user's downloads go. */
export function saveBlob(name: string, blob: Blob): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // The browser has begun to read it by then; without this its bytes would stay for good.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
