// Separation by segments as a stream: what the default mode promises for any model.
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "separation/segments/segment_models.h"
#include "separation/separator_parts.h"

namespace divisi::test {
namespace {

using nlohmann::json;

/// A network of one node that gives what it is given, or ones.
nn::test::ModelBuilder identityModel(const json& task, const std::vector<int64_t>& shape,
                                     bool ones = false) {
  nn::test::ModelBuilder builder;
  builder.task = task;
  builder.input("mix", shape).output("voice", "same");
  const auto channels = static_cast<size_t>(shape.back());
  builder.tensor("scale", {shape.back()}, std::vector<float>(channels, ones ? 0.0F : 1.0F));
  builder.tensor("offset", {shape.back()}, std::vector<float>(channels, ones ? 1.0F : 0.0F));
  builder.node("affine", {"mix"}, "same", json::object(),
               {{"scale", "scale"}, {"offset", "offset"}});
  return builder;
}

json identityTask(const std::string& in, const std::string& out, const std::string& layout,
                  const json& segments) {
  json task = hybridTask();
  task["segments"] = segments;
  task["normalisation"]["mean"] = "restored";
  task["stft"] = {{"fftSize", 60},    {"hop", 15},     {"window", "hann"},
                  {"leadFrames", 30}, {"columns", 34}, {"padding", "reflect"},
                  {"bins", 31}};
  if (in == "waveform") task.erase("stft");
  task["inputs"] = {{{"name", "mix"}, {"value", in}, {"layout", layout}}};
  task["outputs"] = {{{"name", "voice"}, {"value", out}, {"layout", layout}, {"stems", {"voice"}}}};
  task["remainder"] = "band";
  task.erase("residual");
  return task;
}

const json& plainSegments() {
  static const json segments = {
      {"frames", 500}, {"hopFrames", 300}, {"join", "triangular"}, {"end", "centred"}};
  return segments;
}

nn::test::ModelBuilder waveformIdentity(const json& segments) {
  const int64_t heard =
      segments["frames"].get<int64_t>() + 2 * segments.value("marginFrames", int64_t{0});
  return identityModel(identityTask("waveform", "waveform", "1 frames channels", segments),
                       {1, heard, 2});
}

/// SNR of the voice, the worse channel, to the song.
double voiceSnrDb(const Model& model, const SeparatorOptions& options, const Channels& song) {
  const Stems stems = separate(model, options, song);
  double lowest = 999;
  for (size_t c = 0; c < song.size(); ++c) {
    EXPECT_EQ(stems.at("voice")[c].size(), song[c].size());
    lowest = std::min(lowest, snrDb(song[c], stems.at("voice")[c]));
  }
  return lowest;
}

double sumSnrDb(const Stems& stems, const Channels& song) {
  double lowest = 999;
  for (size_t c = 0; c < song.size(); ++c) {
    std::vector<float> sum(song[c].size());
    for (const auto& [name, channels] : stems) {
      EXPECT_EQ(channels[c].size(), sum.size()) << name;
      if (channels[c].size() != sum.size()) return 0;
      for (size_t n = 0; n < sum.size(); ++n) sum[n] += channels[c][n];
    }
    lowest = std::min(lowest, snrDb(song[c], sum));
  }
  return lowest;
}

// SNR to the input, at least 100 dB: float32 leaves some 120 dB; a join, a place or a window sum
// that is wrong anywhere is heard, at 60 dB or less.
TEST(SegmentStream, IdentityNetworksGiveTheInput) {
  struct Case {
    std::string in;
    std::string out;
    std::string layout;
    std::vector<int64_t> shape;
    bool ones = false;
  };
  const Case cases[] = {
      {"waveform", "waveform", "1 frames channels", {1, 500, 2}},
      {"waveform", "waveform", "channels frames", {2, 500}},
      {"spectrum", "spectrum", "bins columns (channels parts)", {31, 34, 4}},
      {"spectrum", "spectrum", "parts channels columns bins", {2, 2, 34, 31}},
      {"magnitude", "magnitude", "columns bins channels", {34, 31, 2}},
      {"magnitude", "mask", "columns bins channels", {34, 31, 2}, true},
  };
  for (const Case& each : cases) {
    const LoadedModel model =
        loadModel(identityModel(identityTask(each.in, each.out, each.layout, plainSegments()),
                                each.shape, each.ones)
                      .bytes());
    ASSERT_NE(model.model, nullptr);
    for (const SeparationMode mode : {SeparationMode::kBest, SeparationMode::kReference}) {
      EXPECT_GE(voiceSnrDb(*model.model, {.mode = mode}, swellingSong(2, 2345)), 100)
          << each.out << ", " << each.layout;
    }
  }
}

TEST(SegmentStream, JoinsLeaveNoSeamForAnyLength) {
  json segments = plainSegments();
  for (const std::string join : {"triangular", "hann", "none"}) {
    for (const std::string end : {"zeros", "moved", "centred"}) {
      for (const auto& [hop, lead, margin] : std::vector<std::array<int, 3>>{
               {300, 0, 0}, {500, 0, 40}, {100, 77, 0}, {499, 499, 3}}) {
        segments = {{"frames", 500}, {"hopFrames", hop},   {"join", join},
                    {"end", end},    {"leadFrames", lead}, {"marginFrames", margin}};
        const LoadedModel model = loadModel(waveformIdentity(segments).bytes());
        for (const size_t frames : {1, 2, 299, 300, 301, 499, 500, 501, 800, 801, 2345}) {
          EXPECT_GE(voiceSnrDb(*model.model, {}, swellingSong(2, frames)), 100)
              << segments.dump() << ", " << frames << " frames";
        }
      }
    }
  }
}

TEST(SegmentStream, StemsAddUpAtAnyRateAndChannelCount) {
  for (const SeparationQuality quality : {SeparationQuality::kNormal, SeparationQuality::kHigh}) {
    for (const int rate : {8000, 22050, 44100, 48000, 96000, 192000}) {
      for (const size_t channelCount : {1, 2, 3, 6}) {
        const Channels song = swellingSong(channelCount, static_cast<size_t>(rate) / 20);
        const Stems stems = separate(hybrid(), {.sampleRate = rate, .quality = quality}, song);
        // At least 120 dB: nothing but the rounding of a sum of three float32 numbers.
        EXPECT_GE(sumSnrDb(stems, song), 120) << rate << " Hz, " << channelCount;
        // And they are not all alike.
        EXPECT_LE(snrDb(stems.at("voice")[0], stems.at("band")[0]), 20);
      }
    }
  }
}

TEST(SegmentStream, BlocksDoNotMatter) {
  const Channels song = swellingSong(2, 4000);
  for (const int rate : {44100, 48000}) {
    const auto whole = makeSeparator(hybrid(), {.sampleRate = rate});
    const Stems want = separate(*whole, song);
    for (const size_t block : {1, 61, 375, 1024}) {
      const auto separator = makeSeparator(hybrid(), {.sampleRate = rate});
      EXPECT_EQ(separate(*separator, song, block), want) << block;
    }
  }
}

TEST(SegmentStream, LevelDoesNotMatter) {
  json leveled = hybridTask();
  leveled.erase("normalisation");
  leveled["level"] = {{"rmsDb", -16}};
  const LoadedModel withLevel = loadModel(hybridModel(leveled).bytes());
  for (const Model* model : {&hybrid(), static_cast<const Model*>(withLevel.model.get())}) {
    const Channels song = swellingSong(2, 3000);
    const Stems want = separate(*model, {}, song);
    for (const float gain : {1.0F / 1024, 64.0F}) {
      Channels other = song;
      for (auto& channel : other) {
        for (float& sample : channel) sample *= gain;
      }
      Stems got = separate(*model, {}, other);
      for (auto& [name, channels] : got) {
        for (size_t c = 0; c < 2; ++c) {
          for (float& sample : channels[c]) sample /= gain;
          // A scale that was measured or undone otherwise would be off by far more than rounding.
          EXPECT_GE(snrDb(want.at(name)[c], channels[c]), 100) << name << " at " << gain;
        }
      }
    }
  }
}

TEST(SegmentStream, PartsEqualTheWhole) {
  for (SeparatorOptions options : {SeparatorOptions{},
                                   {.quality = SeparationQuality::kHigh},
                                   {.mode = SeparationMode::kReference}}) {
    for (const int rate : {44100, 48000, 22050, 8000, 44056}) {
      for (const int channelCount : {2, 1, 6}) {
        if (rate != 48000 && channelCount != 2) continue;
        options.sampleRate = rate;
        options.channelCount = channelCount;
        const Channels song = swellingSong(static_cast<size_t>(channelCount),
                                           static_cast<size_t>(rate) * 3900 / 44100);
        const size_t count = chunksOf(hybrid(), options, song)->count();
        ASSERT_GE(count, 10U);
        expectPartsToEqualTheWhole(
            hybrid(), options, song,
            {{0, 1}, {1, 2}, {4, 6}, {5, count}, {count - 2, count - 1}, {count - 1, count}});
      }
    }
  }
}

TEST(SegmentStream, PartsEqualTheWholeHoweverSegmentsLie) {
  for (const std::string end : {"zeros", "moved", "centred"}) {
    for (const auto& [hop, lead] :
         std::vector<std::array<int, 2>>{{500, 0}, {90, 77}, {251, 499}}) {
      json task = hybridTask();
      task["segments"] = {{"frames", kSegment},
                          {"hopFrames", hop},
                          {"leadFrames", lead},
                          {"join", "hann"},
                          {"end", end}};
      const LoadedModel model = loadModel(hybridModel(task).bytes());
      for (const size_t frames : {2500, 2501, 2751}) {
        const Channels song = swellingSong(2, frames);
        const SeparatorOptions options{.sampleRate = 48000};
        const size_t count = chunksOf(*model.model, options, song)->count();
        expectPartsToEqualTheWhole(*model.model, options, song,
                                   {{2, 3}, {3, count}, {count - 2, count}, {count - 1, count}});
      }
    }
  }
}

TEST(SegmentStream, ChunksCoverTheSong) {
  for (const int rate : {44100, 48000, 8000, 192000, 44056}) {
    for (const size_t length : {1, 375, 500, 5000, 50000}) {
      const auto chunks = chunksOf(hybrid(), {.sampleRate = rate}, swellingSong(2, length));
      uint64_t covered = 0;
      for (size_t i = 0; i < chunks->count(); ++i) {
        const ChunkBounds bounds = chunks->bounds(i);
        EXPECT_EQ(bounds.outputBegin, covered);
        EXPECT_LE(bounds.inputBegin, bounds.outputBegin);
        EXPECT_GE(bounds.inputEnd, bounds.outputEnd);
        covered = bounds.outputEnd;
      }
      EXPECT_EQ(covered, length);
    }
  }
}

// What is ready after a segment is the hop of that mode, and the stems are right with it.
TEST(SegmentStream, EachModeHasItsHop) {
  json segments = plainSegments();
  segments["defaultHopFrames"] = 450;
  const LoadedModel model = loadModel(waveformIdentity(segments).bytes());
  const Channels song = swellingSong(2, 2345);
  const std::pair<SeparatorOptions, size_t> cases[] = {
      {{}, 450},
      {{.quality = SeparationQuality::kHigh}, 150},
      {{.mode = SeparationMode::kReference}, 300},
  };
  for (const auto& [options, hop] : cases) {
    EXPECT_GE(voiceSnrDb(*model.model, options, song), 100) << hop;
    const auto separator = makeSeparator(*model.model, options);
    ASSERT_TRUE(separator->push(viewOf(pointersAt(song, 0), 500)).ok());
    EXPECT_EQ(separator->available(), hop);
  }
}

TEST(SegmentStream, LatencyIsASegmentAndIsTold) {
  const auto separator = makeSeparator(hybrid(), {});
  EXPECT_EQ(separator->latency(), static_cast<size_t>(kSegment));
  const Channels song = swellingSong(2, 2000);
  ASSERT_TRUE(separator->push(viewOf(pointersAt(song, 0), kSegment - 1)).ok());
  EXPECT_EQ(separator->available(), 0U);
  ASSERT_TRUE(separator->push(viewOf(pointersAt(song, kSegment - 1), 1)).ok());
  EXPECT_EQ(separator->available(), static_cast<size_t>(kSegmentHop));
}

TEST(SegmentStream, SilenceStaysSilent) {
  Channels song(2, std::vector<float>(3000));
  song[0][2500] = 0.5F;
  const Stems stems = separate(hybrid(), {}, song);
  for (const auto& [name, channels] : stems) {
    for (size_t n = 0; n < 1500; ++n) EXPECT_EQ(channels[0][n], 0) << name << " at " << n;
  }
}

TEST(SegmentStream, MonoNetworksHearEachChannelAlone) {
  json task = identityTask("waveform", "waveform", "frames", plainSegments());
  task["channels"] = 1;
  task["level"] = {{"rmsDb", -16}};
  task.erase("normalisation");
  nn::test::ModelBuilder builder;
  nn::test::Random random(3);
  task["inputs"][0]["layout"] = task["outputs"][0]["layout"] = "1 frames 1";
  builder.task = task;
  builder.input("mix", {1, kSegment, 1}).output("voice", "voice");
  addConvolution(builder, random, "mix", "inner", 1, 8, 1, 5, true);
  addConvolution(builder, random, "inner", "voice", 8, 1, 1, 5, false);
  const LoadedModel model = loadModel(builder.bytes());
  const Channels song = swellingSong(3, 2000);
  const Stems together = separate(*model.model, {}, song);
  for (size_t c = 0; c < song.size(); ++c) {
    const Stems alone = separate(*model.model, {}, {song[c]});
    EXPECT_EQ(together.at("voice")[c], alone.at("voice")[0]) << c;
  }
  EXPECT_GE(sumSnrDb(together, song), 120);
}

TEST(SegmentStream, AskedForStemsAreThoseOfAll) {
  const Channels song = swellingSong(2, 2000);
  const Stems all = separate(hybrid(), {}, song);
  const Stems one = separate(hybrid(), {.stems = {"band"}}, song);
  ASSERT_EQ(one.size(), 1U);
  EXPECT_EQ(one.at("band"), all.at("band"));
}

TEST(SegmentStream, ReferenceModeSharesNothingOut) {
  const Channels song = swellingSong(2, 2000);
  const Stems stems = separate(hybrid(), {.mode = SeparationMode::kReference}, song);
  EXPECT_LE(sumSnrDb(stems, song), 20);
}

TEST(SegmentStream, HasNoLiveForm) {
  const auto task = CompiledTask::compile(hybrid(), {.live = true});
  ASSERT_FALSE(task.ok());
  EXPECT_EQ(task.status().code(), StatusCode::kUnsupported);
  EXPECT_NE(task.status().message().find("segments of 0.0 s"), std::string::npos)
      << task.status().message();
}

TEST(SegmentStream, BadLevelsAreNamed) {
  const auto expectRefused = [](const SeparatorOptions& options, const std::string& words) {
    auto separator = Separator::create(hybrid(), options);
    ASSERT_FALSE(separator.ok());
    EXPECT_EQ(separator.status().code(), StatusCode::kBadOption);
    EXPECT_NE(separator.status().message().find(words), std::string::npos)
        << separator.status().message();
  };
  expectRefused({.firstChunk = 2}, "levels must hold 2 for each chunk from 0 to 2");
  expectRefused({.levels = {0.1, -1}}, "levels must be RMS values from 0 up, got -1");
  // A mean may be below 0.
  EXPECT_TRUE(Separator::create(hybrid(), {.levels = {-0.1, 1}}).ok());
}

}  // namespace
}  // namespace divisi::test
