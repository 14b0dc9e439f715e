#include "chords/chord_document.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "chords/chord_network.h"
#include "chords/crema.h"
#include "nn/model_builder.h"

namespace divisi::chords {
namespace {

using nlohmann::json;

json cremaTask() { return json::parse(test::crema().taskJson()); }

TEST(ChordDocument, ReadsTheCataloguesDocument) {
  const auto read = parseChordDocument(test::crema().taskJson());
  ASSERT_TRUE(read.ok()) << read.status().message();
  const ChordDocument& document = read.value();
  EXPECT_EQ(document.constantQ.sampleRate, 44100);
  EXPECT_EQ(document.constantQ.hop, 4096);
  EXPECT_EQ(document.constantQ.octaves, 7);
  EXPECT_EQ(document.constantQ.binsPerOctave, 36);
  EXPECT_EQ(document.features.rangeDb, 80);
  EXPECT_EQ(document.frames, 64U);
  EXPECT_EQ(document.context, 2U);
  ASSERT_EQ(document.layers.size(), 2U);
  EXPECT_EQ(document.layers[1].backward, "backward2");
  EXPECT_EQ(document.labels.size(), 170U);
  EXPECT_EQ(document.labels[document.noChord], "N");
  EXPECT_NEAR(document.stay + 169 * document.change, 1, 1e-6);
}

struct Damage {
  std::string pointer;
  json value;  // null: removed
  StatusCode code;
  std::string words;
};

TEST(ChordDocument, FaultsAreNamed) {
  const auto bad = StatusCode::kBadModel;
  const auto unknown = StatusCode::kUnsupported;
  const Damage damages[] = {
      {"/version", 2, unknown, "version 2"},
      {"/task", "tagging", bad, "'tagging'"},
      {"/sampleRate", 7999, bad, "got 7999"},
      {"/channels", 2, unknown, "2 channels"},
      {"/frontEnd", nullptr, bad, "frontEnd is missing"},
      {"/frontEnd/type", "stft", unknown, "'stft'"},
      {"/frontEnd/hop", 1, bad, "got 1"},
      {"/frontEnd/minHz", 0, bad, "got 0"},
      {"/frontEnd/octaves", 1, bad, "got 1"},
      {"/frontEnd/binsPerOctave", 97, bad, "got 97"},
      {"/frontEnd/harmonics", {1, 3}, unknown, "harmonics must be [1, 2]"},
      {"/frontEnd/rangeDb", nullptr, bad, "rangeDb is missing"},
      {"/frontEnd/scale", {1.5}, bad, "frontEnd.scale must be two numbers"},
      {"/frontEnd/offset", {1, 1e9}, bad, "frontEnd.offset must be two numbers"},
      {"/frontEnd/window", "hann", bad, "window"},
      {"/chunking/frames", 0, bad, "got 0"},
      {"/chunking/contextFrames", -1, bad, "got -1"},
      {"/front", nullptr, bad, "front is missing"},
      {"/layers", json::array(), bad, "layers"},
      {"/layers/0", 3, bad, "layers[0] must be an object, got 3"},
      {"/layers/1/backward", nullptr, bad, "layers[1].backward is missing"},
      {"/outputs/bass", nullptr, bad, "outputs.bass is missing"},
      {"/decoding/stay", 0, bad, "stay"},
      {"/decoding/change", 2, bad, "got 2"},
      {"/labels", json::array(), bad, "got 0"},
      {"/labels/1", "A#:7", bad, "'A#:7' is named twice"},
      {"/noChord", "none", bad, "'none'"},
      {"/tempo", 1, bad, "tempo"},
  };
  for (const Damage& damage : damages) {
    json document = cremaTask();
    const json::json_pointer pointer(damage.pointer);
    if (damage.value.is_null()) {
      document.at(pointer.parent_pointer()).erase(pointer.back());
    } else {
      document[pointer] = damage.value;
    }
    const auto read = parseChordDocument(document.dump());
    ASSERT_FALSE(read.ok()) << damage.pointer;
    EXPECT_EQ(read.status().code(), damage.code) << read.status().message();
    EXPECT_NE(read.status().message().find(damage.words), std::string::npos)
        << read.status().message();
  }
}

TEST(ChordNetwork, GraphAndDocumentMustFit) {
  struct Misfit {
    std::string pointer;
    json value;
    std::string words;
  };
  const Misfit misfits[] = {
      {"/chunking/frames", 32, "expected 32 rows"},
      {"/chunking/contextFrames", 3, "expected [70, 216, 2]"},
      {"/frontEnd/octaves", 6, "expected [68, 180, 2]"},
      {"/layers/0/forward", "forward9", "no output 'forward9'"},
      {"/layers", json::array({cremaTask()["layers"][0]}), "4 inputs; expected 3"},
      {"/outputs/bass", "chords", "twice"},
      {"/labels", {"N", "X"}, "expected [64, 2]"},
  };
  for (const Misfit& misfit : misfits) {
    json task = cremaTask();
    task[json::json_pointer(misfit.pointer)] = misfit.value;
    auto document = parseChordDocument(task.dump());
    ASSERT_TRUE(document.ok()) << document.status().message();
    const auto network = ChordNetwork::compile(test::crema(), std::move(document.value()));
    ASSERT_FALSE(network.ok()) << misfit.pointer;
    EXPECT_NE(network.status().message().find(misfit.words), std::string::npos)
        << network.status().message();
  }
}

}  // namespace
}  // namespace divisi::chords
