/**
 * The service worker: keeps the app (not the models: divisi keeps those that were used) so that it
 * works without a network, and counts what would leave the device.
 */

import { cleanupOutdatedCaches, type PrecacheEntry, precacheAndRoute } from "workbox-precaching";
import { openSentCount } from "./sent_count.js";

// The part of ServiceWorkerGlobalScope that is used: the page's types are loaded instead.
interface FetchEvent extends Event {
  readonly request: Request;
  waitUntil(work: Promise<unknown>): void;
}
interface Scope {
  readonly __WB_MANIFEST: PrecacheEntry[];
  readonly clients: { claim(): Promise<void> };
  addEventListener(type: "fetch" | "activate", listener: (event: FetchEvent) => void): void;
}
declare const self: Scope;

const count = openSentCount();

// Before the router's own listener, which answers.
self.addEventListener("fetch", (event) => {
  event.waitUntil(count(event.request));
});

// The page of the first visit is looked after, too. A later version waits until no page of the
// earlier one is open: its parts must not go while they may still be fetched.
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

cleanupOutdatedCaches();
// With ?model=… it is the same page.
precacheAndRoute(self.__WB_MANIFEST, { ignoreURLParametersMatching: [/^model$/] });
