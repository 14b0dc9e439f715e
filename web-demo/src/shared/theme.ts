/** Light or dark: as the system has it until it is chosen here. */

import { effect, signal } from "@preact/signals";

export type Theme = "light" | "dark";

const key = "theme";
const system = matchMedia("(prefers-color-scheme: dark)");
const current = (): Theme => (document.documentElement.dataset.theme === "dark" ? "dark" : "light");

/** What boot.js has set before the first paint. */
export const theme = signal<Theme>(current());

effect(() => {
  document.documentElement.dataset.theme = theme.value;
});

system.addEventListener("change", () => {
  if (chosen() === null) theme.value = system.matches ? "dark" : "light";
});

export function chooseTheme(choice: Theme): void {
  theme.value = choice;
  try {
    localStorage.setItem(key, choice);
  } catch {
    // Private windows may keep nothing: then it holds for this visit.
  }
}

function chosen(): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}
