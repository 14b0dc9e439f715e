// The front end of beat and drum models against the numpy reference (tests/golden/make_beatnet.py).
#include "spectrum/log_filterbank.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <vector>

#include "audio/signals.h"
#include "beats/beats_run.h"
#include "golden/golden_input.h"

namespace divisi::audio {
namespace {

std::unique_ptr<LogFilterbank> makeBank(const LogFilterbankOptions& options = {}) {
  auto bank = LogFilterbank::create(options);
  EXPECT_TRUE(bank.ok()) << bank.status().message();
  return std::move(bank.value());
}

/// All frames one after another, of a signal pushed in blocks.
std::vector<float> analyse(LogFilterbank& bank, const std::vector<float>& signal, size_t block) {
  std::vector<float> all;
  std::vector<float> frame(2 * bank.bands());
  const auto pullAll = [&] {
    while (bank.pull(frame.data())) all.insert(all.end(), frame.begin(), frame.end());
  };
  for (size_t begin = 0; begin < signal.size(); begin += block) {
    EXPECT_TRUE(bank.push(signal.data() + begin, std::min(block, signal.size() - begin)));
    pullAll();
  }
  EXPECT_TRUE(bank.finish());
  pullAll();
  return all;
}

TEST(LogFilterbank, HasMadmomsBands) {
  const std::vector<int> corners = filterCorners({});
  ASSERT_EQ(corners.size(), 138U);
  EXPECT_EQ(corners.front(), 2);
  EXPECT_EQ(corners.back(), 704);
  EXPECT_TRUE(std::ranges::is_sorted(corners, std::less_equal<>()));
}

TEST(LogFilterbank, FramesAreThoseOfTheReference) {
  const auto bank = makeBank();
  const std::vector<float> all = analyse(*bank, test::goldenBeatsInput(), 1000);
  const auto want = golden::read<float>("beatnet/features.f32");
  const size_t width = 272;
  ASSERT_EQ(bank->bands(), width / 2);
  ASSERT_EQ(all.size(), 227 * width);
  ASSERT_EQ(want.size(), 36 * width);
  // Largest error over the peak: float32 gives about 1e-6, one sample off or a wrong edge 1e-2.
  float peak = 0;
  float worst = 0;
  size_t at = 0;
  for (const size_t begin : {0, 110, 215}) {
    for (size_t i = begin * width; i < (begin + 12) * width; ++i, ++at) {
      peak = std::max(peak, std::abs(want[at]));
      worst = std::max(worst, std::abs(all[i] - want[at]));
    }
  }
  EXPECT_GT(peak, 1);
  EXPECT_LE(worst, 1e-4F * peak);
}

TEST(LogFilterbank, BlocksDoNotMatter) {
  const std::vector<float> signal = test::noise(30000, 1);
  const std::vector<float> whole = analyse(*makeBank(), signal, signal.size());
  for (const size_t block : {1, 440, 1411, 4096}) {
    EXPECT_EQ(analyse(*makeBank(), signal, block), whole) << block;
  }
}

TEST(LogFilterbank, GivesAFrameForEveryHopThatBegins) {
  for (const size_t samples : {0, 1, 440, 441, 442, 3528, 3529}) {
    const auto bank = makeBank();
    const size_t frames = (samples + 440) / 441;
    EXPECT_EQ(analyse(*bank, test::noise(samples, 2), 777).size(), frames * 272) << samples;
  }
}

TEST(LogFilterbank, ASineIsHeardInItsBandAndRisesOnce) {
  std::vector<float> sine(22050);
  for (size_t n = 0; n < sine.size(); ++n) {
    sine[n] = static_cast<float>(test::sineAt(1000, static_cast<double>(n) / 22050, 0));
  }
  const auto bank = makeBank();
  const std::vector<float> all = analyse(*bank, sine, 4096);
  const size_t width = 2 * bank->bands();
  const float* const frame = &all[25 * width];
  const auto loudest = std::max_element(frame, frame + bank->bands()) - frame;
  // 1 kHz is bin 64 of 15.6 Hz: the band's triangle holds it.
  const std::vector<int> corners = filterCorners({});
  EXPECT_LT(corners[static_cast<size_t>(loudest)], 64);
  EXPECT_GT(corners[static_cast<size_t>(loudest) + 2], 64);
  const size_t rise = bank->bands() + static_cast<size_t>(loudest);
  EXPECT_EQ(all[rise], 0) << "nothing rises in the first frame";
  EXPECT_GT(all[width + rise], 0.1F);
  EXPECT_LT(all[25 * width + rise], 0.01F);
}

}  // namespace
}  // namespace divisi::audio
