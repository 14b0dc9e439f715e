// What the task document of a model for drums must be like.
#include "drums/drums_document.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "drums/drums_network.h"
#include "drums/drums_run.h"

namespace divisi::drums {
namespace {

using nlohmann::json;

json good() { return json::parse(std::string(test::drumsModel().taskJson())); }

TEST(DrumsDocument, ReadsTheCatalogues) {
  const auto document = parseDrumsDocument(good().dump());
  ASSERT_TRUE(document.ok()) << document.status().message();
  EXPECT_EQ(document.value().bands(), 81U);
  EXPECT_EQ(document.value().framesPerSecond(), 100);
  EXPECT_EQ(document.value().frontEnd.gain, 16);
  EXPECT_EQ(document.value().instruments.size(), 7U);
  EXPECT_EQ(document.value().instruments[0].name, "kick");
  EXPECT_EQ(document.value().instruments[0].note, 36);
}

TEST(DrumsDocument, FaultsAreNamed) {
  const struct {
    const char* place;
    json value;
    StatusCode code;
    const char* message;
  } cases[] = {
      {"/version", 2, StatusCode::kUnsupported, "version"},
      {"/task", "beats", StatusCode::kBadModel, "expected a model for drums"},
      {"/channels", 2, StatusCode::kUnsupported, "2 channels"},
      {"/frontEnd/type", "mel", StatusCode::kUnsupported, "'mel'"},
      {"/frontEnd/difference", "rise", StatusCode::kUnsupported, "'rise'"},
      {"/frontEnd/gain", 0, StatusCode::kBadModel, "gain"},
      {"/frontEnd/hop", 4096, StatusCode::kBadModel, "hop"},
      {"/chunking/frames", 134, StatusCode::kBadModel, "contextFrames"},
      {"/outputs/logOdds", "", StatusCode::kBadModel, "logOdds"},
      {"/instruments", json::array(), StatusCode::kBadModel, "instruments"},
      {"/instruments", json::array({1}), StatusCode::kBadModel, "instruments"},
      {"/instruments/1/note", 128, StatusCode::kBadModel, "instruments[1].note"},
      {"/instruments/0/threshold", 21, StatusCode::kBadModel, "instruments[0].threshold"},
      {"/instruments/0/more", 1, StatusCode::kBadModel, "more"},
      {"/more", 1, StatusCode::kBadModel, "more"},
  };
  for (const auto& [place, value, code, message] : cases) {
    json document = good();
    document[json::json_pointer(place)] = value;
    const auto parsed = parseDrumsDocument(document.dump());
    ASSERT_FALSE(parsed.ok()) << place;
    EXPECT_EQ(parsed.status().code(), code) << place << ": " << parsed.status().message();
    EXPECT_NE(parsed.status().message().find(message), std::string::npos)
        << parsed.status().message();
  }
}

TEST(DrumsDocument, AGraphThatDoesNotFitIsRefused) {
  const struct {
    const char* place;
    json value;
  } cases[] = {{"/chunking/frames", 512}, {"/frontEnd/bandsPerOctave", 24}};
  for (const auto& [place, value] : cases) {
    json document = good();
    document[json::json_pointer(place)] = value;
    auto parsed = parseDrumsDocument(document.dump());
    ASSERT_TRUE(parsed.ok()) << parsed.status().message();
    const auto network = DrumsNetwork::compile(test::drumsModel(), std::move(parsed.value()));
    ASSERT_FALSE(network.ok()) << place;
    EXPECT_EQ(network.status().code(), StatusCode::kBadModel);
    EXPECT_NE(network.status().message().find("expected"), std::string::npos);
  }
  json document = good();
  document["instruments"].erase(6);
  auto parsed = parseDrumsDocument(document.dump());
  ASSERT_TRUE(parsed.ok());
  EXPECT_FALSE(DrumsNetwork::compile(test::drumsModel(), std::move(parsed.value())).ok());
}

}  // namespace
}  // namespace divisi::drums
