// What the task document of a model for notes must be like.
#include "notes/activations/notes_document.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "notes/activations/notes_network.h"
#include "notes/notes_run.h"

namespace divisi::notes {
namespace {

using nlohmann::json;

json good() { return json::parse(std::string(test::basicPitch().taskJson())); }

TEST(NotesDocument, ReadsTheCatalogues) {
  const auto document = parseNotesDocument(good().dump());
  ASSERT_TRUE(document.ok()) << document.status().message();
  EXPECT_EQ(document.value().pitches(), 88U);
  EXPECT_EQ(document.value().keptColumns(), 142U);
  EXPECT_EQ(document.value().lowestPitch, 21);
  EXPECT_EQ(document.value().spectrum.frames, 43844U);
  EXPECT_EQ(document.value().spectrum.harmonics.size(), 8U);
  EXPECT_EQ(document.value().refinement.output, "log-odds");
}

TEST(NotesDocument, FaultsAreNamed) {
  const struct {
    const char* place;
    json value;
    StatusCode code;
    const char* message;
  } cases[] = {
      {"/version", 2, StatusCode::kUnsupported, "version"},
      {"/task", "chords", StatusCode::kBadModel, "expected a model for notes"},
      {"/channels", 2, StatusCode::kUnsupported, "2 channels"},
      {"/lowestPitch", 100, StatusCode::kBadModel, "lowestPitch"},
      {"/frontEnd/type", "mel", StatusCode::kUnsupported, "'mel'"},
      {"/frontEnd/binsPerOctave", 24, StatusCode::kUnsupported, "binsPerOctave"},
      {"/frontEnd/bins", 310, StatusCode::kBadModel, "bins"},
      {"/frontEnd/bins", 263, StatusCode::kBadModel, "bins"},
      {"/frontEnd/harmonics", json::array(), StatusCode::kBadModel, "harmonics"},
      {"/frontEnd/harmonics", json::array({0}), StatusCode::kBadModel, "harmonics"},
      {"/frontEnd/hop", 255, StatusCode::kUnsupported, "255 frames apart"},
      {"/chunking/frames", 40000, StatusCode::kUnsupported, "40000 frames"},
      {"/chunking/marginColumns", 86, StatusCode::kBadModel, "marginColumns"},
      {"/refinement/contextColumns", 207, StatusCode::kBadModel, "contextColumns"},
      {"/refinement/output", "", StatusCode::kBadModel, "refinement.output"},
      {"/more", 1, StatusCode::kBadModel, "more"},
  };
  for (const auto& [place, value, code, message] : cases) {
    json document = good();
    document[json::json_pointer(place)] = value;
    const auto parsed = parseNotesDocument(document.dump());
    ASSERT_FALSE(parsed.ok()) << place;
    EXPECT_EQ(parsed.status().code(), code) << place << ": " << parsed.status().message();
    EXPECT_NE(parsed.status().message().find(message), std::string::npos)
        << parsed.status().message();
  }
}

TEST(NotesDocument, AGraphThatDoesNotFitIsRefused) {
  json document = good();
  document["chunking"]["columns"] = 170;
  auto parsed = parseNotesDocument(document.dump());
  ASSERT_TRUE(parsed.ok()) << parsed.status().message();
  const auto network = NotesNetwork::compile(test::basicPitch(), std::move(parsed.value()));
  ASSERT_FALSE(network.ok());
  EXPECT_EQ(network.status().code(), StatusCode::kBadModel);
  EXPECT_NE(network.status().message().find("172"), std::string::npos);
}

}  // namespace
}  // namespace divisi::notes
