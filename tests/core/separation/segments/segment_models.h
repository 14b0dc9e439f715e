// Models that hear segments, small ones, for tests.
#pragma once

#include <string>
#include <vector>

#include "separation/separator_run.h"

namespace divisi::test {

inline constexpr int kSegment = 500;
inline constexpr int kSegmentHop = 375;

/// A task with a waveform and a spectrum in and out, as HTDemucs', of two stems.
inline nlohmann::json hybridTask() {
  return {{"version", 1},
          {"task", "separation"},
          {"sampleRate", 44100},
          {"channels", 2},
          {"segments",
           {{"frames", kSegment},
            {"hopFrames", kSegmentHop},
            {"join", "triangular"},
            {"end", "centred"}}},
          {"normalisation",
           {{"over", "song"}, {"mean", "removed"}, {"scale", "deviation"}, {"epsilon", 1e-8}}},
          {"stft",
           {{"fftSize", 64},
            {"hop", 16},
            {"window", "hann"},
            {"scale", "root"},
            {"leadFrames", 24},
            {"columns", 32},
            {"padding", "reflect"},
            {"bins", 32},
            {"edges", "faded"}}},
          {"inputs",
           {{{"name", "waveform"}, {"value", "waveform"}, {"layout", "1 frames channels"}},
            {{"name", "spectrum"},
             {"value", "spectrum"},
             {"layout", "bins columns (channels parts)"}}}},
          {"stems", {"voice", "band"}},
          {"outputs",
           {{{"name", "spectrum-stems"},
             {"value", "spectrum"},
             {"layout", "bins columns (stems channels parts)"}},
            {{"name", "waveform-stems"},
             {"value", "waveform"},
             {"layout", "1 frames (stems channels)"}}}},
          {"residual", "shared"}};
}

/// A convolution [H, W, in] -> [H, W, out] with zeros around.
inline void addConvolution(nn::test::ModelBuilder& builder, nn::test::Random& random,
                           const std::string& input, const std::string& output, int64_t in,
                           int64_t out, int64_t height, int64_t width, bool relu) {
  const auto count = static_cast<size_t>(out * height * width * in);
  const float scale = 1.2F / std::sqrt(static_cast<float>(height * width * in));
  builder.tensor(output + "/kernel", {out, height, width, in}, random.floats(count, scale));
  builder.tensor(output + "/bias", {out}, random.floats(static_cast<size_t>(out), 0.02F));
  const int64_t top = (height - 1) / 2;
  const int64_t left = (width - 1) / 2;
  nlohmann::json attributes = {{"padding", {top, height - 1 - top, left, width - 1 - left}}};
  if (relu) attributes["activation"] = "relu";
  builder.node("conv2d", {input}, output, attributes,
               {{"kernel", output + "/kernel"}, {"bias", output + "/bias"}});
}

/// Two random convolutions a branch, with a ReLU between: what comes out depends on the neighbours,
/// on the level and, through the padding, on the place in the segment, as a large network's does.
inline nn::test::ModelBuilder hybridModel(const nlohmann::json& task = hybridTask()) {
  nn::test::ModelBuilder builder;
  nn::test::Random random(5);
  builder.task = task;
  builder.input("waveform", {1, kSegment, 2});
  builder.input("spectrum", {32, 32, 4});
  addConvolution(builder, random, "spectrum", "spectrum/inner", 4, 8, 3, 3, true);
  addConvolution(builder, random, "spectrum/inner", "spectrum-stems", 8, 8, 3, 3, false);
  addConvolution(builder, random, "waveform", "waveform/inner", 2, 8, 1, 5, true);
  addConvolution(builder, random, "waveform/inner", "waveform-stems", 8, 4, 1, 5, false);
  builder.output("spectrum-stems", "spectrum-stems");
  builder.output("waveform-stems", "waveform-stems");
  return builder;
}

inline const Model& hybrid() {
  static const LoadedModel loaded = loadModel(hybridModel().bytes());
  return *loaded.model;
}

}  // namespace divisi::test
