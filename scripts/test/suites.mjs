// The test suites: how each is run and how its result is read. A suite that ends without a result
// counts as one failed test, so that a crash can't pass for success.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { sourceFiles } from "../lib/files.mjs";
import { inBuild, inRoot } from "../lib/paths.mjs";
import { runLoudly } from "../lib/run.mjs";
import { python } from "../setup/python.mjs";
import { findChromium } from "../setup/system.mjs";
import { joinGoogleTests, readGoogleTest, readJUnit, readVitest } from "./results.mjs";

const reports = inBuild("test-results");

function googleTest(preset) {
  return async (report) => {
    const env = {
      // Leaks are findings too. An allocation that cannot be had returns null as it does in real
      // life: there are tests for that.
      ASAN_OPTIONS: "detect_leaks=1:strict_string_checks=1:allocator_may_return_null=1",
      UBSAN_OPTIONS: "print_stacktrace=1",
    };
    // Every processor runs its share; a share without a report has crashed, and its code says so.
    const shares = Array.from({ length: availableParallelism() }, (_, i) => `${report}.${i}`);
    for (const share of shares) rmSync(share, { force: true });
    const codes = await Promise.all(
      shares.map((share, i) =>
        runLoudly(
          inBuild(preset, "divisi_core_tests"),
          [`--gtest_output=json:${share}`, "--gtest_brief=1"],
          {
            env: {
              ...env,
              GTEST_TOTAL_SHARDS: String(shares.length),
              GTEST_SHARD_INDEX: String(i),
            },
          },
        ),
      ),
    );
    const reports = shares.filter(existsSync).map((share) => readFileSync(share, "utf8"));
    writeFileSync(report, joinGoogleTests(reports));
    return Math.max(...codes);
  };
}

function vitest(project) {
  return async (report) => {
    const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
    const args = [
      inRoot("node_modules/vitest/vitest.mjs"),
      "run",
      "--project",
      project,
      ...reporters,
    ];
    return runLoudly(process.execPath, args, { env: { CHROMIUM: findChromium() ?? "" } });
  };
}

function nodeTest(folder) {
  return async (report) =>
    runLoudly(process.execPath, [
      "--test",
      "--test-reporter=spec",
      "--test-reporter-destination=stdout",
      "--test-reporter=junit",
      `--test-reporter-destination=${report}`,
      ...sourceFiles([folder], /\.test\.mjs$/),
    ]);
}

/** In the order they run: the quick and basic ones first. */
export const suites = [
  {
    name: "scripts",
    what: "set-up and build scripts, node:test",
    read: readJUnit,
    run: nodeTest("tests/scripts"),
  },
  {
    name: "docs",
    what: "the reference, and the links of all documents, node:test",
    read: readJUnit,
    run: nodeTest("tests/docs"),
  },
  {
    name: "models",
    what: "model importer, pytest",
    read: readJUnit,
    run: (report) =>
      runLoudly(python, ["-m", "pytest", "-q", `--junitxml=${report}`, inRoot("tests/models")]),
  },
  { name: "core", what: "C++ core, GoogleTest", read: readGoogleTest, run: googleTest("native") },
  {
    name: "sanitize",
    what: "C++ core under AddressSanitizer and UBSan, GoogleTest",
    read: readGoogleTest,
    run: googleTest("native-sanitize"),
  },
  {
    name: "node",
    what: "package, command line and the web demo's parts in Node, Vitest",
    read: readVitest,
    run: vitest("node"),
  },
  {
    name: "browser",
    what: "package in Chromium, Firefox and WebKitGTK, Vitest",
    read: readVitest,
    run: vitest("browser"),
  },
  {
    name: "package",
    what: "the packed package in apps, Vitest",
    read: readVitest,
    run: vitest("package"),
  },
  {
    name: "demo",
    what: "the web demo in browsers, Vitest",
    read: readVitest,
    run: vitest("demo"),
  },
];

/**
 * Runs one suite.
 * @returns {Promise<{passed: number, failed: number, skipped: number}>}
 */
export async function runSuite(suite) {
  mkdirSync(reports, { recursive: true });
  const report = join(reports, `${suite.name}.report`);
  rmSync(report, { force: true });
  const code = await suite.run(report);
  const result = existsSync(report)
    ? suite.read(readFileSync(report, "utf8"))
    : { passed: 0, failed: 0, skipped: 0 };
  const ranNothing = result.passed + result.failed === 0;
  if ((code !== 0 || ranNothing) && result.failed === 0) result.failed = 1;
  return result;
}
