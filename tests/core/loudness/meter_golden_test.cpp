// Music, against what other implementations say of it (tests/golden/README.md).
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <vector>

#include "golden/golden_input.h"
#include "loudness/loudness_run.h"

namespace divisi::test {
namespace {

TEST(Meter, MeasuresMusicAsOthersDo) {
  const std::vector<char> text = golden::read<char>("loudness/song.json");
  const auto want = nlohmann::json::parse(text, nullptr, false);
  ASSERT_FALSE(want.is_discarded());
  const auto song = golden::makeSong();
  const LoudnessSummary got = measure({song[0], song[1]}, 44100).summary;
  const auto ffmpeg = [&](const char* name) { return want["ffmpeg"][name].get<double>(); };
  EXPECT_NEAR(got.integrated, ffmpeg("integrated"), 0.1);
  EXPECT_NEAR(got.integrated, want["pyloudnorm"]["integrated"].get<double>(), 0.1);
  EXPECT_NEAR(got.range, ffmpeg("range"), 1);
  EXPECT_NEAR(got.maxShortTerm, ffmpeg("maxShortTerm"), 0.1);
  EXPECT_GE(got.maxMomentary, ffmpeg("maxMomentary") - 0.01);
  EXPECT_LE(got.maxMomentary, ffmpeg("maxMomentary") + 0.3);
  EXPECT_NEAR(got.truePeak, ffmpeg("truePeak"), 0.1);
  EXPECT_NEAR(got.samplePeak, ffmpeg("samplePeak"), 0.1);
}

}  // namespace
}  // namespace divisi::test
