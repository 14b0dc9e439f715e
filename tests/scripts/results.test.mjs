import assert from "node:assert/strict";
import { test } from "node:test";
import {
  joinGoogleTests,
  readGoogleTest,
  readJUnit,
  readVitest,
} from "../../scripts/test/results.mjs";

test("counts GoogleTest's report: passed, failed, skipped, and disabled ones not at all", () => {
  const testsuite = [
    { status: "RUN", result: "COMPLETED" },
    { status: "RUN", result: "COMPLETED", failures: [{ failure: "no" }] },
    { status: "RUN", result: "SKIPPED" },
    { status: "NOTRUN", result: "SUPPRESSED" },
  ];
  const report = JSON.stringify({ testsuites: [{ testsuite }, { testsuite: [testsuite[0]] }] });
  assert.deepEqual(readGoogleTest(report), { passed: 2, failed: 1, skipped: 1 });
  const joined = joinGoogleTests([report, report]);
  assert.deepEqual(readGoogleTest(joined), { passed: 4, failed: 2, skipped: 2 });
});

test("counts Vitest's report, and a file that failed to load as a failure", () => {
  const report = JSON.stringify({
    numPassedTests: 5,
    numFailedTests: 1,
    numPendingTests: 2,
    testResults: [
      { status: "failed", assertionResults: [{ status: "failed" }, { status: "passed" }] },
      { status: "failed", assertionResults: [] },
      { status: "passed", assertionResults: [{ status: "passed" }] },
    ],
  });
  assert.deepEqual(readVitest(report), { passed: 5, failed: 2, skipped: 2 });
});

test("counts JUnit's report as pytest and node:test write it", () => {
  const report = `<?xml version="1.0"?><testsuites><testsuite>
    <testcase name="a" time="0.1"/>
    <testcase name="b"><failure message="no">text</failure></testcase>
    <testcase name="c"><error message="broke"/></testcase>
    <testcase name="d"><skipped/></testcase>
    <testcase name="e"></testcase>
    </testsuite></testsuites>`;
  assert.deepEqual(readJUnit(report), { passed: 2, failed: 2, skipped: 1 });
});
