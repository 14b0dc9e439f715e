/** Which dialog is open above the page: any part of the page may open one. */

import { signal } from "@preact/signals";

export type DialogName = "models" | "choice" | "storage" | "keys";

export interface OpenedDialog {
  readonly name: DialogName;
  /** Of all that were opened: one that is opened again is another one. */
  readonly count: number;
}

export const openedDialog = signal<OpenedDialog | undefined>(undefined);

let count = 0;

/** One that is open stays as it is. */
export function openDialog(name: DialogName): void {
  if (openedDialog.peek()?.name !== name) openedDialog.value = { name, count: ++count };
}

/** @param dialog which may be closed by now, with another one in its place. */
export function closeDialog(dialog: OpenedDialog): void {
  if (openedDialog.peek() === dialog) openedDialog.value = undefined;
}
