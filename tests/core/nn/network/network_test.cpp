// Compiling and running: pruning, workspaces, input shapes, repeatability, outputs of every kind.
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmath>
#include <cstdlib>
#include <fstream>

#include "nn/run.h"

namespace divisi::nn::test {
namespace {

// Two small U-Nets over one input, like a separation model's.
ModelBuilder twoStems() {
  Random random(21);
  ModelBuilder model;
  model.input("mix", {16, 24, 2});
  for (const std::string stem : {"a", "b"}) {
    const auto weights = [&](const std::string& name, const std::vector<int64_t>& kernel) {
      model.tensor(stem + name + "/k", kernel, random.floats(elements(kernel), 0.3F));
      model.tensor(stem + name + "/b", {kernel[0]},
                   random.floats(static_cast<size_t>(kernel[0]), 0.1F));
      return json{{"kernel", stem + name + "/k"}, {"bias", stem + name + "/b"}};
    };
    const json down = {{"stride", {2, 2}}, {"padding", {1, 2, 1, 2}}};
    const json up = {{"stride", {2, 2}}, {"crop", {1, 2, 1, 2}}, {"activation", "relu"}};
    model.tensor(stem + "/s", {8}, random.floats(8)).tensor(stem + "/o", {8}, random.floats(8));
    model.node("conv2d", {"mix"}, stem + "1", down, weights("c1", {8, 5, 5, 2}))
        .node("affine", {stem + "1"}, stem + "n", {},
              {{"scale", stem + "/s"}, {"offset", stem + "/o"}})
        .node("leaky_relu", {stem + "n"}, stem + "r", {{"slope", 0.2}})
        .node("conv2d", {stem + "r"}, stem + "2", down, weights("c2", {12, 5, 5, 8}))
        .node("transposed_conv2d", {stem + "2"}, stem + "3", up, weights("u1", {8, 5, 5, 12}))
        .node("concat", {stem + "1", stem + "3"}, stem + "4")
        .node("transposed_conv2d", {stem + "4"}, stem + "5", up, weights("u2", {1, 5, 5, 16}))
        .node("conv2d", {stem + "5"}, stem + "6", {{"dilation", {2, 2}}, {"padding", {3, 3, 3, 3}}},
              weights("h", {2, 4, 4, 1}))
        .node("sigmoid", {stem + "6"}, stem + "7")
        .node("multiply", {stem + "7", "mix"}, stem + "8")
        .output(stem, stem + "8");
  }
  return model;
}

void fill(Runner& runner, uint32_t seed) {
  Random random(seed);
  for (FloatBuffer& input : runner.inputs) {
    const auto values = random.floats(input.size());
    std::copy(values.begin(), values.end(), input.data());
  }
}

std::vector<float> values(const FloatBuffer& buffer) {
  return {buffer.data(), buffer.data() + buffer.size()};
}

TEST(NnNetwork, AgreesWithTheReferenceAsAWhole) { expectAgreement(twoStems()); }

TEST(NnNetwork, PruningGivesTheSameNumbers) {
  const auto bytes = twoStems().bytes();
  auto both = Runner::compile(bytes);
  auto only = Runner::compile(bytes, {.outputs = {"b"}});
  ASSERT_TRUE(both.ok());
  ASSERT_TRUE(only.ok()) << only.status().message();
  ASSERT_EQ(only.value().network->outputs().size(), 1U);
  EXPECT_EQ(only.value().network->outputs()[0].name, "b");
  fill(both.value(), 5);
  fill(only.value(), 5);
  ASSERT_TRUE(both.value().run().ok());
  ASSERT_TRUE(only.value().run().ok());
  EXPECT_EQ(values(both.value().outputs[1]), values(only.value().outputs[0]));
}

TEST(NnNetwork, PruningLeavesOtherWeightsUnread) {
  // A damaged weight of stem a does not matter to stem b, which shows that it was not expanded.
  ModelBuilder model = twoStems();
  model.tensors[0].values[0] = NAN;
  const auto bytes = model.bytes();
  EXPECT_FALSE(Runner::compile(bytes).ok());
  EXPECT_FALSE(Runner::compile(bytes, {.outputs = {"a"}}).ok());
  EXPECT_TRUE(Runner::compile(bytes, {.outputs = {"b"}}).ok());
}

TEST(NnNetwork, OutputsInTheOrderAskedFor) {
  const auto bytes = twoStems().bytes();
  auto swapped = Runner::compile(bytes, {.outputs = {"b", "a"}});
  auto plain = Runner::compile(bytes);
  ASSERT_TRUE(swapped.ok());
  fill(swapped.value(), 6);
  fill(plain.value(), 6);
  ASSERT_TRUE(swapped.value().run().ok());
  ASSERT_TRUE(plain.value().run().ok());
  EXPECT_EQ(values(swapped.value().outputs[0]), values(plain.value().outputs[1]));
  EXPECT_EQ(values(swapped.value().outputs[1]), values(plain.value().outputs[0]));
}

TEST(NnNetwork, WrongOutputNames) {
  const auto bytes = twoStems().bytes();
  const auto unknown = Runner::compile(bytes, {.outputs = {"drums"}});
  ASSERT_FALSE(unknown.ok());
  EXPECT_NE(unknown.status().message().find("'drums'"), std::string::npos);
  const auto twice = Runner::compile(bytes, {.outputs = {"a", "a"}});
  ASSERT_FALSE(twice.ok());
  EXPECT_NE(twice.status().message().find("twice"), std::string::npos);
}

TEST(NnNetwork, RunningAgainGivesIdenticalNumbers) {
  const auto bytes = twoStems().bytes();
  auto compiled = Runner::compile(bytes);
  ASSERT_TRUE(compiled.ok());
  Runner& runner = compiled.value();
  fill(runner, 7);
  ASSERT_TRUE(runner.run().ok());
  const auto first = values(runner.outputs[0]);
  fill(runner, 8);
  ASSERT_TRUE(runner.run().ok());
  EXPECT_NE(values(runner.outputs[0]), first);
  fill(runner, 7);
  ASSERT_TRUE(runner.run().ok());
  EXPECT_EQ(values(runner.outputs[0]), first);
  // In other buffers too.
  for (FloatBuffer& buffer : runner.inputs) buffer = FloatBuffer(buffer.size());
  for (FloatBuffer& buffer : runner.outputs) buffer = FloatBuffer(buffer.size());
  fill(runner, 7);
  ASSERT_TRUE(runner.run().ok());
  EXPECT_EQ(values(runner.outputs[0]), first);
}

TEST(NnNetwork, TheFileMayGoAfterCompiling) {
  auto bytes = twoStems().bytes();
  auto model = std::make_unique<Model>(std::move(Model::open(bytes).value()));
  auto network = Network::compile(*model);
  ASSERT_TRUE(network.ok());
  Runner runner;
  runner.network = std::move(network.value());
  runner.inputs.emplace_back(size_t{16 * 24 * 2});
  runner.outputs.emplace_back(size_t{16 * 24 * 2});
  runner.outputs.emplace_back(size_t{16 * 24 * 2});
  fill(runner, 9);
  ASSERT_TRUE(runner.run().ok());
  const auto before = values(runner.outputs[1]);
  model.reset();
  // Overwritten before it is freed, so that a weight still borrowed from it would show.
  std::fill(bytes.begin(), bytes.end(), std::byte{0xFF});
  bytes = {};
  ASSERT_TRUE(runner.run().ok());
  EXPECT_EQ(values(runner.outputs[1]), before);
}

TEST(NnNetwork, SharingAWorkspaceChangesNothing) {
  const auto bytes = twoStems().bytes();
  auto workspace = Workspace::create();
  ASSERT_TRUE(workspace.ok());
  auto alone = Runner::compile(bytes, {.outputs = {"a"}});
  auto first = Runner::compile(bytes, {.outputs = {"a"}, .workspace = workspace.value()});
  ASSERT_TRUE(first.ok());
  fill(alone.value(), 10);
  fill(first.value(), 10);
  ASSERT_TRUE(alone.value().run().ok());
  ASSERT_TRUE(first.value().run().ok());
  // A larger network makes the workspace grow and move under the first one's feet.
  auto larger =
      Runner::compile(bytes, {.inputShapes = {{64, 96, 2}}, .workspace = workspace.value()});
  ASSERT_TRUE(larger.ok()) << larger.status().message();
  fill(larger.value(), 11);
  ASSERT_TRUE(larger.value().run().ok());
  ASSERT_TRUE(first.value().run().ok());
  EXPECT_EQ(values(first.value().outputs[0]), values(alone.value().outputs[0]));
  // And the workspace outlives whoever goes first.
  first = Status(StatusCode::kClosed, "gone");
  workspace.value().reset();
  ASSERT_TRUE(larger.value().run().ok());
}

// The ports' tensors share memory with all others and are right all the same, also of an output
// that is the input, one that later nodes read, and a second name of one.
TEST(NnNetwork, PlacesOfPortsGiveTheSameNumbers) {
  ModelBuilder model = twoStems();
  model.output("input", "mix").output("early", "a1").output("again", "a8");
  const auto bytes = model.bytes();
  auto apart = Runner::compile(bytes);
  auto placed = Runner::compile(bytes, {.placesPorts = true});
  ASSERT_TRUE(placed.ok()) << placed.status().message();
  Network& network = *placed.value().network;
  ASSERT_EQ(network.inputPlaces().size(), 1U);
  ASSERT_EQ(network.outputPlaces().size(), 5U);
  EXPECT_TRUE(apart.value().network->outputPlaces().empty());
  for (const uint32_t seed : {12U, 13U}) {
    fill(apart.value(), seed);
    ASSERT_TRUE(apart.value().run().ok());
    const FloatBuffer& input = apart.value().inputs[0];
    std::copy_n(input.data(), input.size(), network.inputPlaces()[0]);
    ASSERT_TRUE(
        network.run(std::vector<const float*>{network.inputPlaces()[0]}, network.outputPlaces())
            .ok());
    for (size_t i = 0; i < 5; ++i) {
      const std::vector<float> expected = values(apart.value().outputs[i]);
      const float* got = network.outputPlaces()[i];
      EXPECT_EQ(std::vector<float>(got, got + expected.size()), expected) << "output " << i;
    }
  }
  auto workspace = Workspace::create();
  ASSERT_TRUE(workspace.ok());
  const auto shared = Runner::compile(bytes, {.workspace = workspace.value(), .placesPorts = true});
  EXPECT_EQ(shared.status().code(), StatusCode::kInternal);
}

TEST(NnNetwork, OtherInputShapes) {
  const auto bytes = twoStems().bytes();
  auto runner = Runner::compile(bytes, {.outputs = {"a"}, .inputShapes = {{32, 8, 2}}});
  ASSERT_TRUE(runner.ok()) << runner.status().message();
  EXPECT_EQ(runner.value().network->outputs()[0].shape, (std::vector<int64_t>{32, 8, 2}));
  ModelBuilder same = twoStems();
  same.graph["inputs"][0]["shape"] = {32, 8, 2};
  expectAgreement(same);

  const auto refused = [&](const std::vector<std::vector<int64_t>>& shapes,
                           const std::string& fragment) {
    const auto result = Runner::compile(bytes, {.inputShapes = shapes});
    ASSERT_FALSE(result.ok());
    EXPECT_NE(result.status().message().find(fragment), std::string::npos)
        << result.status().message();
  };
  refused({{32, 8}}, "[32, 8]");
  refused({{32, 8, 2}, {1}}, "got 2");
  refused({{0, 8, 2}}, "[0, 8, 2]");
  refused({{1 << 20, 1 << 20, 2}}, "[1048576, 1048576, 2]");
  refused({{32, 8, 3}}, "node 0 (conv2d");  // three channels do not fit the kernel
  refused({{30, 8, 2}}, "concat");          // the skip connection has another height
}

TEST(NnNetwork, OutputsOfEveryKind) {
  // An input handed through, one value under two names, a value others read, a value with another
  // shape, and an operator that becomes nothing.
  ModelBuilder model;
  model.input("x", {4, 6, 3})
      .input("unread", {5})
      .node("relu", {"x"}, "r")
      .node("sigmoid", {"r"}, "s")
      .node("reshape", {"r"}, "flat", {{"shape", {12, -1}}})
      .node("max_pool", {"s"}, "p", {{"size", {1, 1}}})
      .output("input", "x")
      .output("read", "r")
      .output("again", "r")
      .output("flat", "flat")
      .output("pooled", "p");
  expectAgreement(model);
}

TEST(NnNetwork, MergedNeighbours) {
  // A pad in front of a convolution and a relu behind it vanish into it, but not when somebody else
  // reads the value between.
  const auto model = [](bool readBetween) {
    Random random(31);
    ModelBuilder m;
    m.input("x", {5, 9, 4})
        .tensor("k", {6, 3, 3, 4}, random.floats(216))
        .tensor("b", {6}, random.floats(6))
        .tensor("s", {6}, random.floats(6))
        .node("pad", {"x"}, "p", {{"padding", {3, 0, 1, 2}}})
        .node("conv2d", {"p"}, "c", {{"padding", {0, 1, 0, 2}}}, {{"kernel", "k"}, {"bias", "b"}})
        .node("relu", {"c"}, "r")
        .node("affine", {"r"}, "n", {}, {{"scale", "s"}, {"offset", "b"}})
        .node("relu", {"n"}, "y")
        .output("y", "y");
    if (readBetween) m.output("p", "p").output("c", "c").output("n", "n");
    return m;
  };
  expectAgreement(model(false));
  expectAgreement(model(true));
}

TEST(NnNetwork, WrongNumberOfBuffers) {
  auto runner = Runner::compile(twoStems().bytes());
  ASSERT_TRUE(runner.ok());
  const Status status = runner.value().network->run({}, {});
  EXPECT_EQ(status.code(), StatusCode::kInternal);
  EXPECT_NE(status.message().find("1 inputs and 2 outputs"), std::string::npos) << status.message();
}

// Sanitizers reserve address space of their own and do not live under a limit.
#if defined(__SANITIZE_ADDRESS__)
#define DIVISI_NO_MEMORY_LIMIT 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define DIVISI_NO_MEMORY_LIMIT 1
#endif
#endif

#ifndef DIVISI_NO_MEMORY_LIMIT
// Compiles in a process that may take 64 MB more than it has; ends with 0 when that is a Status.
[[noreturn]] void compileWithLittleMemory(const std::vector<std::byte>& bytes) {
  long pages = 0;
  std::ifstream("/proc/self/statm") >> pages;
  const rlim_t limit =
      static_cast<rlim_t>(pages) * static_cast<rlim_t>(sysconf(_SC_PAGESIZE)) + (rlim_t{64} << 20U);
  const rlimit all = {limit, limit};
  setrlimit(RLIMIT_AS, &all);
  auto model = Model::open(bytes);
  if (!model.ok()) std::_Exit(2);
  const auto network = Network::compile(model.value());
  std::_Exit(!network.ok() && network.status().code() == StatusCode::kOutOfMemory ? 0 : 1);
}

TEST(NnNetworkDeathTest, NoMemoryForActivationsIsAStatus) {
  ModelBuilder model;
  model.input("x", {1 << 14, 1 << 14, 1})
      .node("relu", {"x"}, "a")
      .node("sigmoid", {"a"}, "b")
      .node("add", {"a", "b"}, "y")
      .output("y", "y");
  EXPECT_EXIT(compileWithLittleMemory(model.bytes()), testing::ExitedWithCode(0), "");
}

TEST(NnNetworkDeathTest, NoMemoryForWeightsIsAStatus) {
  // 80 MB packed.
  constexpr int64_t kInputs = 10 << 10;
  constexpr int64_t kOutputs = 2 << 10;
  ModelBuilder model;
  model.input("x", {kInputs})
      .tensor("k", {kOutputs, kInputs}, std::vector<float>(kOutputs * kInputs))
      .tensor("b", {kOutputs}, std::vector<float>(kOutputs))
      .node("dense", {"x"}, "y", {}, {{"kernel", "k"}, {"bias", "b"}})
      .output("y", "y");
  EXPECT_EXIT(compileWithLittleMemory(model.bytes()), testing::ExitedWithCode(0), "");
}
#endif

TEST(NnFloatBuffer, AlignedZeroedAndEmptyWhenTooLarge) {
  for (const size_t count : {size_t{0}, size_t{1}, size_t{1000}}) {
    const FloatBuffer buffer(count);
    ASSERT_TRUE(buffer);
    EXPECT_EQ(reinterpret_cast<uintptr_t>(buffer.data()) % 64, 0U);
    EXPECT_EQ(buffer.size(), count);
    for (size_t i = 0; i < count; ++i) ASSERT_EQ(buffer.data()[i], 0);
  }
  EXPECT_FALSE(FloatBuffer(SIZE_MAX / sizeof(float)));
  EXPECT_FALSE(FloatBuffer(SIZE_MAX));
#ifndef DIVISI_NO_MEMORY_LIMIT
  EXPECT_FALSE(FloatBuffer(SIZE_MAX / 16));
#endif
}

}  // namespace
}  // namespace divisi::nn::test
