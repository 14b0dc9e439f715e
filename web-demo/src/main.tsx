import "@fontsource-variable/figtree/wght.css";
import "./app/theme.css";
import "./app/base.css";
import { render } from "preact";
import { App } from "./app/app.js";
import { startOffline } from "./offline/offline.js";

const root = document.documentElement;
const place = document.getElementById("app");

// Where boot.js found that this browser cannot run divisi, index.html's own sentence is shown.
if (place && !root.classList.contains("unsupported")) {
  root.dataset.started = "";
  render(<App />, place);
  startOffline();
}
