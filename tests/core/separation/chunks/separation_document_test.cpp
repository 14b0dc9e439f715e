#include "separation/chunks/separation_document.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "separation/separator_run.h"

namespace divisi::separation {
namespace {

using nlohmann::json;

TEST(SeparationDocument, ReadsADocument) {
  auto task = parseSeparationDocument(test::tinyTask().dump());
  ASSERT_TRUE(task.ok()) << task.status().message();
  EXPECT_EQ(task.value().sampleRate, 44100);
  EXPECT_EQ(task.value().fftSize, 256);
  EXPECT_EQ(task.value().hop, 64);
  EXPECT_EQ(task.value().bins, 96);
  EXPECT_EQ(task.value().chunkColumns, 16);
  EXPECT_EQ(task.value().stems, (std::vector<std::string>{"voice", "band"}));
  EXPECT_EQ(task.value().remainder, 1U);
  EXPECT_EQ(task.value().rmsDb, -12);
}

TEST(SeparationDocument, LevelAndRemainderMayBeLeftOut) {
  json document = test::tinyTask();
  document.erase("level");
  document["backEnd"].erase("remainder");
  auto task = parseSeparationDocument(document.dump());
  ASSERT_TRUE(task.ok()) << task.status().message();
  EXPECT_FALSE(task.value().rmsDb.has_value());
  EXPECT_FALSE(task.value().remainder.has_value());
}

struct Damage {
  std::string pointer;  ///< JSON pointer
  json value;           ///< null: removed
  StatusCode code;
  std::string words;
};

TEST(SeparationDocument, FaultsAreNamed) {
  const Damage damages[] = {
      {"/version", 2, StatusCode::kUnsupported, "version 2"},
      {"/task", "tagging", StatusCode::kBadModel, "'tagging'"},
      {"/sampleRate", 7999, StatusCode::kBadModel, "got 7999"},
      {"/sampleRate", "44100", StatusCode::kBadModel, "sampleRate must be an integer"},
      {"/sampleRate", 18446744073709551615U, StatusCode::kBadModel, "sampleRate"},
      {"/channels", 6, StatusCode::kUnsupported, "6 channels"},
      {"/frontEnd", json::array(), StatusCode::kBadModel, "frontEnd must be an object"},
      {"/frontEnd/type", "mel", StatusCode::kUnsupported, "'mel'"},
      {"/frontEnd/fftSize", 255, StatusCode::kBadModel, "255"},
      {"/frontEnd/fftSize", -4, StatusCode::kBadModel, "-4"},
      {"/frontEnd/hop", 100, StatusCode::kBadModel, "got 100 and 256"},
      {"/frontEnd/bins", 130, StatusCode::kBadModel, "got 130"},
      {"/frontEnd/bins", 1.5, StatusCode::kBadModel, "got 1.5"},
      {"/chunking/frames", 15, StatusCode::kBadModel, "got 15 and 2"},
      {"/chunking/frames", 1 << 20, StatusCode::kBadModel, "1048576"},
      {"/stems", json::array(), StatusCode::kBadModel, "stems"},
      {"/stems", {"a", "a"}, StatusCode::kBadModel, "'a' is named twice"},
      {"/stems", {"a", 1}, StatusCode::kBadModel, "names only"},
      {"/backEnd/type", "wiener", StatusCode::kUnsupported, "'wiener'"},
      {"/backEnd/epsilon", 0, StatusCode::kBadModel, "epsilon"},
      {"/backEnd/epsilon", 1e-40, StatusCode::kBadModel, "got 1e-40"},
      {"/backEnd/exponent", 1e9, StatusCode::kBadModel, "exponent"},
      {"/backEnd/remainder", "drums", StatusCode::kBadModel, "'drums' is no stem"},
      {"/level/rmsDb", "loud", StatusCode::kBadModel, "rmsDb"},
      {"/level", 3, StatusCode::kBadModel, "level must be an object"},
  };
  for (const Damage& damage : damages) {
    json document = test::tinyTask();
    document[json::json_pointer(damage.pointer)] = damage.value;
    auto task = parseSeparationDocument(document.dump());
    ASSERT_FALSE(task.ok()) << damage.pointer;
    EXPECT_EQ(task.status().code(), damage.code) << task.status().message();
    EXPECT_NE(task.status().message().find(damage.words), std::string::npos)
        << task.status().message();
  }
  for (const std::string pointer :
       {"/version", "/task", "/sampleRate", "/channels", "/frontEnd", "/chunking", "/stems",
        "/backEnd", "/frontEnd/hop", "/chunking/frames", "/backEnd/epsilon"}) {
    const json document = test::tinyTask().patch({{{"op", "remove"}, {"path", pointer}}});
    auto task = parseSeparationDocument(document.dump());
    ASSERT_FALSE(task.ok()) << pointer;
    EXPECT_EQ(task.status().code(), StatusCode::kBadModel);
    EXPECT_NE(task.status().message().find("is missing"), std::string::npos)
        << task.status().message();
  }
  for (const std::string text : {"", "[]", "{", "null", "{\"version\":1}"}) {
    auto task = parseSeparationDocument(text);
    ASSERT_FALSE(task.ok()) << text;
    EXPECT_EQ(task.status().code(), StatusCode::kBadModel);
  }
}

TEST(SeparationDocument, MustFitTheGraph) {
  nn::test::ModelBuilder builder = test::tinyModel();
  builder.task["frontEnd"]["bins"] = 90;
  // The graph itself takes any size, so this one still fits.
  EXPECT_TRUE(Separator::create(*test::loadModel(builder.bytes()).model, {}).ok());
  builder = test::tinyModel();
  builder.task["stems"] = {"voice", "drums"};
  builder.task["backEnd"].erase("remainder");
  auto separator = Separator::create(*test::loadModel(builder.bytes()).model, {});
  ASSERT_FALSE(separator.ok());
  EXPECT_EQ(separator.status().code(), StatusCode::kBadModel);
  EXPECT_NE(separator.status().message().find("drums"), std::string::npos)
      << separator.status().message();
}

}  // namespace
}  // namespace divisi::separation
