/** The script of the page under test: the suite, and the library for tests that drive it. */

import * as divisi from "divisi";
import { cases } from "../suite/cases.js";

async function fixture(name: string): Promise<ArrayBuffer> {
  const response = await fetch(`/fixtures/${name}`);
  if (!response.ok) throw new Error(`${name}: HTTP ${response.status}`);
  return response.arrayBuffer();
}

const suite = {
  divisi,
  async run(name: string, variant: divisi.Variant): Promise<void> {
    const run = cases[name];
    if (!run) throw new Error(`there is no case ${name}`);
    await run({ divisi, variant, models: { modelBase: "/models/" }, fixture });
  },
};

export type Suite = typeof suite;

Object.assign(globalThis, { suite });
