#include "beats/network/beats_document.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "beats/beats_run.h"
#include "beats/network/beats_network.h"
#include "nn/model_builder.h"

namespace divisi::beats {
namespace {

using nlohmann::json;

json document() { return json::parse(test::beatnet().taskJson()); }

TEST(BeatsDocument, ReadsADocument) {
  const auto task = parseBeatsDocument(document().dump());
  ASSERT_TRUE(task.ok()) << task.status().message();
  EXPECT_EQ(task.value().frontEnd.sampleRate, 22050);
  EXPECT_EQ(task.value().frontEnd.fftSize, 1411);
  EXPECT_EQ(task.value().frontEnd.hop, 441);
  EXPECT_EQ(task.value().frontEnd.bandsPerOctave, 24);
  EXPECT_EQ(task.value().frontEnd.minHz, 30);
  EXPECT_EQ(task.value().frontEnd.maxHz, 17000);
  EXPECT_EQ(task.value().chunkFrames, 50);
  EXPECT_EQ(task.value().activationsOutput, "activations");
  ASSERT_TRUE(task.value().nonCausal);
  EXPECT_EQ(task.value().nonCausal->frames, 2048);
  EXPECT_EQ(task.value().nonCausal->contextFrames, 513);
  EXPECT_EQ(task.value().nonCausal->output, "log-odds");
}

TEST(BeatsDocument, TheNonCausalNetworkMayBeLeftOut) {
  json without = document();
  without.erase("nonCausal");
  const auto task = parseBeatsDocument(without.dump());
  ASSERT_TRUE(task.ok()) << task.status().message();
  EXPECT_FALSE(task.value().nonCausal);
}

struct Damage {
  std::string pointer;  ///< JSON pointer
  json value;           ///< null: removed
  StatusCode code;
  std::string words;
};

TEST(BeatsDocument, FaultsAreNamed) {
  const auto bad = StatusCode::kBadModel;
  const auto unknown = StatusCode::kUnsupported;
  for (const Damage& damage :
       std::vector<Damage>{{"/version", 2, unknown, "2"},
                           {"/task", "tagging", bad, "'tagging'"},
                           {"/sampleRate", 100, bad, "100"},
                           {"/channels", 2, unknown, "2 channels"},
                           {"/frontEnd", nullptr, bad, "frontEnd"},
                           {"/frontEnd/type", "mel", unknown, "'mel'"},
                           {"/frontEnd/window", "hann", unknown, "'hann'"},
                           {"/frontEnd/padding", "reflect", unknown, "'reflect'"},
                           {"/frontEnd/difference", "fall", unknown, "'fall'"},
                           {"/frontEnd/fftSize", 8, bad, "8"},
                           {"/frontEnd/hop", 1500, bad, "1500"},
                           {"/frontEnd/bandsPerOctave", 0, bad, "bandsPerOctave"},
                           {"/frontEnd/minHz", 12000, bad, "12000"},
                           {"/frontEnd/maxHz", 31, bad, "holds no band"},
                           {"/frontEnd/gain", 0, bad, "gain"},
                           {"/frontEnd/loudness", 1, bad, "loudness"},
                           {"/chunking/frames", 0, bad, "frames"},
                           {"/outputs/activations", nullptr, bad, "activations"},
                           {"/nonCausal", 1, bad, "nonCausal"},
                           {"/nonCausal/frames", 0, bad, "frames"},
                           {"/nonCausal/contextFrames", 1024, bad, "1024"},
                           {"/nonCausal/output", nullptr, bad, "output"},
                           {"/nonCausal/channels", 1, bad, "channels"}}) {
    json changed = document();
    const json::json_pointer pointer(damage.pointer);
    if (damage.value.is_null()) {
      changed[pointer.parent_pointer()].erase(pointer.back());
    } else {
      changed[pointer] = damage.value;
    }
    const auto task = parseBeatsDocument(changed.dump());
    ASSERT_FALSE(task.ok()) << damage.pointer;
    EXPECT_EQ(task.status().code(), damage.code) << damage.pointer << task.status().message();
    EXPECT_NE(task.status().message().find(damage.words), std::string::npos)
        << damage.pointer << ": " << task.status().message();
  }
}

/// Networks of the given shapes that compute nothing of use: the one that hears the past and, where
/// `heard` is not 0, the one that hears both sides.
std::vector<std::byte> network(int64_t frames, int64_t features, int64_t classes,
                               int64_t heard = 0) {
  nn::test::ModelBuilder builder;
  builder.task = document();
  builder.task["chunking"]["frames"] = 4;
  builder.task.erase("nonCausal");
  if (heard > 0) {
    builder.task["nonCausal"] = {{"frames", 8}, {"contextFrames", 2}, {"output", "log-odds"}};
  }
  builder.input("features", {frames, features, 1});
  builder.node("reshape", {"features"}, "flat", {{"shape", {frames, features}}});
  builder.tensor("kernel", {classes, features},
                 std::vector<float>(static_cast<size_t>(classes * features)));
  builder.tensor("bias", {classes}, std::vector<float>(static_cast<size_t>(classes)));
  builder.node("dense", {"flat"}, "sums", json::object(), {{"kernel", "kernel"}, {"bias", "bias"}});
  builder.node("softmax", {"sums"}, "probabilities");
  builder.output("activations", "probabilities");
  if (heard > 0) {
    builder.input("heard", {8, 1, heard});
    builder.node("slice", {"heard"}, "two", {{"axis", 2}, {"start", 0}, {"end", 2}});
    builder.output("log-odds", "two");
  }
  return builder.bytes();
}

TEST(BeatsNetwork, PortsMustFitTheDocument) {
  struct Case {
    int64_t frames;
    int64_t features;
    int64_t classes;
    int64_t heard;
    std::string words;
  };
  for (const Case& given : {Case{4, 272, 3, 0, ""}, Case{5, 272, 3, 0, "[5, 272, 1]"},
                            Case{4, 270, 3, 0, "[4, 270, 1]"}, Case{4, 272, 2, 0, "[4, 2]"},
                            Case{4, 272, 3, 138, ""}, Case{4, 272, 3, 137, "[8, 1, 137]"}}) {
    const std::vector<std::byte> bytes =
        network(given.frames, given.features, given.classes, given.heard);
    const auto model = Model::open(bytes);
    ASSERT_TRUE(model.ok()) << model.status().message();
    const auto task = CompiledTask::compile(model.value());
    EXPECT_EQ(task.ok(), given.words.empty());
    if (task.ok()) continue;
    EXPECT_EQ(task.status().code(), StatusCode::kBadModel);
    EXPECT_NE(task.status().message().find(given.words), std::string::npos)
        << task.status().message();
  }
}

}  // namespace
}  // namespace divisi::beats
