import assert from "node:assert/strict";
import { test } from "node:test";
import { deadLinksOfDocuments, deadLinksOfSite, lostFiles } from "../../scripts/docs/links.mjs";
import {
  addIndex,
  describeCore,
  describePackage,
  emptySite,
  site,
} from "../../scripts/docs/site.mjs";

test("the reference", async (t) => {
  emptySite();
  await t.test("describes every public name of the npm package", describePackage);
  await t.test("describes every public name of the C++ core", describeCore);
  addIndex();
  await t.test("has no dead link", async () => {
    assert.deepEqual(await deadLinksOfSite(site), []);
  });
});

test("no link in the project's own documents is dead", async () => {
  assert.deepEqual(await deadLinksOfDocuments(), []);
});

test("documents and comments name only files that there are", () => {
  assert.deepEqual(lostFiles(), []);
});
