// The task "melody" on lines that are known.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "divisi/melody.h"
#include "melody/melody_run.h"
#include "melody/pitch/melody_document.h"

namespace divisi {
namespace {

using nlohmann::json;

const std::vector<test::Tone> kLine = {{60, 0.5, 0.6}, {62, 0.4, 0.3}, {64, 0.6, 0.7}, {0, 0.3, 0},
                                       {67, 0.5, 0.8}, {66, 0.4, 0.4}, {55, 0.8, 0.6}};

void expectLine(const test::Melody& melody, const char* what) {
  std::vector<test::Tone> tones;
  std::vector<double> starts;
  double now = 0;
  for (const test::Tone& tone : kLine) {
    if (tone.pitch > 0) {
      tones.push_back(tone);
      starts.push_back(now);
    }
    now += tone.seconds;
  }
  ASSERT_EQ(melody.notes.size(), tones.size()) << what;
  for (size_t i = 0; i < tones.size(); ++i) {
    const test::SungNote& note = melody.notes[i];
    EXPECT_EQ(note.pitch, std::lround(tones[i].pitch)) << what << i;
    EXPECT_NEAR(note.start, starts[i], 0.05) << what << i;
    EXPECT_NEAR(note.end, starts[i] + tones[i].seconds, 0.06) << what << i;
    EXPECT_GT(note.confidence, 0.5F) << what << i;
    EXPECT_GT(note.velocity, 40) << what << i;
    // The middle of the vibrato is the tone's pitch, and it swings as far as it was sung.
    double mean = 0;
    for (const float bend : note.bends) mean += bend / static_cast<double>(note.bends.size());
    EXPECT_NEAR(mean, 0, 0.2) << what << i;
    EXPECT_NEAR(std::ranges::max(note.bends), tones[i].vibrato, 0.3) << what << i;
  }
}

TEST(MelodyTask, AtAnyRateAndNumberOfChannels) {
  for (const int rate : {8000, 16000, 44100, 48000, 96000}) {
    const std::vector<float> line = test::singLine(kLine, rate);
    const int channels = rate == 48000 ? 6 : 2;
    const test::Melody melody = test::hearMelody(line, rate, "", channels, 1234);
    expectLine(melody, (std::to_string(rate) + " Hz, note ").c_str());
    EXPECT_NEAR(static_cast<double>(melody.hz.size()), 3.5 * 62.5, 1);
  }
}

TEST(MelodyTask, BlocksDoNotMatter) {
  const std::vector<float> line = test::singLine(kLine, 44100);
  const test::Melody whole = test::hearMelody(line, 44100, "", 1, line.size());
  const test::Melody pieces = test::hearMelody(line, 44100, "", 1, 97);
  EXPECT_EQ(whole.hz, pieces.hz);
  EXPECT_EQ(whole.confidence, pieces.confidence);
  ASSERT_EQ(whole.notes.size(), pieces.notes.size());
  for (size_t i = 0; i < whole.notes.size(); ++i) {
    EXPECT_EQ(whole.notes[i].start, pieces.notes[i].start);
    EXPECT_EQ(whole.notes[i].bends, pieces.notes[i].bends);
  }
}

TEST(MelodyTask, SilenceShortAudioAndRange) {
  const test::Melody silence = test::hearMelody(std::vector<float>(48000), 16000);
  EXPECT_TRUE(silence.notes.empty());
  EXPECT_EQ(silence.hz.size(), 187U);
  EXPECT_EQ(std::ranges::max(silence.confidence), 0);
  const test::Melody one = test::hearMelody(std::vector<float>(10, 0.1F), 16000);
  EXPECT_EQ(one.hz.size(), 1U);
  const test::Melody brief = test::hearMelody(test::singLine({{60, 0.5, 0}}, 16000), 16000);
  ASSERT_EQ(brief.notes.size(), 1U);
  EXPECT_EQ(brief.notes[0].pitch, 60);
  // What sounds outside of the range is not told as something inside.
  const std::vector<float> line = test::singLine(kLine, 16000);
  const test::Melody high = test::hearMelody(line, 16000, R"({"minPitch": 72})");
  EXPECT_TRUE(high.notes.empty());
  const test::Melody low = test::hearMelody(line, 16000, R"({"maxPitch": 58})");
  ASSERT_EQ(low.notes.size(), 1U);
  EXPECT_EQ(low.notes[0].pitch, 55);
}

TEST(MelodyTask, ComesWhileTheAudioDoes) {
  auto stream = test::melodyTask().open({16000, 1}, "");
  ASSERT_TRUE(stream.ok());
  const StreamTiming timing = stream.value()->timing();
  const std::vector<float> line = test::singLine({{60, 10, 0.5}}, 16000);
  const float* const channel = line.data();
  ASSERT_TRUE(stream.value()->push({&channel, 1, static_cast<size_t>(timing.latency) - 1}).ok());
  EXPECT_EQ(stream.value()->available(kPitchOutput), 0U);
  const float* const next = line.data() + timing.latency - 1;
  ASSERT_TRUE(stream.value()->push({&next, 1, 1}).ok());
  EXPECT_EQ(stream.value()->available(kPitchOutput), 135U);
  const float* const rest = next + 1;
  ASSERT_TRUE(stream.value()->push({&rest, 1, static_cast<size_t>(timing.runInterval)}).ok());
  EXPECT_EQ(stream.value()->available(kPitchOutput), 263U);
}

TEST(MelodyTask, WrongOptionsAreNamed) {
  for (const auto& [options, words] : {std::pair{R"({"minPitch": 29})", "minPitch"},
                                       {R"({"maxPitch": 97})", "maxPitch"},
                                       {R"({"minPitch": 60, "maxPitch": 59})", "maxPitch"},
                                       {R"({"sensitivity": 0.5})", "sensitivity"},
                                       {"[]", "options"}}) {
    const auto stream = test::melodyTask().open({44100, 2}, options);
    ASSERT_FALSE(stream.ok()) << options;
    EXPECT_EQ(stream.status().code(), StatusCode::kBadOption) << options;
    EXPECT_NE(stream.status().message().find(words), std::string::npos)
        << stream.status().message();
  }
}

TEST(MelodyDocument, FaultsAreNamed) {
  const json good = json::parse(std::string(test::swiftF0().taskJson()));
  const auto document = melody::parseMelodyDocument(good.dump());
  ASSERT_TRUE(document.ok()) << document.status().message();
  EXPECT_EQ(document.value().frames, 142U);
  EXPECT_NEAR(document.value().spectra.bandHz(94), 2093.75, 1e-6);
  const struct {
    const char* place;
    json value;
    StatusCode code;
    const char* message;
  } cases[] = {
      {"/version", 2, StatusCode::kUnsupported, "version"},
      {"/task", "notes", StatusCode::kBadModel, "expected a model for melody"},
      {"/channels", 2, StatusCode::kUnsupported, "2 channels"},
      {"/pitches", 2, StatusCode::kBadModel, "pitches"},
      {"/pitches", 129, StatusCode::kBadModel, "pitches must be at most"},
      {"/silence", -1, StatusCode::kBadModel, "silence"},
      {"/frontEnd/type", "mel", StatusCode::kUnsupported, "'mel'"},
      {"/frontEnd/window", "hamming", StatusCode::kUnsupported, "'hamming'"},
      {"/frontEnd/fftSizes", json::array(), StatusCode::kBadModel, "fftSizes"},
      {"/frontEnd/fftSizes", {1023}, StatusCode::kBadModel, "fftSizes"},
      {"/frontEnd/hop", 0, StatusCode::kBadModel, "hop"},
      {"/frontEnd/bands", 1024, StatusCode::kBadModel, "half the sample rate"},
      {"/frontEnd/maxHz", 40, StatusCode::kBadModel, "maxHz"},
      {"/frontEnd/log/type", "log10", StatusCode::kUnsupported, "'log10'"},
      {"/frontEnd/log/offset", 0, StatusCode::kBadModel, "offset"},
      {"/chunking/contextFrames", 71, StatusCode::kBadModel, "contextFrames"},
      {"/outputs/logits", 1, StatusCode::kBadModel, "logits"},
      {"/outputs/else", "x", StatusCode::kBadModel, "else"},
      {"/else", 1, StatusCode::kBadModel, "else"},
  };
  for (const auto& each : cases) {
    json bad = good;
    bad[json::json_pointer(each.place)] = each.value;
    const auto result = melody::parseMelodyDocument(bad.dump());
    ASSERT_FALSE(result.ok()) << each.place;
    EXPECT_EQ(result.status().code(), each.code) << each.place << result.status().message();
    EXPECT_NE(result.status().message().find(each.message), std::string::npos)
        << result.status().message();
  }
}

}  // namespace
}  // namespace divisi
