/** After the first visit the network is not needed, and nothing is ever sent anywhere. */

import { afterAll, beforeAll, expect, it } from "vitest";
import { fixturePath } from "../node/cli/support.js";
import { dropSong, press, reach, until } from "./actions.js";
import { type Demo, type DemoPage, launchDemo } from "./demo_page.js";

let demo: Demo;
let opened: DemoPage;
beforeAll(async () => {
  demo = await launchDemo("--autoplay-policy=no-user-gesture-required");
  opened = await demo.open();
});
afterAll(() => demo?.close());

it("works from a plain file server below a path, and says that nothing was sent", async () => {
  const { page } = opened;
  expect(new URL(page.url()).pathname).toBe("/some/where/");
  await page.getByText("0 bytes left this device").waitFor();
  await page.getByText("works offline").waitFor({ state: "attached" });
  await dropSong(page, { name: "first.wav" });
  await reach(page, "first", "done");
  await page.locator(".chords span").first().waitFor();
});

it("keeps the models that were used, and no other, and shows and deletes what it keeps", async () => {
  const { page } = opened;
  await press(page, "Storage");
  const dialog = page.getByRole("dialog");
  await dialog.getByText("The app", { exact: true }).waitFor();
  await dialog.getByText("Spleeter 2 stems, 8 bits", { exact: true }).waitFor();
  await dialog.getByText("BeatNet", { exact: true }).waitFor();
  expect(await dialog.getByText("Spleeter 2 stems", { exact: true }).count()).toBe(0);
  await opened.shoot("storage");
  await press(page, "Close");
});

it("does it all again with the server gone", async () => {
  const { page, context } = opened;
  await demo.site.close();
  await context.setOffline(true);
  await page.reload();
  await press(page, "Try the sample");
  await reach(page, "A bundled song", "done");
  await page.locator(".chords span").first().waitFor();
  await page.getByRole("button", { name: "Play", exact: true, disabled: false }).click();
  await until(() => page.evaluate(() => globalThis.playedLevel() > 0.01), "it is heard");
  await press(page, "Pause");
  // FLAC's decoder is kept, though no FLAC was opened before.
  await page.setInputFiles("input[type=file]", fixturePath("stereo.flac"));
  await page.locator(".song-select", { hasText: "stereo" }).click();
  await page.getByText("FLAC, read by divisi").waitFor();
  await page.getByText("0 bytes left this device").waitFor();
});

it("has asked nobody but its own server, and sent it nothing", () => {
  const { origin } = new URL(demo.site.url);
  const fetched = opened.requests.filter((request) => !/^(data|blob):/.test(request.url()));
  expect(fetched.length).toBeGreaterThan(10);
  for (const request of fetched) {
    expect(new URL(request.url()).origin).toBe(origin);
    expect(request.method()).toBe("GET");
    expect(request.postData()).toBeNull();
  }
});

it("deletes models and tags when it is told to", async () => {
  const { page } = opened;
  await press(page, "Storage");
  const dialog = page.getByRole("dialog");
  await dialog.getByText("Spleeter 2 stems, 8 bits", { exact: true }).waitFor();
  await press(page, "Delete models, tags and settings");
  await until(
    () => page.evaluate(async () => !(await caches.has("divisi-models"))),
    "the models are gone",
  );
  await dialog
    .getByText("Spleeter 2 stems, 8 bits", { exact: true })
    .waitFor({ state: "detached" });
});
