// A plugin of TypeDoc's: every page leads to the index of all references. TypeDoc's own links of
// that kind are the same text on every page, so that they can't be relative.
import { JSX } from "typedoc";

export function load(app) {
  app.renderer.hooks.on("sidebar.begin", (context) =>
    JSX.createElement(
      "p",
      null,
      JSX.createElement(
        "a",
        { href: context.relativeURL("../index.html") },
        "All of divisi's documents",
      ),
    ),
  );
}
