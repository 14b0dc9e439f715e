/** A device whose memory ends while a song is separated: what the page says, and that it lives on. */

import { afterAll, beforeAll, expect, it } from "vitest";
import { segmentModel } from "../suite/segment_model.js";
import { dropSong, reach, songState, until } from "./actions.js";
import { type Demo, type DemoPage, launchDemo } from "./demo_page.js";

let demo: Demo;
let opened: DemoPage;
beforeAll(async () => {
  demo = await launchDemo("--autoplay-policy=no-user-gesture-required");
  // The service worker would bring the engine's script from what it keeps.
  opened = await demo.open({ serviceWorkers: "block" });
});
afterAll(() => demo?.close());

const title = "Quarters for tests";

/** From now on the engine's memory ends at so many MiB, as on a device that has no more. */
async function endMemoryAt(megabytes: number): Promise<void> {
  await opened.page.route(/worker.*\.js$/, async (route) => {
    const response = await route.fetch();
    const cap = `{
      const Native = WebAssembly.Memory;
      WebAssembly.Memory = function ({ initial, maximum }) {
        return new Native({ initial, maximum: Math.min(maximum, ${megabytes * 16}) });
      };
      WebAssembly.Memory.prototype = Native.prototype;
    }`;
    await route.fulfill({ response, body: `${cap}\n${await response.text()}` });
  });
}

const dialog = () => opened.page.getByRole("dialog");

it("says that the model is too large, and separates the song with another one", async () => {
  const { page } = opened;
  await dropSong(page, { name: "a song.wav" });
  await reach(page, "a song", "done");
  await page.getByRole("button", { name: /^Model: / }).click();
  await dialog()
    .locator('input[type="file"]')
    .setInputFiles({
      name: "quarters.safetensors",
      mimeType: "application/octet-stream",
      buffer: Buffer.from(segmentModel()),
    });
  await dialog().getByText(`${title} is here`).waitFor();
  await endMemoryAt(24);
  await dialog().getByRole("radio", { name: title }).check();
  await dialog()
    .getByRole("button", { name: `Separate with ${title}` })
    .click();
  await reach(page, "a song", "failed");
  await page
    .getByRole("alert")
    .getByText("The model needs more memory than this device has to give.")
    .waitFor();
  await opened.shoot("model-out-of-memory");
  await page.unroute(/worker.*\.js$/);
  const place = page.locator(".studio");
  await place.getByRole("button", { name: "Choose another model", exact: true }).click();
  await dialog().getByRole("radio", { name: "8 bits" }).check();
  await dialog()
    .getByRole("button", { name: /^Separate with Spleeter/ })
    .click();
  await reach(page, "a song", "done");
  expect((await songState(page, "a song"))?.text).not.toContain("memory");
  await page.getByRole("button", { name: "Play", exact: true, disabled: false }).click();
  await until(() => page.evaluate(() => globalThis.playedLevel() > 0.01), "it is heard");
});

it("does not take a file that it cannot run", async () => {
  const { page } = opened;
  await endMemoryAt(24);
  await page.getByRole("button", { name: "Models" }).click();
  await dialog()
    .locator('input[type="file"]')
    .setInputFiles({
      name: "large.safetensors",
      mimeType: "application/octet-stream",
      buffer: Buffer.from(segmentModel({ title: "Too large" })),
    });
  await dialog()
    .getByText(
      "large.safetensors was not added. It needs more memory than this page can have on this device: the engine",
    )
    .waitFor();
  expect(await dialog().getByText("Too large").count()).toBe(0);
});
