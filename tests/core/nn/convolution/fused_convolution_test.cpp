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
  int64_t groups = 1;
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
  const std::vector<int64_t> kernel = {c.outputs, c.kernel[0], c.kernel[1], channels / c.groups};
  const size_t count = elements(kernel);
  json attributes = {{"stride", c.stride}, {"dilation", c.dilation}, {"groups", c.groups}};
  attributes[c.transposed ? "crop" : "padding"] = c.padding;
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
          .outputs = c.outputs,
          .groups = c.groups};
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

TEST(NnFusedConvolution, ConvolutionsToFewOutputs) {
  // The ends of networks that tell one number a pixel, with padding on all sides, on one, and none.
  const std::vector<Case> cases = {
      {.size = {9, 37},
       .channels = {8},
       .outputs = 1,
       .kernel = {5, 5},
       .stride = {1, 1},
       .padding = {2, 2, 2, 2}},
      {.size = {12, 22},
       .channels = {32},
       .outputs = 1,
       .kernel = {7, 3},
       .stride = {1, 1},
       .padding = {3, 3, 1, 1}},
      {.size = {5, 16}, .channels = {16}, .outputs = 3, .kernel = {1, 1}, .stride = {1, 1}},
      {.size = {7, 11},
       .channels = {4, 8},
       .outputs = 2,
       .kernel = {3, 4},
       .stride = {1, 1},
       .padding = {2, 0, 0, 3}},
      {.size = {8, 9},
       .channels = {8},
       .outputs = 3,
       .kernel = {2, 5},
       .stride = {1, 1},
       .padding = {1, 1, 4, 4}},
  };
  uint32_t seed = 70;
  for (const Case& c : cases) {
    ASSERT_EQ(FusedConvolution::kindFor(geometryOf(c)), ConvolutionKind::kNarrowOutput);
    expectAllKinds(c, seed++);
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

TEST(NnFusedConvolution, AnyWindowWithOrWithoutGroups) {
  Random random(37);
  for (uint32_t i = 0; i < 60; ++i) {
    Case c;
    c.transposed = i % 2 == 1;
    c.groups = std::array<int64_t, 3>{1, 2, 3}[i % 3];
    c.size = {random.between(1, 20), random.between(1, 40)};
    // Two sources whose border need not be one of groups.
    const int64_t channels = c.groups * random.between(c.groups == 1 ? 8 : 1, 12);
    c.channels = {channels};
    if (channels > 1) c.channels = {1, channels - 1};
    c.outputs = c.groups * random.between(1, 20);
    c.kernel = {random.between(1, 5), random.between(1, 5)};
    c.stride = {random.between(1, 4), random.between(1, 4)};
    c.dilation = {random.between(1, 3), random.between(1, 3)};
    for (size_t side = 0; side < 4; ++side) c.padding[side] = random.between(0, 3);
    for (const size_t axis : {size_t{0}, size_t{1}}) {
      const int64_t extent = (c.kernel[axis] - 1) * c.dilation[axis] + 1;
      const int64_t length = c.transposed ? (c.size[axis] - 1) * c.stride[axis] + extent : extent;
      if (c.transposed) {
        if (length <= 6) c.padding[2 * axis] = c.padding[2 * axis + 1] = 0;
      } else {
        c.padding[2 * axis] += std::max<int64_t>(0, length - c.size[axis]);
      }
    }
    SCOPED_TRACE(testing::Message()
                 << testing::PrintToString(c.size) << testing::PrintToString(c.channels)
                 << c.outputs << testing::PrintToString(c.kernel));
    expectAllKinds(c, 500 + i);
  }
}

TEST(NnFusedConvolution, EachChannelByItself) {
  for (const bool transposed : {false, true}) {
    for (const int64_t channels : {2, 7, 8, 21}) {
      expectAllKinds({.transposed = transposed,
                      .size = {9, 14},
                      .channels = {channels},
                      .outputs = channels,
                      .kernel = {3, 4},
                      .stride = {1, 2},
                      .dilation = {2, 1},
                      .padding = {1, 2, 1, 0},
                      .groups = channels},
                     static_cast<uint32_t>(channels));
    }
  }
}

TEST(NnFusedConvolution, OneAxisAlone) {
  // Several blocks of columns; one axis upright; both strides of HTDemucs' time branch; a dilation.
  for (const bool upright : {false, true}) {
    for (const bool transposed : {false, true}) {
      for (const int64_t stride : {1, 4}) {
        const auto both = [&](int64_t length, int64_t one) {
          return upright ? std::vector<int64_t>{length, one} : std::vector<int64_t>{one, length};
        };
        Case c = {.transposed = transposed,
                  .size = both(transposed ? 700 : 2700, 1),
                  .channels = {20},
                  .outputs = 12,
                  .kernel = both(stride == 4 ? 8 : 3, 1),
                  .stride = both(stride, 1),
                  .dilation = both(stride == 4 ? 1 : 2, 1)};
        const size_t axis = upright ? 0 : 2;
        c.padding[axis] = c.padding[axis + 1] = 2;
        expectAllKinds(c, static_cast<uint32_t>(stride));
      }
    }
  }
}

TEST(NnFusedConvolution, KernelsInSixteenAndEightBitsStaySo) {
  for (const StoredAs as : {StoredAs::kF16, StoredAs::kI8}) {
    const Case c = {.size = {1, 400},
                    .channels = {96},
                    .outputs = 260,
                    .kernel = {1, 3},
                    .stride = {1, 1},
                    .padding = {0, 0, 1, 1}};
    Random random(3);
    ModelBuilder narrow = modelOf(c, random, true, true, as);
    ModelBuilder floats = narrow;
    for (ModelBuilder* model : {&narrow, &floats}) {
      for (StoredTensor& tensor : model->tensors) {
        if (tensor.name != "k") continue;
        for (float& value : tensor.values) {
          if (as == StoredAs::kF16) value = std::round(value * 512) / 512;
          if (as == StoredAs::kI8 && model == &floats) value *= 0.01F;
        }
        if (model == &floats) tensor.as = StoredAs::kF32;
      }
    }
    std::erase_if(floats.tensors, [](const auto& tensor) { return tensor.name == "k.scale"; });
    expectAgreementWith(floats, narrow);
  }
}

TEST(NnFusedConvolution, GroupsThatDoNotFitAreNamed) {
  const auto fault = [](int64_t channels, int64_t outputs, int64_t groups) {
    Random random(1);
    ModelBuilder model = modelOf({.size = {4, 4},
                                  .channels = {channels},
                                  .outputs = outputs,
                                  .kernel = {1, 1},
                                  .stride = {1, 1}},
                                 random, false, false);
    model.graph["nodes"][0]["attributes"]["groups"] = groups;
    for (StoredTensor& tensor : model.tensors) {
      if (tensor.name != "k") continue;
      tensor.shape[3] = channels / std::max<int64_t>(groups, 1);
      tensor.values.resize(elements(tensor.shape));
    }
    const auto bytes = model.bytes();
    const auto opened = Model::open(bytes);
    EXPECT_EQ(opened.status().code(), StatusCode::kBadModel);
    return opened.status().message();
  };
  EXPECT_NE(fault(7, 4, 2).find("the 7 channels of the input [4, 4, 7] cannot be split into 2"),
            std::string::npos);
  EXPECT_NE(fault(4, 7, 2).find("the 7 outputs of the weight 'k' cannot be split into 2"),
            std::string::npos);
  EXPECT_NE(fault(4, 4, 0).find("'groups'"), std::string::npos);
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
