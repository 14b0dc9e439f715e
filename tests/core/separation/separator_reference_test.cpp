// Mode "reference" against TensorFlow running the original checkpoint inside the published pipeline
// (tests/golden/README.md says how the vectors were made).
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "audio/signals.h"
#include "golden/golden_input.h"
#include "separation/separator_run.h"

namespace divisi::test {
namespace {

// SNR of each stem over the excerpts, at least 70 dB: the networks' float32 noise leaves about 100,
// a mask shifted by one frame or a missing epsilon well below 60.
constexpr double kLimitDb = 70;

double excerptSnrDb(const std::string& name, const std::string& stem, const Channels& got) {
  const auto text = golden::read<char>("spleeter-2stems/index.json");
  const auto index = nlohmann::json::parse(text, nullptr, false);
  const auto want = golden::read<float>("spleeter-2stems/pipeline-" + name + "/" + stem + ".f32");
  std::vector<float> excerpts;
  for (const auto& pipeline : index["pipeline"]["cases"]) {
    if (pipeline["name"] != name) continue;
    for (const size_t start : pipeline["excerptStarts"]) {
      for (size_t n = start; n < start + pipeline["excerptFrames"].get<size_t>(); ++n) {
        for (const auto& channel : got) excerpts.push_back(channel.at(n));
      }
    }
  }
  EXPECT_FALSE(want.empty());
  EXPECT_EQ(excerpts.size(), want.size());
  return excerpts.size() == want.size() ? snrDb(want, excerpts) : -999;
}

void expectGolden(const std::string& name, size_t frames) {
  const auto song = golden::makeSong();
  ASSERT_GE(song[0].size(), frames);
  Channels input;
  for (const auto& channel : song) {
    input.emplace_back(channel.begin(), channel.begin() + static_cast<std::ptrdiff_t>(frames));
  }
  const Stems stems = separate(spleeter(), {.mode = SeparationMode::kReference}, input);
  for (const std::string stem : {"vocals", "accompaniment"}) {
    ASSERT_EQ(stems.at(stem)[0].size(), frames);
    const double snr = excerptSnrDb(name, stem, stems.at(stem));
    testing::Test::RecordProperty(name + "-" + stem + "-dB", std::to_string(snr));
    EXPECT_GE(snr, kLimitDb) << name << " " << stem;
  }
}

TEST(SeparatorReference, ShortClipAgreesWithTensorFlow) { expectGolden("short", 30001); }

TEST(SeparatorReference, SongOfTwoChunksAgreesWithTensorFlow) { expectGolden("song", 544635); }

}  // namespace
}  // namespace divisi::test
