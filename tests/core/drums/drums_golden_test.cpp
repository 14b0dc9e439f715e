// The front end, the network and the hits against the numpy reference (tests/golden/make_drums.py).
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <span>
#include <vector>

#include "drums/activation_stream.h"
#include "drums/drums_document.h"
#include "drums/drums_network.h"
#include "drums/drums_run.h"
#include "golden/golden_input.h"
#include "spectrum/log_filterbank.h"

namespace divisi::drums {
namespace {

std::shared_ptr<DrumsNetwork> network() {
  auto document = parseDrumsDocument(test::drumsModel().taskJson());
  EXPECT_TRUE(document.ok()) << document.status().message();
  auto made = DrumsNetwork::compile(test::drumsModel(), std::move(document.value()));
  EXPECT_TRUE(made.ok()) << made.status().message();
  return made.value();
}

nlohmann::json goldenIndex() {
  return nlohmann::json::parse(golden::read<char>("drums/index.json"));
}

/// Of [frame][width], those frames that the golden vectors keep.
std::vector<float> goldenFramesOf(const std::vector<float>& values, size_t width) {
  std::vector<float> kept;
  const nlohmann::json index = goldenIndex();
  for (const auto& range : index["kept"]) {
    const size_t begin = range[0].get<size_t>() * width;
    const size_t end = std::min(range[1].get<size_t>() * width, values.size());
    kept.insert(kept.end(), values.begin() + static_cast<std::ptrdiff_t>(begin),
                values.begin() + static_cast<std::ptrdiff_t>(end));
  }
  return kept;
}

/// Largest difference, as a part of the peak.
float difference(const std::vector<float>& got, const std::vector<float>& want) {
  EXPECT_EQ(got.size(), want.size());
  EXPECT_FALSE(want.empty());
  float worst = 0;
  float peak = 0;
  for (size_t i = 0; i < std::min(got.size(), want.size()); ++i) {
    worst = std::max(worst, std::abs(got[i] - want[i]));
    peak = std::max(peak, std::abs(want[i]));
  }
  return worst / peak;
}

TEST(DrumsGolden, BandsAreThoseOfNumpy) {
  auto bank = audio::LogFilterbank::create(network()->document().frontEnd);
  ASSERT_TRUE(bank.ok());
  const std::vector<float> song = test::drumBeat();
  ASSERT_TRUE(bank.value()->push(song.data(), song.size()));
  ASSERT_TRUE(bank.value()->finish());
  const size_t width = bank.value()->bands();
  std::vector<float> frame(2 * width);
  std::vector<float> all;
  while (bank.value()->pull(frame.data())) {
    all.insert(all.end(), frame.begin(), frame.begin() + static_cast<std::ptrdiff_t>(width));
  }
  EXPECT_EQ(all.size(), goldenIndex()["frames"].get<size_t>() * width);
  EXPECT_LE(difference(goldenFramesOf(all, width), golden::read<float>("drums/bands.f32")), 1e-4F);
}

TEST(DrumsGolden, LogOddsAreThoseOfNumpy) {
  const auto networks = network();
  auto stream = ActivationStream::create(networks);
  ASSERT_TRUE(stream.ok()) << stream.status().message();
  std::vector<float> odds;
  const auto keep = [&](std::span<const float> frame) {
    odds.insert(odds.end(), frame.begin(), frame.end());
    return Status();
  };
  const std::vector<float> song = test::drumBeat();
  // In blocks of no round length.
  for (size_t begin = 0; begin < song.size(); begin += 3333) {
    const size_t count = std::min<size_t>(3333, song.size() - begin);
    ASSERT_TRUE(stream.value()->push(std::span(song).subspan(begin, count), keep).ok());
  }
  ASSERT_TRUE(stream.value()->finish(keep).ok());
  const size_t width = networks->told();
  EXPECT_EQ(odds.size(), goldenIndex()["frames"].get<size_t>() * width);
  // float32 gives 1e-6; a window that is off by a frame, or a layer with another dilation, 0.1.
  EXPECT_LE(difference(goldenFramesOf(odds, width), golden::read<float>("drums/log_odds.f32")),
            1e-4F);
}

TEST(DrumsGolden, HitsAreThoseOfNumpy) {
  const nlohmann::json index = goldenIndex();
  const nlohmann::json& want = index["hits"];
  const auto networks = network();
  const DrumsDocument& document = networks->document();
  const auto hits = test::hearDrums(test::drumBeat());
  ASSERT_EQ(hits.size(), want.size());
  ASSERT_GE(hits.size(), 40U);
  for (size_t i = 0; i < hits.size(); ++i) {
    const Instrument& instrument = document.instruments[want[i]["instrument"].get<size_t>()];
    EXPECT_EQ(hits[i].instrument, instrument.name) << i;
    EXPECT_EQ(hits[i].note, instrument.note) << i;
    EXPECT_NEAR(hits[i].seconds, want[i]["seconds"].get<double>(), 1e-4) << i;
    EXPECT_NEAR(hits[i].velocity, want[i]["velocity"].get<double>(), 0.51) << i;
    EXPECT_NEAR(hits[i].confidence, want[i]["confidence"].get<double>(), 1e-3) << i;
  }
}

}  // namespace
}  // namespace divisi::drums
