// Convolutions that run on kernels of our own, with what is fused into them, against the
// definitions in double precision.
#include "nn/convolution/fused_convolution.h"

#include <gtest/gtest.h>

#include "nn/run.h"

namespace divisi::nn::test {
namespace {

struct Case {
  bool transposed = false;
  std::vector<int64_t> size;      // of the input
  std::vector<int64_t> channels;  // of each source
  int64_t outputs = 0;
  std::vector<int64_t> kernel;
  std::vector<int64_t> stride;
  std::vector<int64_t> dilation = {1, 1};
  std::vector<int64_t> padding = {0, 0, 0, 0};  // or crop
};

// Sources joined, affine and leaky relu, the convolution with relu, affine: each if asked for.
ModelBuilder modelOf(const Case& c, Random& random, bool before, bool after,
                     StoredAs as = StoredAs::kF32) {
  ModelBuilder model;
  std::vector<std::string> sources;
  int64_t channels = 0;
  for (size_t i = 0; i < c.channels.size(); ++i) {
    sources.push_back("source" + std::to_string(i));
    model.input(sources.back(), {c.size[0], c.size[1], c.channels[i]});
    channels += c.channels[i];
  }
  std::string value = sources[0];
  if (sources.size() > 1) {
    model.node("concat", sources, "joined", {{"axis", -1}});
    value = "joined";
  }
  const auto n = [](int64_t count) { return static_cast<size_t>(count); };
  if (before) {
    model.node("affine", {value}, "scaled", {}, {{"scale", "s0"}, {"offset", "o0"}})
        .node("leaky_relu", {"scaled"}, "bent", {{"slope", 0.25}})
        .tensor("s0", {channels}, random.floats(n(channels)))
        .tensor("o0", {channels}, random.floats(n(channels)));
    value = "bent";
  }
  const std::vector<int64_t> kernel = {c.outputs, c.kernel[0], c.kernel[1], channels};
  const auto count = n(c.outputs * c.kernel[0] * c.kernel[1] * channels);
  json attributes = {{"stride", c.stride}};
  attributes[c.transposed ? "crop" : "padding"] = c.padding;
  if (!c.transposed) attributes["dilation"] = c.dilation;
  if (after) attributes["activation"] = "relu";
  std::vector<float> weights = random.floats(count, as == StoredAs::kI8 ? 127.0F : 1.0F);
  if (as == StoredAs::kI8) {
    for (float& weight : weights) weight = std::round(weight);
    model.tensor("k.scale", {c.outputs}, std::vector<float>(n(c.outputs), 0.01F));
  }
  model.tensor("k", kernel, weights, as)
      .tensor("b", {c.outputs}, random.floats(n(c.outputs)))
      .node(c.transposed ? "transposed_conv2d" : "conv2d", {value}, "sum", attributes,
            {{"kernel", "k"}, {"bias", "b"}});
  value = "sum";
  if (after) {
    model.node("affine", {value}, "done", {}, {{"scale", "s1"}, {"offset", "o1"}})
        .tensor("s1", {c.outputs}, random.floats(n(c.outputs)))
        .tensor("o1", {c.outputs}, random.floats(n(c.outputs)));
    value = "done";
  }
  model.output("result", value);
  return model;
}

FusedGeometry geometryOf(const Case& c) {
  return {.transposed = c.transposed,
          .input = {c.size[0], c.size[1]},
          .output = {8, 8},
          .kernel = {c.kernel[0], c.kernel[1]},
          .stride = {c.stride[0], c.stride[1]},
          .dilation = {c.dilation[0], c.dilation[1]},
          .before = {c.padding[0], c.padding[2]},
          .sourceChannels = c.channels,
          .outputs = c.outputs};
}

void expectAllKinds(const Case& c, uint32_t seed) {
  // Else the test would be about XNNPACK.
  ASSERT_TRUE(FusedConvolution::suits(geometryOf(c)));
  Random random(seed);
  for (const bool before : {false, true}) {
    for (const bool after : {false, true}) {
      SCOPED_TRACE("seed " + std::to_string(seed) + (before ? ", before" : "") +
                   (after ? ", after" : ""));
      expectAgreement(modelOf(c, random, before, after), seed);
    }
  }
}

TEST(NnFusedConvolution, StridedLayersOfAUNet) {
  // Every width of a last block and tile, both tile sizes, an odd size in both axes.
  for (const int64_t height : {2, 3, 7, 16, 33}) {
    expectAllKinds({.size = {height, 61},
                    .channels = {16},
                    .outputs = 24,
                    .kernel = {5, 5},
                    .stride = {2, 2},
                    .padding = {1, 2, 1, 2}},
                   static_cast<uint32_t>(height));
  }
}

TEST(NnFusedConvolution, TransposedLayersOfAUNet) {
  for (const int64_t height : {1, 2, 5, 8, 24}) {
    expectAllKinds({.transposed = true,
                    .size = {height, 29},
                    .channels = {12, 8},
                    .outputs = 16,
                    .kernel = {5, 5},
                    .stride = {2, 2},
                    .padding = {1, 2, 1, 2}},
                   static_cast<uint32_t>(height));
  }
}

TEST(NnFusedConvolution, FilteringOfManyRandomShapes) {
  Random random(17);
  for (uint32_t i = 0; i < 24; ++i) {
    Case c;
    c.transposed = random.between(0, 1) == 1;
    c.size = {random.between(6, 30), random.between(6, 40)};
    c.channels = {4 * random.between(1, 4), 4 * random.between(3, 6)};
    c.outputs = 8 * random.between(2, 10);
    c.stride = {random.between(1, 2), random.between(1, 2)};
    // From two taps an axis, and no phase without one, to three a phase.
    c.kernel = {random.between(2, 3 * c.stride[0]), random.between(2, 3 * c.stride[1])};
    for (size_t side = 0; side < 4; ++side) {
      c.padding[side] = random.between(0, c.kernel[side / 2] - 1);
    }
    expectAllKinds(c, 100 + i);
  }
}

TEST(NnFusedConvolution, LargeKernelsAreTransformedAsTheyAreNeeded) {
  expectAllKinds({.size = {9, 11},
                  .channels = {128},
                  .outputs = 136,
                  .kernel = {5, 5},
                  .stride = {2, 2},
                  .padding = {1, 2, 1, 2}},
                 7);
}

TEST(NnFusedConvolution, FewChannelsToMany) {
  Random random(23);
  for (uint32_t i = 0; i < 12; ++i) {
    Case c;
    c.size = {random.between(8, 20), random.between(8, 40)};
    c.channels = {random.between(1, 5), random.between(1, 10)};
    c.outputs = 8 * random.between(1, 3);
    c.kernel = {random.between(1, 5), random.between(1, 7)};
    c.stride = {random.between(1, 3), random.between(1, 3)};
    c.dilation = {random.between(1, 2), 1};
    for (size_t side = 0; side < 4; ++side) c.padding[side] = random.between(0, 3);
    expectAllKinds(c, 200 + i);
  }
}

TEST(NnFusedConvolution, ManyChannelsToFew) {
  Random random(29);
  for (uint32_t i = 0; i < 16; ++i) {
    Case c;
    c.transposed = true;
    c.size = {random.between(2, 12), random.between(2, 40)};
    c.channels = {4 * random.between(1, 3), 4 * random.between(1, 4)};
    c.outputs = random.between(1, 3);
    c.stride = {random.between(1, 3), random.between(1, 3)};
    c.kernel = {random.between(c.stride[0], 7), random.between(c.stride[1], 7)};
    for (size_t side = 0; side < 4; ++side) {
      c.padding[side] = random.between(0, (c.kernel[side / 2] - 1) / 2);
    }
    expectAllKinds(c, 300 + i);
  }
}

TEST(NnFusedConvolution, FewChannelsToFew) {
  Random random(31);
  for (uint32_t i = 0; i < 16; ++i) {
    Case c;
    c.size = {random.between(10, 20), random.between(10, 70)};
    c.channels = {random.between(1, 2), random.between(1, 2)};
    c.outputs = random.between(1, 3);
    c.kernel = {random.between(1, 4), random.between(1, 4)};
    c.stride = {1, 1};
    c.dilation = {random.between(1, 3), random.between(1, 3)};
    for (size_t side = 0; side < 4; ++side) c.padding[side] = random.between(0, 5);
    expectAllKinds(c, 400 + i);
  }
}

TEST(NnFusedConvolution, ShapesThatWouldTakeScratchWithoutBoundAreLeftAlone) {
  const int64_t huge = int64_t{1} << 28;
  EXPECT_FALSE(FusedConvolution::suits({.input = {1, huge},
                                        .output = {1, huge},
                                        .kernel = {3, 3},
                                        .sourceChannels = {1},
                                        .outputs = 1}));
  EXPECT_FALSE(FusedConvolution::suits({.input = {huge, 4},
                                        .output = {1, 4},
                                        .kernel = {3, 1},
                                        .dilation = {huge / 2, 1},
                                        .sourceChannels = {1},
                                        .outputs = 8}));
  EXPECT_FALSE(FusedConvolution::suits({.transposed = true,
                                        .input = {1, huge / 8},
                                        .output = {4, huge},
                                        .kernel = {16, 16},
                                        .stride = {2, 2},
                                        .sourceChannels = {8},
                                        .outputs = 7}));
  EXPECT_FALSE(FusedConvolution::suits({.input = {2, 2},
                                        .output = {2, 2},
                                        .kernel = {3, 3},
                                        .sourceChannels = {huge},
                                        .outputs = 16}));
}

TEST(NnFusedConvolution, KernelsInEightBits) {
  for (const int64_t outputs : {16, 136}) {
    const Case c = {.size = {12, 20},
                    .channels = {64},
                    .outputs = outputs,
                    .kernel = {5, 5},
                    .stride = {2, 2},
                    .padding = {1, 2, 1, 2}};
    Random random(3);
    Random again(3);
    const ModelBuilder quantised = modelOf(c, random, true, true, StoredAs::kI8);
    ModelBuilder floats = modelOf(c, again, true, true, StoredAs::kI8);
    for (StoredTensor& tensor : floats.tensors) {
      if (tensor.name != "k") continue;
      tensor.as = StoredAs::kF32;
      for (float& value : tensor.values) value *= 0.01F;
    }
    std::erase_if(floats.tensors, [](const auto& tensor) { return tensor.name == "k.scale"; });
    expectAgreementWith(floats, quantised);
  }
}

}  // namespace
}  // namespace divisi::nn::test
