// Live separation: latency to the frame, nothing dropped, whatever the blocks and the rate.
#include <gtest/gtest.h>
#include <malloc.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "audio/signals.h"
#include "divisi/separator.h"
#include "separation/separator_run.h"
#include "separation/separator_song.h"

namespace divisi::test {
namespace {

std::unique_ptr<LiveSeparator> makeLive(const Model& model, const LiveSeparatorOptions& options) {
  auto live = LiveSeparator::create(model, options);
  EXPECT_TRUE(live.ok()) << live.status().message();
  return live.ok() ? std::move(live.value()) : nullptr;
}

Channels noiseSong(size_t channelCount, size_t frames) {
  Channels song;
  for (size_t c = 0; c < channelCount; ++c) song.push_back(noise(frames, c + 1, 0.3));
  return song;
}

enum class How { kPush, kSkip };

/// Sends a stretch of `song` through and appends what comes out.
void send(LiveSeparator& live, const Channels& song, size_t begin, size_t end, size_t block,
          Stems& stems, How how = How::kPush) {
  for (const std::string& name : live.stems()) stems[name].resize(song.size());
  while (begin < end) {
    const size_t frames = std::min(block, end - begin);
    std::vector<const float*> pointers;
    for (const auto& channel : song) pointers.push_back(channel.data() + begin);
    const AudioView audio = viewOf(pointers, frames);
    const Status status = how == How::kPush ? live.push(audio) : live.skip(audio);
    ASSERT_TRUE(status.ok()) << status.message();
    ASSERT_EQ(live.available(), frames);
    std::vector<std::vector<float*>> channels;
    std::vector<float* const*> out;
    for (const std::string& name : live.stems()) {
      channels.emplace_back();
      for (auto& channel : stems[name]) {
        channel.resize(channel.size() + frames);
        channels.back().push_back(channel.data() + channel.size() - frames);
      }
    }
    for (const auto& stem : channels) out.push_back(stem.data());
    ASSERT_EQ(live.pull(out.data(), frames + 1), frames);
    begin += frames;
  }
}

Stems separateLive(LiveSeparator& live, const Channels& song, size_t block) {
  Stems stems;
  send(live, song, 0, song[0].size(), block, stems);
  return stems;
}

std::vector<float> sumOf(const Stems& stems, size_t channel) {
  std::vector<float> sum = stems.at("voice")[channel];
  for (size_t n = 0; n < sum.size(); ++n) sum[n] += stems.at("band")[channel][n];
  return sum;
}

TEST(LiveSeparator, StemsAddUpToTheInputLatencyFramesLater) {
  for (const double latency : kLiveLatencies) {
    for (const int rate : {44100, 48000, 8000, 22050, 96000, 192000, 44056}) {
      for (const size_t channelCount : {2U, 1U, 6U}) {
        if (rate != 48000 && channelCount != 2) continue;
        auto live = makeLive(tiny(), {.sampleRate = rate,
                                      .channelCount = static_cast<int>(channelCount),
                                      .latency = latency});
        const size_t delay = live->latency();
        const Channels song = noiseSong(channelCount, delay + 9000);
        const Stems stems = separateLive(*live, song, 128);
        for (size_t c = 0; c < channelCount; ++c) {
          const std::vector<float> sum = sumOf(stems, c);
          for (size_t n = 0; n < delay; ++n) ASSERT_EQ(sum[n], 0.0F);
          const std::vector<float> late(sum.begin() + static_cast<std::ptrdiff_t>(delay),
                                        sum.end());
          const std::vector<float> want(song[c].begin(), song[c].begin() + 9000);
          // At least 120 dB: the remainder is a difference, so only its rounding is left; one frame
          // too early or too late leaves nothing of noise.
          EXPECT_GE(snrDb(want, late), 120) << latency << " s at " << rate << ", channel " << c;
          EXPECT_LE(snrDb(want, std::vector<float>(stems.at("voice")[c].begin() +
                                                       static_cast<std::ptrdiff_t>(delay),
                                                   stems.at("voice")[c].end())),
                    40);
        }
      }
    }
  }
}

TEST(LiveSeparator, AClickComesOutOfEveryStemLatencyFramesLater) {
  for (const int rate : {44100, 48000, 22050, 96000}) {
    for (const size_t at : {5000U, 5777U, 7321U}) {
      auto live = makeLive(tiny(), {.sampleRate = rate, .latency = 0.5});
      Channels song(2, std::vector<float>(at + live->latency() + 3000));
      song[0][at] = song[1][at] = 1;
      const Stems stems = separateLive(*live, song, 441);
      for (const auto& [name, channels] : stems) {
        const auto loudest =
            std::max_element(channels[0].begin(), channels[0].end(),
                             [](float a, float b) { return std::abs(a) < std::abs(b); });
        EXPECT_EQ(loudest - channels[0].begin(), static_cast<std::ptrdiff_t>(at + live->latency()))
            << name << " at " << rate;
      }
    }
  }
}

TEST(LiveSeparator, LatencyIsAsShortAsItCanBe) {
  // With one frame less of it, output would run dry before some run: in the stream itself there is
  // then exactly nothing left.
  for (const int rate : {44100, 48000}) {
    auto live = makeLive(tiny(), {.sampleRate = rate, .latency = 2.0});
    const double hop = static_cast<double>(live->hopFrames());
    // The hop, one look-ahead frame, three frames that overlap, and the resamplers' few
    // milliseconds.
    const double samples = static_cast<double>(live->latency()) * 44100 / rate;
    EXPECT_NEAR(hop * 44100 / rate, 2 * kTinyHop, 1);
    EXPECT_GE(samples, (2 + 1 + 3) * kTinyHop - 1);
    EXPECT_LE(samples, (2 + 1 + 3) * kTinyHop + (rate == 44100 ? 0 : 300));
  }
}

TEST(LiveSeparator, BlocksDoNotMatter) {
  for (const int rate : {44100, 48000}) {
    const Channels song = noiseSong(2, 6000);
    auto whole = makeLive(tiny(), {.sampleRate = rate});
    const Stems want = separateLive(*whole, song, song[0].size());
    for (const size_t block : {1U, 61U, 128U, 1024U, 5000U}) {
      auto live = makeLive(tiny(), {.sampleRate = rate});
      EXPECT_EQ(separateLive(*live, song, block), want) << block << " frames at " << rate;
    }
  }
}

TEST(LiveSeparator, SkippingKeepsTheTimeAndTheSum) {
  for (const int rate : {44100, 48000}) {
    const Channels song = noiseSong(2, 24000);
    auto steady = makeLive(tiny(), {.sampleRate = rate});
    const Stems want = separateLive(*steady, song, 512);
    auto live = makeLive(tiny(), {.sampleRate = rate});
    const size_t delay = live->latency();
    Stems got;
    send(*live, song, 0, 8192, 512, got);
    send(*live, song, 8192, 16384, 512, got, How::kSkip);
    send(*live, song, 16384, song[0].size(), 512, got);
    const std::vector<float> sum = sumOf(got, 0);
    const std::vector<float> late(sum.begin() + static_cast<std::ptrdiff_t>(delay), sum.end());
    EXPECT_GE(
        snrDb(std::vector<float>(song[0].begin(), song[0].end() - static_cast<int>(delay)), late),
        120);
    const std::vector<float>& voice = got.at("voice")[0];
    const std::vector<float>& steadyVoice = want.at("voice")[0];
    // What was given before the skip, and what comes a window's frames after it, is what it would
    // have been: the masks of later runs do not depend on those left out.
    EXPECT_EQ(snrDb(steadyVoice, voice, 0, 8192), 999);
    EXPECT_GE(snrDb(steadyVoice, voice, 16384 + delay + 4096, song[0].size()), 100);
    // In between each of the two stems is half the mix. (At 48 kHz the noise reaches above the
    // model's rate, and that part is all the remainder's.)
    if (rate != 44100) continue;
    std::vector<float> half(song[0].size());
    for (size_t n = delay; n < half.size(); ++n) half[n] = 0.5F * song[0][n - delay];
    EXPECT_GE(snrDb(half, voice, 8192 + delay + 4096, 16384 - 1024), 40);
  }
}

TEST(LiveSeparator, SilenceInSilenceOut) {
  auto live = makeLive(tiny(), {.sampleRate = 48000});
  const Stems stems = separateLive(*live, Channels(2, std::vector<float>(9000)), 128);
  for (const auto& [name, channels] : stems) {
    for (const auto& channel : channels) {
      for (const float sample : channel) ASSERT_EQ(sample, 0.0F) << name;
    }
  }
}

TEST(LiveSeparator, BadAudioIsRefusedAndNothingOfItTaken) {
  const Channels song = noiseSong(2, 6000);
  auto steady = makeLive(tiny(), {});
  const Stems want = separateLive(*steady, song, 500);
  auto live = makeLive(tiny(), {});
  Stems got;
  send(*live, song, 0, 1000, 500, got);
  Channels bad = noiseSong(2, 500);
  bad[1][77] = std::numeric_limits<float>::quiet_NaN();
  for (const How how : {How::kPush, How::kSkip}) {
    const std::vector<const float*> pointers = {bad[0].data(), bad[1].data()};
    const AudioView audio = viewOf(pointers, 500);
    const Status status = how == How::kPush ? live->push(audio) : live->skip(audio);
    EXPECT_EQ(status.code(), StatusCode::kBadAudio);
    EXPECT_NE(status.message().find("NaN in channel 1, frame 1077"), std::string::npos);
    EXPECT_EQ(live->push(viewOf({bad[0].data()}, 10)).code(), StatusCode::kBadAudio);
    EXPECT_EQ(live->available(), 0U);
  }
  send(*live, song, 1000, 6000, 500, got);
  EXPECT_EQ(got, want);
}

TEST(LiveSeparator, BadOptionsAreNamed) {
  const auto expectRefused = [](const LiveSeparatorOptions& options, StatusCode code,
                                const std::string& words) {
    auto live = LiveSeparator::create(tiny(), options);
    ASSERT_FALSE(live.ok());
    EXPECT_EQ(live.status().code(), code);
    EXPECT_NE(live.status().message().find(words), std::string::npos) << live.status().message();
  };
  expectRefused({.latency = 0.1}, StatusCode::kBadOption,
                "latency must be one of 2.0, 1.5, 1.0, 0.7, 0.5 seconds, got 0.1");
  expectRefused({.latency = std::numeric_limits<double>::quiet_NaN()}, StatusCode::kBadOption,
                "got nan");
  expectRefused({.sampleRate = 7999}, StatusCode::kBadAudio, "8000 to 192000 Hz");
  expectRefused({.channelCount = 9}, StatusCode::kBadAudio, "1 to 8 channels");
  expectRefused({.stems = {"drums"}}, StatusCode::kBadOption, "'drums'");
}

TEST(LiveSeparator, MemoryDoesNotGrowWithTheStream) {
#if defined(__SANITIZE_ADDRESS__)
  GTEST_SKIP() << "AddressSanitizer's allocator keeps no such statistics";
#endif
  auto live = makeLive(tiny(), {.sampleRate = 48000});
  const Channels song = noiseSong(2, 128);
  std::vector<float> sink(128);
  float* const channels[] = {sink.data(), sink.data()};
  float* const* const out[] = {channels, channels};
  const auto pushAll = [&](int blocks) {
    for (int n = 0; n < blocks; ++n) {
      ASSERT_TRUE(live->push(viewOf({song[0].data(), song[1].data()}, 128)).ok());
      ASSERT_EQ(live->pull(out, 128), 128U);
    }
  };
  pushAll(1000);
  const auto bytes = [] {
    const struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
  };
  const size_t before = bytes();
  ASSERT_GT(before, 0U);
  pushAll(20000);
  // Not one byte: buffers have their final size once the first runs have gone through.
  EXPECT_EQ(bytes(), before);
}

TEST(LiveSeparator, FindsTheVoiceWithinItsNominalLatency) {
  for (const double latency : {2.0, 0.5}) {
    auto live = makeLive(spleeter(), {.latency = latency});
    const size_t delay = live->latency();
    // Nominal latencies are rounded to a tenth of a second.
    EXPECT_NEAR(static_cast<double>(delay) / kSongRate, latency, 0.05);
    const auto frames = size_t{8} * kSongRate;
    const std::vector<float> voice = singing(frames, 8192, 220);
    std::vector<float> mix = band(frames, 32768);
    for (size_t n = 0; n < frames; ++n) mix[n] += voice[n];
    const Stems stems = separateLive(*live, {mix, mix}, 4096);
    const std::vector<float>& got = stems.at("vocals")[0];
    // From the fourth second on, when the window is full. SDR, at least 12 dB as for whole songs;
    // the mix itself scores 6.
    const size_t begin = size_t{4} * kSongRate;
    const std::vector<float> want(voice.begin() + static_cast<std::ptrdiff_t>(begin),
                                  voice.end() - static_cast<std::ptrdiff_t>(delay));
    const std::vector<float> late(got.begin() + static_cast<std::ptrdiff_t>(begin + delay),
                                  got.end());
    EXPECT_GE(snrDb(want, late), 12) << latency;
  }
}

}  // namespace
}  // namespace divisi::test
