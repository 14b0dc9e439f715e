/** Files dropped or pasted anywhere on the page. */

import "./drop.css";
import { signal } from "@preact/signals";
import { useLayoutEffect } from "preact/hooks";
import { openDialog } from "../session/opened_dialog.js";
import { addFiles } from "../session/session.js";
import { Icon } from "../shared/icons.js";
import { strings } from "../shared/strings.js";

/** Whether files are held above the page. */
const hovering = signal(false);

const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;

/** Songs and model files, in any order. */
function take(files: FileList | undefined): void {
  const all = [...(files ?? [])];
  const [model] = all.filter(isModelFile);
  void addFiles(all.filter((file) => !isModelFile(file)));
  if (model) void addModelFile(model);
}

async function addModelFile(file: File): Promise<void> {
  openDialog("models");
  const { add } = await import("../models/adding.js");
  await add(file);
}

const isModelFile = ({ name }: File) => /\.safetensors$/i.test(name);

export function useDrop(): void {
  // Before the page is painted: what is dropped onto it in its first moment counts.
  useLayoutEffect(() => {
    const ending = new AbortController();
    const { signal } = ending;
    // Every element on the way enters and leaves: only the count says when the page is left.
    let depth = 0;
    const hover = (change: number) => {
      depth = change === 0 ? 0 : Math.max(0, depth + change);
      hovering.value = depth > 0;
    };
    addEventListener("dragenter", (event) => hasFiles(event) && hover(1), { signal });
    addEventListener("dragleave", (event) => hasFiles(event) && hover(-1), { signal });
    addEventListener("dragover", (event) => hasFiles(event) && event.preventDefault(), { signal });
    addEventListener(
      "drop",
      (event) => {
        if (!hasFiles(event)) return;
        event.preventDefault();
        hover(0);
        take(event.dataTransfer?.files);
      },
      { signal },
    );
    addEventListener("paste", (event) => take(event.clipboardData?.files), { signal });
    return () => ending.abort();
  }, []);
}

export function DropVeil() {
  if (!hovering.value) return null;
  return (
    <div class="drop-veil">
      <p>
        <Icon name="wave" size={32} />
        {strings.landing.dropNow}
      </p>
    </div>
  );
}
