// Music without a voice, mastered quietly, keeps quiet, and sung music loses nothing by that.
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "audio/signals.h"
#include "separation/separator_parts.h"
#include "separation/separator_run.h"
#include "separation/separator_song.h"

namespace divisi::test {
namespace {

const SeparatorOptions kQualities[] = {{}, {.quality = SeparationQuality::kHigh}};
constexpr size_t kFrames = 12000;  // some dozen chunks of the tiny model

/// A network that takes what is louder on the right for a voice, and hears a little of one in any
/// music that is loud enough: with a voice at every level, and no false one at low levels, as
/// Spleeter's networks.
const Model& credulous() {
  static const LoadedModel loaded = [] {
    nn::test::ModelBuilder builder;
    builder.task = tinyTask();
    builder.input("mix", {kTinyChunk, kTinyBins, 2});
    builder.tensors = {{"voice/kernel", {2, 1, 1, 2}, {-1.6F, 2.0F, -1.6F, 2.0F}},
                       {"voice/bias", {2}, {-0.05F, -0.05F}},
                       {"band/kernel", {2, 1, 1, 2}, {1, 0, 0.5F, 0.5F}},
                       {"band/bias", {2}, {0, 0}}};
    for (const std::string stem : {"voice", "band"}) {
      builder.node("conv2d", {"mix"}, stem + "/estimate",
                   {{"padding", {0, 0, 0, 0}}, {"activation", "relu"}},
                   {{"kernel", stem + "/kernel"}, {"bias", stem + "/bias"}});
      builder.output(stem, stem + "/estimate");
    }
    return loadModel(builder.bytes());
  }();
  return *loaded.model;
}

/// A band in the middle, and a voice on the right from frame `begin` to `end`.
Channels music(float gain, size_t begin = 0, size_t end = 0) {
  const std::vector<float> band = noise(kFrames, 1, 0.5);
  const std::vector<float> voice = noise(kFrames, 2, 2.0);
  Channels song = {band, band};
  for (size_t n = begin; n < end; ++n) song[1][n] += voice[n];
  for (auto& channel : song) {
    for (float& sample : channel) sample *= gain;
  }
  return song;
}

double db(double ratio) { return 10 * std::log10(ratio + 1e-30); }

/// Energy of a stem in dB of the mix's, on both channels.
double shareDb(const Channels& stem, const Channels& mix) {
  const size_t frames = mix[0].size();
  return db((energy(stem[0].data(), frames) + energy(stem[1].data(), frames)) /
            (energy(mix[0].data(), frames) + energy(mix[1].data(), frames)));
}

TEST(QuietMusic, LeaksNoMoreThanInTheReference) {
  for (const SeparatorOptions& options : kQualities) {
    const Channels loud = music(1);
    // The network finds a false voice at the level that it hears best.
    EXPECT_GE(shareDb(separate(credulous(), options, loud).at("voice"), loud), -40);
    for (const float gain : {1e-2F, 1e-3F}) {
      const Channels song = music(gain);
      const double reference = shareDb(
          separate(credulous(), {.mode = SeparationMode::kReference}, song).at("voice"), song);
      const Stems stems = separate(credulous(), options, song);
      // The same masks, raised to a higher power: no more of the voice but for rounding.
      EXPECT_LE(shareDb(stems.at("voice"), song), std::max(reference, -120.0)) << gain;
      for (size_t n = 0; n < kFrames; ++n) {
        ASSERT_NEAR(stems.at("voice")[0][n] + stems.at("band")[0][n], song[0][n], 1e-6F * gain);
      }
    }
  }
}

TEST(QuietMusic, AVoiceIsHeardAtEveryLevel) {
  for (const SeparatorOptions& options : kQualities) {
    const Stems want = separate(credulous(), options, music(1, 0, kFrames));
    for (const float gain : {1e-2F, 1e-3F}) {
      Stems got = separate(credulous(), options, music(gain, 0, kFrames));
      for (auto& [name, channels] : got) {
        for (float& sample : channels[1]) sample /= gain;
        // Up to float32 rounding. At the song's own level the biases would cost far more.
        EXPECT_GE(snrDb(want.at(name)[1], channels[1]), 100) << name << " at " << gain;
      }
    }
  }
}

TEST(QuietMusic, EachChunkIsJudgedAlone) {
  // Sung in the middle third: there the stems are those of the loud song, elsewhere there is none.
  constexpr size_t kThird = kFrames / 3;
  constexpr size_t kChunk = static_cast<size_t>(kTinyChunk) * kTinyHop;
  const float gain = 1e-3F;
  const Channels quiet = music(gain, kThird, 2 * kThird);
  for (const SeparatorOptions& options : kQualities) {
    const Stems stems = separate(credulous(), options, quiet);
    const float* voice = stems.at("voice")[1].data();
    const float* mix = quiet[1].data();
    const auto share = [&](size_t begin, size_t end) {
      return db(energy(voice + begin, end - begin) / energy(mix + begin, end - begin));
    };
    EXPECT_LE(share(0, kThird - 2 * kChunk), -100);
    EXPECT_GE(share(kThird + kChunk, 2 * kThird - kChunk), -3);
    EXPECT_LE(share(2 * kThird + 2 * kChunk, kFrames), -100);
    // And wherever a run starts, a chunk gets the same.
    const size_t count = chunksOf(credulous(), options, quiet)->count();
    expectPartsToEqualTheWhole(credulous(), options, quiet,
                               {{0, 2}, {3, 6}, {count / 2, count}, {count - 2, count}});
  }
}

TEST(QuietMusic, LiveStemsDoNotDependOnTheLevel) {
  const auto live = [](const Channels& song) {
    auto separator = LiveSeparator::create(credulous(), {.latency = 0.5});
    EXPECT_TRUE(separator.ok()) << separator.status().message();
    EXPECT_TRUE(separator.value()->push(viewOf(pointersAt(song, 0), kFrames)).ok());
    Channels voice(2, std::vector<float>(kFrames));
    Channels band = voice;
    float* const voicePlanes[] = {voice[0].data(), voice[1].data()};
    float* const bandPlanes[] = {band[0].data(), band[1].data()};
    float* const* const out[] = {voicePlanes, bandPlanes};
    EXPECT_EQ(separator.value()->pull(out, kFrames), kFrames);
    return voice;
  };
  // A run has no time for another: what the networks hear is raised, and there is an end of it.
  const Channels loud = live(music(1));
  Channels quiet = live(music(1e-3F));
  for (float& sample : quiet[0]) sample /= 1e-3F;
  EXPECT_GE(snrDb(loud[0], quiet[0]), 100);
}

}  // namespace
}  // namespace divisi::test
