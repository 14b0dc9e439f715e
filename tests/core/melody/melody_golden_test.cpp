// Pitch, confidence and notes against the original ONNX file in onnxruntime and the package's notes
// in numpy (tests/golden/make_melody.py).
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <vector>

#include "melody/melody_run.h"
#include "melody/pitch/log_spectra.h"

namespace divisi::melody {
namespace {

float largestDifference(const std::vector<float>& got, const std::vector<float>& want) {
  EXPECT_EQ(got.size(), want.size());
  EXPECT_FALSE(want.empty());
  float worst = 0;
  for (size_t i = 0; i < std::min(got.size(), want.size()); ++i) {
    worst = std::max(worst, std::abs(got[i] - want[i]));
  }
  return worst;
}

TEST(MelodyGolden, PitchIsThatOfTheOriginal) {
  // In blocks of no round length.
  const test::Melody melody = test::hearMelody(test::goldenLine(), 16000, "", 1, 3333);
  const auto hz = golden::read<float>("swift-f0/hz.f32");
  ASSERT_EQ(melody.hz.size(), hz.size());
  double worst = 0;
  for (size_t i = 0; i < hz.size(); ++i) {
    worst = std::max(worst, std::abs(1200 * std::log2(static_cast<double>(melody.hz[i]) / hz[i])));
  }
  RecordProperty("cents", std::to_string(worst));
  // In cents, of all frames, with a voice and without. float32 gives 3e-3; a frame or a band that
  // is off makes several.
  EXPECT_LE(worst, 0.05);
  // Of probabilities. float32 gives 2e-5.
  EXPECT_LE(largestDifference(melody.confidence, golden::read<float>("swift-f0/confidence.f32")),
            1e-3F);
}

TEST(MelodyGolden, LevelsAreThoseOfThePackage) {
  auto spectra = LogSpectra::create({.fftSizes = {1024, 2048, 512}});
  ASSERT_TRUE(spectra.ok()) << spectra.status().message();
  ASSERT_TRUE(spectra.value()->push(test::goldenLine()));
  ASSERT_TRUE(spectra.value()->finish());
  std::vector<float> levels;
  while (spectra.value()->pull()) levels.push_back(spectra.value()->levelDb());
  EXPECT_LE(largestDifference(levels, golden::read<float>("swift-f0/level.f32")), 1e-4F);
}

TEST(MelodyGolden, NotesAreThoseOfThePackage) {
  const auto index = nlohmann::json::parse(golden::read<char>("swift-f0/index.json"));
  const test::Melody melody = test::hearMelody(test::goldenLine(), 16000);
  ASSERT_EQ(melody.notes.size(), index["notes"].size());
  for (size_t i = 0; i < melody.notes.size(); ++i) {
    const test::SungNote& note = melody.notes[i];
    const auto want = index["notes"][i].get<std::vector<double>>();
    // The same frames; pitches are tried in steps of 0.05 here.
    EXPECT_NEAR(note.start, 0.016 * want[0], 1e-9) << i;
    EXPECT_NEAR(note.end, 0.016 * want[1], 1e-9) << i;
    EXPECT_EQ(note.pitch, std::lround(want[2])) << i;
    EXPECT_EQ(note.bends.size(), static_cast<size_t>(want[1] - want[0])) << i;
  }
}

}  // namespace
}  // namespace divisi::melody
