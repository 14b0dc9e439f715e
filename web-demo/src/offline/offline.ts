/** The page's side of the service worker. */

import { signal } from "@preact/signals";
import { channelName, question } from "./sent_count.js";

/** Bytes that have left the device, as the service worker counts them; undefined without one. */
export const sentBytes = signal<number | undefined>(undefined);

/** Whether all that the app needs is kept, so that it starts without a network. */
export const worksOffline = signal(false);

export function startOffline(): void {
  // Not there on insecure origins and in some private windows; and Vite's server has none.
  if (!("serviceWorker" in navigator) || !import.meta.env.PROD) return;
  const channel = new BroadcastChannel(channelName);
  channel.onmessage = ({ data }) => {
    if (typeof data === "number") sentBytes.value = data;
  };
  const container = navigator.serviceWorker;
  const greet = () => {
    if (!container.controller) return;
    worksOffline.value = true;
    channel.postMessage(question);
  };
  container.addEventListener("controllerchange", greet);
  // After the first paint: what is kept must not be in the way of what is shown.
  addEventListener("load", () => {
    container.register(new URL("service_worker.js", document.baseURI)).then(greet, () => {
      // Refused by the browser's settings: the page works, but only with a network.
    });
  });
}
