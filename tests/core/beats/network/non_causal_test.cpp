// The non-causal network over a stream: against the reference, and windows against one long run.
#include "beats/network/non_causal.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "audio/signals.h"
#include "beats/beats_run.h"
#include "nn/network/network.h"
#include "spectrum/log_filterbank.h"

namespace divisi::beats {
namespace {

constexpr size_t kBands = 136;
constexpr size_t kHeard = kBands + kHeardActivations;

std::shared_ptr<BeatsNetwork> network() {
  auto document = parseBeatsDocument(test::beatnet().taskJson());
  EXPECT_TRUE(document.ok());
  auto network = BeatsNetwork::compileBoth(test::beatnet(), document.value());
  EXPECT_TRUE(network.ok()) << network.status().message();
  return network.value();
}

/// @param frames [frame][kHeard]
std::vector<BeatOdds> hear(std::span<const float> frames) {
  auto nonCausal = NonCausal::create(network());
  EXPECT_TRUE(nonCausal.ok());
  std::vector<BeatOdds> result;
  const auto take = [&] {
    const std::vector<BeatOdds> known = nonCausal.value()->take();
    result.insert(result.end(), known.begin(), known.end());
  };
  for (size_t begin = 0; begin < frames.size(); begin += kHeard) {
    const std::span<const float> frame = frames.subspan(begin, kHeard);
    EXPECT_TRUE(nonCausal.value()->push(frame.first(kBands), frame.subspan(kBands)).ok());
    take();
  }
  EXPECT_TRUE(nonCausal.value()->finish().ok());
  take();
  return result;
}

float probability(float logOdds) { return 1 / (1 + std::exp(-logOdds)); }

TEST(NonCausal, HearsWhatTheReferenceHears) {
  // By numpy, from the weights as they were trained (make_beatnet.py). float32 gives 1e-6; a layer
  // with another dilation 0.1 and more.
  const auto want = golden::read<float>("beatnet/log_odds.f32");
  const auto activations = golden::read<float>("beatnet/activations.f32");
  auto bank = audio::LogFilterbank::create({});
  ASSERT_TRUE(bank.ok());
  const std::vector<float> song = test::goldenBeatsInput();
  ASSERT_TRUE(bank.value()->push(song.data(), song.size()));
  ASSERT_TRUE(bank.value()->finish());
  std::vector<float> frames;
  std::vector<float> features(2 * kBands);
  for (size_t frame = 0; bank.value()->pull(features.data()); ++frame) {
    frames.insert(frames.end(), features.begin(), features.begin() + kBands);
    frames.insert(frames.end(), &activations[frame * kActivations],
                  &activations[frame * kActivations] + kHeardActivations);
  }
  const std::vector<BeatOdds> got = hear(frames);
  ASSERT_EQ(kLogOdds * got.size(), want.size());
  float largest = 0;
  for (size_t frame = 0; frame < got.size(); ++frame) {
    EXPECT_NEAR(got[frame].beat, probability(want[kLogOdds * frame]), 1e-4) << frame;
    EXPECT_NEAR(got[frame].downbeat, probability(want[kLogOdds * frame + 1]), 1e-4) << frame;
    largest = std::max(largest, got[frame].beat);
  }
  EXPECT_GT(largest, 0.1F);
}

/// One run over the whole, with silence on both sides.
std::vector<float> atOnce(std::span<const float> frames) {
  const auto document = parseBeatsDocument(test::beatnet().taskJson());
  const auto context = static_cast<size_t>(document.value().nonCausal->contextFrames);
  const size_t rows = frames.size() / kHeard + 2 * context;
  auto whole = nn::Network::compile(test::beatnet(),
                                    {.outputs = {document.value().nonCausal->output},
                                     .inputShapes = {{document.value().chunkFrames, 2 * kBands, 1},
                                                     {static_cast<int64_t>(rows), 1, kHeard}}});
  EXPECT_TRUE(whole.ok()) << whole.status().message();
  FloatBuffer padded(rows * kHeard);
  std::ranges::fill(padded.span(), 0.0F);
  std::ranges::copy(frames, padded.data() + context * kHeard);
  FloatBuffer result(rows * kLogOdds);
  const float* const inputs[] = {nullptr, padded.data()};
  float* const outputs[] = {result.data()};
  EXPECT_TRUE(whole.value()->run(inputs, outputs).ok());
  const std::span<const float> inner =
      result.span().subspan(context * kLogOdds, frames.size() / kHeard * kLogOdds);
  return {inner.begin(), inner.end()};
}

TEST(NonCausal, WindowsGiveWhatOneRunWould) {
  // A window of 2048 frames tells 1022; the lengths lie on both sides of that and of its multiples.
  for (const size_t count : {size_t{0}, size_t{1}, size_t{1021}, size_t{1022}, size_t{1023},
                             size_t{1535}, size_t{1536}, size_t{3000}}) {
    std::vector<float> frames = test::noise(count * kHeard, 7);
    for (float& value : frames) value = std::abs(value);
    const std::vector<BeatOdds> got = hear(frames);
    ASSERT_EQ(got.size(), count);
    if (count == 0) continue;
    const std::vector<float> want = atOnce(frames);
    float worst = 0;
    for (size_t frame = 0; frame < count; ++frame) {
      worst = std::max({worst, std::abs(got[frame].beat - probability(want[2 * frame])),
                        std::abs(got[frame].downbeat - probability(want[2 * frame + 1]))});
    }
    EXPECT_LE(worst, 1e-5F) << count;
  }
}

}  // namespace
}  // namespace divisi::beats
