// The stream around the networks, on a tiny model: lengths, blocks, rates, channels, errors.
#include <gtest/gtest.h>
#include <malloc.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "audio/signals.h"
#include "separation/separator_run.h"

namespace divisi::test {
namespace {

// Chunks of the tiny model last 16 * 64 samples.
constexpr size_t kChunkSamples = static_cast<size_t>(kTinyChunk) * kTinyHop;

const SeparatorOptions kModes[] = {
    {},
    {.quality = SeparationQuality::kHigh},
    {.mode = SeparationMode::kReference},
};

std::string nameOf(const SeparatorOptions& options) {
  std::string name = options.mode == SeparationMode::kReference    ? "reference"
                     : options.quality == SeparationQuality::kHigh ? "best, high"
                                                                   : "best";
  return name + ", " + std::to_string(options.sampleRate) + " Hz, " +
         std::to_string(options.channelCount) + " channels";
}

Channels noiseSong(size_t channelCount, size_t frames, double amplitude = 0.3) {
  Channels song;
  for (size_t c = 0; c < channelCount; ++c) song.push_back(noise(frames, c + 1, amplitude));
  return song;
}

TEST(SeparatorStream, BlocksDoNotMatter) {
  for (SeparatorOptions options : kModes) {
    for (const int rate : {44100, 48000}) {
      options.sampleRate = rate;
      const Channels song = noiseSong(2, 6 * kChunkSamples + 123);
      auto whole = makeSeparator(tiny(), options);
      const Stems want = separate(*whole, song, song[0].size());
      for (const size_t block : {size_t{1}, size_t{61}, size_t{1024}, size_t{5000}}) {
        auto inBlocks = makeSeparator(tiny(), options);
        EXPECT_EQ(separate(*inBlocks, song, block), want) << nameOf(options) << " in " << block;
      }
    }
  }
}

TEST(SeparatorStream, EveryLengthComesBackExactly) {
  for (SeparatorOptions options : kModes) {
    for (const int rate : {44100, 8000, 192000}) {
      options.sampleRate = rate;
      options.channelCount = 1;
      for (const size_t length : {0, 1, 2, 63, 64, 65, 191, 192, 193, 831, 832, 833, 1023, 1024,
                                  1025, 2047, 2048, 2049, 5000}) {
        const Stems stems = separate(tiny(), options, noiseSong(1, length));
        for (const auto& [name, channels] : stems) {
          ASSERT_EQ(channels[0].size(), length) << name << ", " << nameOf(options);
          for (const float sample : channels[0]) ASSERT_TRUE(std::isfinite(sample));
        }
      }
    }
  }
}

TEST(SeparatorStream, StemsAddUpAtEveryRateAndChannelCount) {
  for (SeparatorOptions options : {kModes[0], kModes[1]}) {
    for (const int rate : {44100, 48000, 96000, 22050, 8000, 192000, 44056}) {
      for (const size_t channelCount : {1U, 2U, 3U, 4U, 5U, 6U, 7U, 8U}) {
        // Every count at one rate, the usual ones at the others.
        if (rate != 44100 && channelCount != 1 && channelCount != 2 && channelCount != 6) continue;
        options.sampleRate = rate;
        options.channelCount = static_cast<int>(channelCount);
        const Channels song = noiseSong(channelCount, 7001);
        const Stems stems = separate(tiny(), options, song);
        ASSERT_EQ(stems.size(), 2U);
        for (size_t c = 0; c < channelCount; ++c) {
          std::vector<float> sum = stems.at("voice")[c];
          for (size_t n = 0; n < sum.size(); ++n) sum[n] += stems.at("band")[c][n];
          // Residual below -120 dB of the input (the promise is -60): the remainder is a
          // difference, so only its rounding is left.
          EXPECT_GE(snrDb(song[c], sum), 120) << nameOf(options) << ", channel " << c;
          // Neither stem is the input itself or silence: something was separated.
          EXPECT_LE(snrDb(song[c], stems.at("voice")[c]), 40);
          EXPECT_GE(energy(stems.at("voice")[c].data(), sum.size()), 1e-3);
        }
      }
    }
  }
}

TEST(SeparatorStream, ReferenceModeAddsUpBelowTheNetworksBand) {
  // All bins of the band, nothing above it: a tone at a quarter of the sample rate is inside.
  Channels song(2, std::vector<float>(9000));
  for (size_t n = 0; n < song[0].size(); ++n) {
    song[0][n] = song[1][n] =
        static_cast<float>(0.5 * sineAt(11025, static_cast<double>(n) / 44100, 0.1));
  }
  const Stems stems = separate(tiny(), kModes[2], song);
  std::vector<float> sum = stems.at("voice")[0];
  for (size_t n = 0; n < sum.size(); ++n) sum[n] += stems.at("band")[0][n];
  // At least 100 dB away from the song's edges, where the tone starts and so leaves the band.
  EXPECT_GE(snrDb(song[0], sum, 500, 8500), 100);
}

TEST(SeparatorStream, LatencyIsWhatItTakes) {
  for (SeparatorOptions options : kModes) {
    for (const int rate : {44100, 48000, 22050, 96000}) {
      options.sampleRate = rate;
      auto separator = makeSeparator(tiny(), options);
      const size_t latency = separator->latency();
      const Channels song = noiseSong(2, latency);
      ASSERT_TRUE(separator->push(viewOf({song[0].data(), song[1].data()}, latency - 1)).ok());
      EXPECT_EQ(separator->available(), 0U) << nameOf(options);
      ASSERT_TRUE(separator->push(viewOf({&song[0][latency - 1], &song[1][latency - 1]}, 1)).ok());
      EXPECT_GT(separator->available(), 0U) << nameOf(options);
      // One chunk, and what the resamplers look ahead (under a tenth of a second).
      EXPECT_LE(static_cast<double>(latency) / rate,
                static_cast<double>(kChunkSamples) / 44100 + 0.1)
          << nameOf(options);
    }
  }
}

TEST(SeparatorStream, HighQualityLooksAtEachChunkTwice) {
  const Channels song = noiseSong(2, 20 * kChunkSamples);
  auto normal = makeSeparator(tiny(), kModes[0]);
  auto high = makeSeparator(tiny(), kModes[1]);
  // A quarter of the tiny chunk later, so the chunk has to wait for that.
  EXPECT_EQ(high->latency() - normal->latency(), size_t{kTinyChunk / 4 * kTinyHop});
  const Stems once = separate(*normal, song);
  const Stems twice = separate(*high, song);
  // The second look changes the masks near the chunks' edges, where the tiny network sees padding
  // (an SNR below 80 dB), and is still a mask of the same sound (above 10 dB).
  const double snr = snrDb(once.at("voice")[0], twice.at("voice")[0]);
  EXPECT_LE(snr, 80);
  EXPECT_GE(snr, 10);
}

TEST(SeparatorStream, SubsetsEqualTheFullRun) {
  const Channels song = noiseSong(2, 5555);
  for (SeparatorOptions options : kModes) {
    const Stems all = separate(tiny(), options, song);
    for (const std::string stem : {"voice", "band"}) {
      options.stems = {stem};
      const Stems one = separate(tiny(), options, song);
      ASSERT_EQ(one.size(), 1U);
      EXPECT_EQ(one.at(stem), all.at(stem)) << stem << ", " << nameOf(options);
    }
    options.stems = {"band", "voice"};
    auto separator = makeSeparator(tiny(), options);
    EXPECT_EQ(separator->stems(), options.stems);
    EXPECT_EQ(separate(*separator, song), all);
  }
}

TEST(SeparatorStream, SilenceInSilenceOut) {
  for (SeparatorOptions options : kModes) {
    for (const int rate : {44100, 48000}) {
      options.sampleRate = rate;
      const Stems stems = separate(tiny(), options, Channels(2, std::vector<float>(9000)));
      for (const auto& [name, channels] : stems) {
        for (const auto& channel : channels) {
          for (const float sample : channel) ASSERT_EQ(sample, 0.0F) << name << nameOf(options);
        }
      }
    }
  }
}

TEST(SeparatorStream, SilenceMayEndAnywhere) {
  // Just before a chunk's end, too, where resamplers already ring but little was heard.
  for (const int rate : {44100, 48000, 22050, 96000}) {
    const double ratio = rate / 44100.0;
    for (double end = 0.9; end < 2.2; end += 0.01) {
      const auto at = static_cast<size_t>(end * ratio * static_cast<double>(kChunkSamples));
      Channels song(2, std::vector<float>(at + 2 * kChunkSamples));
      song[0][at] = song[1][at] = 1;
      const Stems stems = separate(tiny(), {.sampleRate = rate}, song);
      for (const float sample : stems.at("voice")[0]) ASSERT_LE(std::abs(sample), 1) << at;
    }
  }
}

TEST(SeparatorStream, TheInputsLevelDoesNotMatter) {
  const Channels song = noiseSong(2, 8000);
  for (const SeparatorOptions& options : {kModes[0], kModes[1]}) {
    const Stems want = separate(tiny(), options, song);
    for (const float gain : {10.0F, 0.1F, 1e-3F, 1e-6F}) {
      Channels other = song;
      for (auto& channel : other) {
        for (float& sample : channel) sample *= gain;
      }
      Stems got = separate(tiny(), options, other);
      for (auto& [name, channels] : got) {
        for (float& sample : channels[0]) sample /= gain;
        // At least 100 dB: the gain is undone up to float32 rounding. Without it the tiny network's
        // biases and the mask's epsilon make it less than 30.
        EXPECT_GE(snrDb(want.at(name)[0], channels[0]), 100) << name << " at " << gain;
      }
    }
  }
}

TEST(SeparatorStream, ChannelGroupsDoNotMix) {
  Channels song = noiseSong(6, 6000);
  std::fill(song[3].begin(), song[3].end(), 0.0F);  // an empty LFE channel
  const Stems surround = separate(tiny(), {}, song);
  const Stems front = separate(tiny(), {}, {song[0], song[1]});
  const Stems centre = separate(tiny(), {}, {song[2]});
  for (const std::string stem : {"voice", "band"}) {
    EXPECT_EQ(surround.at(stem)[1], front.at(stem)[1]);
    EXPECT_EQ(surround.at(stem)[2], centre.at(stem)[0]);
    EXPECT_EQ(energy(surround.at(stem)[3].data(), 6000), 0);
  }
}

void expectRefused(Separator& separator, const Channels& block, const std::string& words) {
  std::vector<const float*> pointers;
  for (const auto& channel : block) pointers.push_back(channel.data());
  const Status status = separator.push(viewOf(pointers, block.front().size()));
  EXPECT_EQ(status.code(), StatusCode::kBadAudio);
  EXPECT_NE(status.message().find(words), std::string::npos) << status.message();
}

TEST(SeparatorStream, BadAudioIsRefusedAndNothingOfItTaken) {
  constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  const Channels song = noiseSong(2, 5000);
  const Stems want = separate(tiny(), {}, song);
  auto separator = makeSeparator(tiny(), {});
  ASSERT_TRUE(separator->push(viewOf({song[0].data(), song[1].data()}, 1000)).ok());
  Channels bad = noiseSong(2, 500);
  bad[1][77] = kNan;
  expectRefused(*separator, bad, "NaN in channel 1, frame 1077");
  bad[0][499] = -kInfinity;
  expectRefused(*separator, bad, "infinity in channel 0, frame 1499");
  expectRefused(*separator, {std::vector<float>(10, 2e12F), std::vector<float>(10)},
                "channel 0, frame 1000");
  expectRefused(*separator, noiseSong(1, 10), "expected 2 channels, got 1");
  expectRefused(*separator, noiseSong(6, 10), "expected 2 channels, got 6");
  ASSERT_TRUE(separator->push(viewOf({&song[0][1000], &song[1][1000]}, 4000)).ok());
  ASSERT_TRUE(separator->finish().ok());
  Stems got;
  pullInto(*separator, got, 2);
  EXPECT_EQ(got, want);
}

TEST(SeparatorStream, LoudInputIsNotClipped) {
  const Channels song = noiseSong(2, 5000, 40.0);
  for (const SeparatorOptions& options : {kModes[0], kModes[1]}) {
    Stems stems = separate(tiny(), options, song);
    for (size_t n = 0; n < 5000; ++n) stems.at("voice")[0][n] += stems.at("band")[0][n];
    EXPECT_GE(snrDb(song[0], stems.at("voice")[0]), 120);
  }
}

TEST(SeparatorStream, IsClosedAfterFinish) {
  auto separator = makeSeparator(tiny(), {});
  const Channels song = noiseSong(2, 100);
  ASSERT_TRUE(separator->finish().ok());
  EXPECT_EQ(separator->push(viewOf({song[0].data(), song[1].data()}, 100)).code(),
            StatusCode::kClosed);
  EXPECT_EQ(separator->finish().code(), StatusCode::kClosed);
  EXPECT_EQ(separator->available(), 0U);
}

TEST(SeparatorStream, PullsAnyNumberOfFrames) {
  const Channels song = noiseSong(2, 5000);
  const Stems want = separate(tiny(), {}, song);
  auto separator = makeSeparator(tiny(), {});
  ASSERT_TRUE(separator->push(viewOf({song[0].data(), song[1].data()}, 5000)).ok());
  ASSERT_TRUE(separator->finish().ok());
  Stems got;
  pullInto(*separator, got, 2, 7);
  EXPECT_EQ(got, want);
}

TEST(SeparatorStream, NetworksAreSharedByOneSongAfterAnotherAndInTurns) {
  auto task = CompiledTask::compile(tiny());
  ASSERT_TRUE(task.ok()) << task.status().message();
  const auto make = [&](const SeparatorOptions& options) {
    auto separator = Separator::create(*task.value(), options);
    EXPECT_TRUE(separator.ok()) << separator.status().message();
    return std::move(separator.value());
  };
  const Channels song = noiseSong(2, 6 * kChunkSamples);
  std::vector<Stems> want;
  for (const SeparatorOptions& options : kModes) {
    want.push_back(separate(*makeSeparator(tiny(), options), song, 1000));
    EXPECT_EQ(separate(*make(options), song, 1000), want.back()) << nameOf(options);
  }
  // All at once, each block through every one of them; the networks outlive their first owner.
  std::vector<std::unique_ptr<Separator>> separators;
  for (const SeparatorOptions& options : kModes) separators.push_back(make(options));
  task = Status(StatusCode::kClosed, "");
  std::vector<Stems> got(separators.size());
  for (size_t begin = 0; begin < song[0].size(); begin += 512) {
    for (size_t i = 0; i < separators.size(); ++i) {
      ASSERT_TRUE(separators[i]->push(viewOf({&song[0][begin], &song[1][begin]}, 512)).ok());
      pullInto(*separators[i], got[i], 2);
    }
  }
  for (size_t i = 0; i < separators.size(); ++i) {
    ASSERT_TRUE(separators[i]->finish().ok());
    pullInto(*separators[i], got[i], 2);
    EXPECT_EQ(got[i], want[i]) << nameOf(kModes[i]);
  }
}

struct BadOptions {
  SeparatorOptions options;
  StatusCode code;
  std::string words;
};

TEST(SeparatorStream, BadOptionsAreNamed) {
  const BadOptions cases[] = {
      {{.sampleRate = 3000}, StatusCode::kBadAudio, "8000 to 192000 Hz, got 3000"},
      {{.sampleRate = 1000000}, StatusCode::kBadAudio, "got 1000000"},
      {{.channelCount = 9}, StatusCode::kBadAudio, "1 to 8 channels, got 9"},
      {{.channelCount = 0}, StatusCode::kBadAudio, "got 0"},
      {{.stems = {"drums"}}, StatusCode::kBadOption, "'drums'"},
      {{.stems = {"voice", "voice"}}, StatusCode::kBadOption, "'voice' is asked for twice"},
  };
  for (const BadOptions& bad : cases) {
    auto separator = Separator::create(tiny(), bad.options);
    ASSERT_FALSE(separator.ok());
    EXPECT_EQ(separator.status().code(), bad.code);
    EXPECT_NE(separator.status().message().find(bad.words), std::string::npos)
        << separator.status().message();
  }
}

TEST(SeparatorStream, MemoryDoesNotGrowWithTheSong) {
#if defined(__SANITIZE_ADDRESS__)
  GTEST_SKIP() << "AddressSanitizer's allocator keeps no such statistics";
#endif
  for (SeparatorOptions options : kModes) {
    options.sampleRate = 48000;
    auto separator = makeSeparator(tiny(), options);
    const Channels song = noiseSong(2, 1000);
    std::vector<float> sink(4096);
    float* const channels[] = {sink.data(), sink.data()};
    float* const* const out[] = {channels, channels};
    const auto pushAll = [&](int blocks) {
      for (int n = 0; n < blocks; ++n) {
        ASSERT_TRUE(separator->push(viewOf({song[0].data(), song[1].data()}, 1000)).ok());
        while (separator->pull(out, sink.size()) > 0) {
        }
      }
    };
    pushAll(200);
    const auto bytes = [] {
      const struct mallinfo2 info = mallinfo2();
      return info.uordblks + info.hblkhd;
    };
    const size_t before = bytes();
    ASSERT_GT(before, 0U);
    pushAll(2000);
    // Not one byte: buffers have their final size once the first chunks have gone through.
    EXPECT_EQ(bytes(), before) << nameOf(options);
  }
}

}  // namespace
}  // namespace divisi::test
