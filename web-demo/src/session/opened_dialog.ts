/** Which dialog is open above the page: any part of the page may open one. */

import { signal } from "@preact/signals";

export type DialogName = "models" | "choice" | "storage" | "keys";

export const openedDialog = signal<DialogName | undefined>(undefined);

export function openDialog(name: DialogName): void {
  openedDialog.value = name;
}
