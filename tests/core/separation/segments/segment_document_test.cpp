#include "separation/segments/document/segment_document.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "divisi/task.h"
#include "separation/segments/segment_models.h"

namespace divisi::test {
namespace {

using nlohmann::json;

struct Damage {
  std::string pointer;  ///< JSON pointer
  json value;           ///< null: removed
  std::string words;
};

/// Compiles a model whose task was damaged.
Status compileDamaged(const Damage& damage) {
  json task = hybridTask();
  const json::json_pointer pointer(damage.pointer);
  if (damage.value.is_null()) {
    json& parent = task.at(pointer.parent_pointer());
    if (parent.is_array()) {
      parent.erase(std::stoul(pointer.back()));
    } else {
      parent.erase(pointer.back());
    }
  } else {
    task[pointer] = damage.value;
  }
  const LoadedModel model = loadModel(hybridModel(task).bytes());
  return CompiledTask::compile(*model.model).status();
}

TEST(SegmentDocument, FaultsAreNamed) {
  const Damage damages[] = {
      {"/channels", 3, "channels must be an integer from 1 to 2, got 3"},
      {"/segments/frames", 0, "segments.frames"},
      {"/segments/hopFrames", 501, "hopFrames must be an integer from 1 to 500, got 501"},
      {"/segments/defaultHopFrames", 501,
       "defaultHopFrames must be an integer from 1 to 500, got 501"},
      {"/segments/join", "linear", "one of 'triangular', 'hann', 'none', got 'linear'"},
      {"/segments/end", nullptr, "segments.end is missing"},
      {"/segments/leadFrames", 500, "leadFrames"},
      {"/segments/start", 1, "there is no 'start'"},
      {"/normalisation/scale", "rms", "normalisation.scale must be one of"},
      {"/normalisation/over", "album", "normalisation.over must be one of"},
      {"/stft/fftSize", 63, "stft.fftSize must be even, got 63"},
      {"/stft/hop", 65, "stft.hop must be an integer from 1 to 64"},
      {"/stft/bins", 34, "stft.bins must be an integer from 1 to 33, got 34"},
      {"/stft/leadFrames", 65, "stft.leadFrames must be an integer from 0 to 64"},
      {"/stft/window", "kaiser", "stft.window must be one of"},
      {"/stft", nullptr, "inputs[1].value takes the member stft"},
      {"/stems", {"a", "a"}, "stem 'a' is named twice"},
      {"/stems", {"voice", "band", "drums"}, "divisi.graph: output 'spectrum-stems' has the shape"},
      {"/inputs/0/layout", "1 frames", "inputs[0].layout '1 frames' lacks 'channels'"},
      {"/inputs/0/layout", "1 frames columns channels", "has 'columns', which its value has not"},
      {"/inputs/0/layout", "1 (frames channels", "parentheses that do not match"},
      {"/inputs/0/layout", "1 time channels", "there is no axis 'time'"},
      {"/inputs/0/layout", "frames frames", "'frames' twice"},
      {"/inputs/0/layout", "stems frames channels", "which an input has not"},
      {"/inputs/0/layout", "frames channels",
       "input 'waveform' has the shape [1, 500, 2]; divisi.task, by the layout 'frames channels', "
       "says [500, 2]"},
      {"/inputs/0/name", "audio", "divisi.graph has no input 'audio'"},
      {"/inputs/0/name", "spectrum", "inputs[1].name 'spectrum' again"},
      {"/inputs/1", nullptr,
       "divisi.graph has 2 inputs, 'waveform', 'spectrum'; divisi.task names 1"},
      {"/inputs/1/value", "complex", "inputs[1].value must be one of"},
      {"/inputs/1/layout", "bins columns channels", "lacks 'parts'"},
      {"/outputs/0/name", "stems", "there is no output 'stems'"},
      {"/outputs/0/stems", {"voice", "choir"}, "'choir' is no stem of the model"},
      {"/outputs/0/stems", {"voice", "voice"}, "'voice' twice"},
      {"/outputs/0/gain", "loud", "outputs[0].gain"},
      {"/outputs/0/window", "hann", "there is no 'window'"},
      {"/residual", "kept", "residual must be one of 'shared'"},
      {"/remainder", "band", "remainder and residual exclude each other"},
      {"/level", {{"rmsDb", -12}}, "level and normalisation.scale exclude each other"},
      {"/ratioMask", {{"exponent", 1}, {"epsilon", 1e-10}}, "ratioMask takes outputs that are"},
      {"/backEnd", json::object(), "there is no 'backEnd'"},
  };
  for (const Damage& damage : damages) {
    const Status status = compileDamaged(damage);
    EXPECT_EQ(status.code(), StatusCode::kBadModel) << damage.pointer;
    EXPECT_NE(status.message().find(damage.words), std::string::npos)
        << damage.pointer << ": " << status.message();
  }
}

TEST(SegmentDocument, EveryStemComesFromSomewhere) {
  json task = hybridTask();
  for (json& output : task["outputs"]) output["stems"] = {"voice", nullptr};
  const auto document = separation::parseSegmentDocument(task.dump());
  EXPECT_EQ(document.status().code(), StatusCode::kBadModel);
  EXPECT_NE(document.status().message().find("no output gives the stem 'band'"), std::string::npos);
  task.erase("residual");
  task["remainder"] = "band";
  EXPECT_TRUE(separation::parseSegmentDocument(task.dump()).ok());
}

TEST(SegmentDocument, NewerVersionsAreUnsupported) {
  json task = hybridTask();
  task["version"] = 2;
  const auto document = separation::parseSegmentDocument(task.dump());
  EXPECT_EQ(document.status().code(), StatusCode::kUnsupported);
}

TEST(SegmentDocument, LayoutsSayWhereElementsLie) {
  using separation::Axis;
  const auto layout = separation::Layout::parse("1 bins columns (stems channels parts)");
  ASSERT_TRUE(layout.ok()) << layout.status().message();
  const separation::AxisSizes sizes = {0, 7, 5, 2, 2, 3};
  EXPECT_EQ(layout.value().shape(sizes), (std::vector<int64_t>{1, 5, 7, 12}));
  EXPECT_EQ(layout.value().stride(Axis::kParts, sizes), 1U);
  EXPECT_EQ(layout.value().stride(Axis::kStems, sizes), 4U);
  EXPECT_EQ(layout.value().stride(Axis::kColumns, sizes), 12U);
  EXPECT_EQ(layout.value().stride(Axis::kBins, sizes), 84U);
  EXPECT_EQ(layout.value().stride(Axis::kFrames, sizes), 0U);
}

}  // namespace
}  // namespace divisi::test
