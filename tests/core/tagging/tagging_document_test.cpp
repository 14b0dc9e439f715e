#include "tagging/tagging_document.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "tagging/tagger_run.h"

namespace divisi::tagging {
namespace {

using nlohmann::json;

TEST(TaggingDocument, ReadsADocument) {
  const auto task = parseTaggingDocument(test::tinyTaggingTask().dump());
  ASSERT_TRUE(task.ok()) << task.status().message();
  EXPECT_EQ(task.value().mel.sampleRate, 16000);
  EXPECT_EQ(task.value().mel.fftSize, 128);
  EXPECT_EQ(task.value().mel.hop, 64);
  EXPECT_EQ(task.value().mel.bands, 8);
  EXPECT_EQ(task.value().mel.maxHz, 8000);
  EXPECT_EQ(task.value().mel.logScale, 10000);
  EXPECT_EQ(task.value().patchFrames, 6);
  EXPECT_EQ(task.value().hopFrames, 6);
  EXPECT_EQ(task.value().scoresOutput, "tags");
  EXPECT_EQ(task.value().embeddingOutput, "sound");
  EXPECT_EQ(task.value().labels, (std::vector<std::string>{"low", "high", "late"}));
}

struct Damage {
  std::string pointer;  ///< JSON pointer
  json value;           ///< null: removed
  StatusCode code;
  std::string words;
};

TEST(TaggingDocument, FaultsAreNamed) {
  const auto bad = StatusCode::kBadModel;
  const auto unknown = StatusCode::kUnsupported;
  const Damage damages[] = {
      {"/version", 2, unknown, "version 2"},
      {"/task", "separation", bad, "'separation'"},
      {"/sampleRate", 7999, bad, "got 7999"},
      {"/channels", 2, unknown, "2 channels"},
      {"/frontEnd", nullptr, bad, "frontEnd is missing"},
      {"/frontEnd/type", "stft", unknown, "'stft'"},
      {"/frontEnd/window", 3, bad, "frontEnd.window must be a text, got 3"},
      {"/frontEnd/padding", "reflect", unknown, "'reflect'"},
      {"/frontEnd/melScale", "htk", unknown, "'htk'"},
      {"/frontEnd/melNorm", "none", unknown, "'none'"},
      {"/frontEnd/power", 1, unknown, "power 2"},
      {"/frontEnd/center", false, unknown, "center true"},
      {"/frontEnd/center", nullptr, unknown, "center true"},
      {"/frontEnd/fftSize", 126, bad, "got 126 and 64"},
      {"/frontEnd/fftSize", 1 << 20, bad, "got 1048576"},
      {"/frontEnd/hop", 129, bad, "got 128 and 129"},
      {"/frontEnd/hop", 0, bad, "got 0"},
      {"/frontEnd/melBands", 0, bad, "got 0"},
      {"/frontEnd/minHz", 8000, bad, "got 8000.0 and 8000.0"},
      {"/frontEnd/maxHz", 8001, bad, "got 8001"},
      {"/frontEnd/log/type", "ln", unknown, "'ln'"},
      {"/frontEnd/log/scale", 0, bad, "frontEnd.log.scale"},
      {"/frontEnd/log/offset", 0, bad, "frontEnd.log.offset"},
      {"/chunking/frames", 0, bad, "chunking.frames"},
      {"/chunking/hopFrames", 7, bad, "chunking.hopFrames must be an integer from 1 to 6, got 7"},
      {"/outputs", nullptr, bad, "outputs is missing"},
      {"/outputs/scores", "", bad, "outputs.scores"},
      {"/outputs/embedding", "tags", bad, "both 'tags'"},
      {"/labels", nullptr, bad, "labels is missing"},
      {"/labels", json::array(), bad, "a list of 0"},
      {"/labels/1", "guitar", bad, "labels[1] must be an object, got 'guitar'"},
      {"/labels/1/name", "low", bad, "'low' is named twice"},
      {"/labels/2/kind", nullptr, bad, "labels[2].kind is missing"},
  };
  for (const Damage& damage : damages) {
    json document = test::tinyTaggingTask();
    const json::json_pointer pointer(damage.pointer);
    if (damage.value.is_null()) {
      document.at(pointer.parent_pointer()).erase(pointer.back());
    } else {
      document[pointer] = damage.value;
    }
    const auto task = parseTaggingDocument(document.dump());
    ASSERT_FALSE(task.ok()) << damage.pointer;
    EXPECT_EQ(task.status().code(), damage.code) << damage.pointer;
    EXPECT_NE(task.status().message().find(damage.words), std::string::npos)
        << damage.pointer << ": " << task.status().message();
  }
}

/// The message of Tagger::create for a model whose graph does not fit its task.
std::string refusal(const nn::test::ModelBuilder& builder) {
  const test::TaggingModel model(builder.bytes());
  if (model.model == nullptr) return "";
  const auto tagger = Tagger::create(*model.model, {});
  if (tagger.ok()) return "";
  EXPECT_EQ(tagger.status().code(), StatusCode::kBadModel);
  return tagger.status().message();
}

TEST(TaggingDocument, AGraphThatDoesNotFitIsRefused) {
  auto builder = test::tinyTaggingModel();
  builder.task["frontEnd"]["melBands"] = 9;
  EXPECT_NE(refusal(builder).find("of shape [6, 8]; expected one of shape [6, 9, 1]"),
            std::string::npos)
      << refusal(builder);
  builder = test::tinyTaggingModel();
  builder.task["labels"].push_back({{"name", "fourth"}, {"kind", "mood"}});
  EXPECT_NE(refusal(builder).find("each of 4 labels"), std::string::npos) << refusal(builder);
  builder = test::tinyTaggingModel();
  builder.task["outputs"]["embedding"] = "nowhere";
  EXPECT_NE(refusal(builder).find("'nowhere'"), std::string::npos) << refusal(builder);
}

TEST(TaggingDocument, ASeparationModelIsRefused) {
  auto builder = test::tinyTaggingModel();
  builder.task["task"] = "separation";
  EXPECT_NE(refusal(builder).find("'separation'"), std::string::npos) << refusal(builder);
}

}  // namespace
}  // namespace divisi::tagging
