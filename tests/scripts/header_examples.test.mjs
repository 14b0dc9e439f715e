import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { inRoot } from "../../scripts/lib/paths.mjs";

const kHeader = `// Gain: louder; or softer.
//
//   in -> gain -> out; and on
//
//   float louder(float x) {
//     float y[1] = {2 * x};   // two; times
//
//     return y[0];
//   }
#pragma once
//   int notOpening;
namespace divisi::audio {
}
`;

test("the examples of a header are code of its namespace, at its lines; diagrams are left out", () => {
  const folder = mkdtempSync(join(tmpdir(), "divisi-examples-"));
  try {
    mkdirSync(join(folder, "src/audio"), { recursive: true });
    writeFileSync(join(folder, "src/audio/gain.h"), kHeader);
    const output = join(folder, "examples.cpp");
    const script = inRoot("cmake/header_examples.cmake");
    execFileSync("cmake", [`-DCORE=${folder}`, `-DOUTPUT=${output}`, "-P", script]);
    assert.equal(
      readFileSync(output, "utf8"),
      `// Made by cmake/header_examples.cmake.
#include "audio/gain.h"

namespace divisi::audio::examples_of_audio_gain_h {
#line 5 "core/src/audio/gain.h"
   float louder(float x) {
     float y[1] = {2 * x};   // two; times
#line 8 "core/src/audio/gain.h"
     return y[0];
   }
}
`,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});
