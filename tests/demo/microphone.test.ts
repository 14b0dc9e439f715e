/** Recording, with the microphone that Chromium has for tests: it beeps once a second. */

import { expect, it } from "vitest";
import { press, reach, songState, until } from "./actions.js";
import { launchDemo } from "./demo_page.js";

it("records the microphone and treats the recording as a song", async () => {
  const demo = await launchDemo(
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
  );
  try {
    const opened = await demo.open({ permissions: ["microphone"] });
    const { page } = opened;
    await press(page, "Record");
    await page.getByText("Stop recording, 0:04").click();
    const name = await until(
      () => page.evaluate(() => document.querySelector(".song-name")?.textContent),
      "the recording is in the list",
    );
    expect(name).toMatch(/^Recording /);
    await reach(page, name, "done");
    expect((await songState(page, name))?.text).toMatch(/Ready · 0:0[3-5]/);
    expect(opened.complaints).toEqual([]);
  } finally {
    await demo.close();
  }
});
