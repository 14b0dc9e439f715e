/** Parts of the page whose code comes when they are first shown. */

import { signal } from "@preact/signals";
import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";
import { strings } from "./strings.js";

export function lazily<Props extends object>(
  load: () => Promise<{ default: ComponentType<Props> }>,
): (props: Props) => preact.JSX.Element | null {
  const loaded = signal<ComponentType<Props> | undefined>(undefined);
  const failed = signal(false);
  let asked = false;
  const ask = () => {
    if (asked) return;
    asked = true;
    load().then(
      (module) => {
        loaded.value = module.default;
      },
      () => {
        failed.value = true;
      },
    );
  };
  return (props) => {
    useEffect(ask, []);
    const Part = loaded.value;
    if (Part) return <Part {...props} />;
    return failed.value ? <p role="alert">{strings.app.panelFailed}</p> : null;
  };
}
