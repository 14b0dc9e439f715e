// Reads how many tests passed out of the reports that test runners write.

/** GoogleTest's JSON. */
export function readGoogleTest(text) {
  const report = JSON.parse(text);
  const tests = report.testsuites.flatMap((suite) => suite.testsuite);
  const ran = tests.filter((test) => test.status === "RUN");
  const isSkipped = (test) => test.result === "SKIPPED";
  const skipped = ran.filter(isSkipped).length;
  const failed = ran.filter((test) => !isSkipped(test) && test.failures?.length > 0).length;
  return { passed: ran.length - failed - skipped, failed, skipped };
}

/** One of the reports of several processes that shared out the tests. */
export function joinGoogleTests(texts) {
  return JSON.stringify({ testsuites: texts.flatMap((text) => JSON.parse(text).testsuites) });
}

/** Vitest's JSON. A file that fails to load has no tests of its own and counts as one failed. */
export function readVitest(text) {
  const report = JSON.parse(text);
  const broken = report.testResults.filter(
    (file) => file.status === "failed" && !file.assertionResults.some((t) => t.status === "failed"),
  ).length;
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + broken,
    skipped: report.numPendingTests + (report.numTodoTests ?? 0),
  };
}

/** JUnit's XML, as pytest and node:test write it. */
export function readJUnit(text) {
  const cases = text.match(/<testcase\b[^>]*?(\/>|>[\s\S]*?<\/testcase>)/g) ?? [];
  const has = (tag) => (testcase) => new RegExp(`<${tag}\\b`).test(testcase);
  const failed = cases.filter((c) => has("failure")(c) || has("error")(c)).length;
  const skipped = cases.filter(has("skipped")).length;
  return { passed: cases.length - failed - skipped, failed, skipped };
}
