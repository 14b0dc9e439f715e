// lstm and gru, against the double-precision reference.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "nn/operators/faults.h"
#include "nn/run.h"

namespace divisi::nn::test {
namespace {

using Dims = std::vector<int64_t>;

ModelBuilder recurrent(const std::string& op, const Dims& shape, int64_t units,
                       const json& attributes, uint32_t seed = 1,
                       StoredAs kernelAs = StoredAs::kF32) {
  Random random(seed);
  const int64_t directions = attributes.value("direction", "forward") == "both" ? 2 : 1;
  const int64_t sums = directions * (op == "lstm" ? 4 : 3) * units;
  // Of the size that networks have: larger ones would make chaos of rounding.
  const auto floats = [&](const Dims& dims) {
    return random.floats(elements(dims), 1.5F / std::sqrt(static_cast<float>(units + 4)));
  };
  json weights = {{"kernel", "k"}, {"recurrent", "r"}, {"bias", "b"}};
  ModelBuilder model;
  std::vector<float> kernel = floats({sums, shape.back()});
  if (kernelAs == StoredAs::kF16) {
    for (float& value : kernel) value = std::round(value * 512) / 512;
  }
  model.input("x", shape)
      .tensor("k", {sums, shape.back()}, kernel, kernelAs)
      .tensor("r", {sums, units}, floats({sums, units}))
      .tensor("b", {sums}, floats({sums}));
  if (op == "gru") {
    model.tensor("rb", {sums}, floats({sums}));
    weights["recurrentBias"] = "rb";
  }
  return model.node(op, {"x"}, "y", attributes, weights).output("y", "y");
}

Dims randomShape(Random& random) {
  Dims shape = {random.between(1, 20), random.between(1, 12)};
  if (random.between(0, 1) == 1) shape.insert(shape.begin(), random.between(1, 9));
  return shape;
}

TEST(NnRecurrent, LstmOfRandomShapes) {
  Random random(61);
  for (uint32_t i = 0; i < 120; ++i) {
    const Dims shape = randomShape(random);
    const int64_t units = random.between(1, 20);
    const json attributes = {{"direction", std::array{"forward", "backward", "both"}[i % 3]}};
    SCOPED_TRACE(testing::PrintToString(shape) + std::to_string(units) + attributes.dump());
    expectAgreement(recurrent("lstm", shape, units, attributes, i), i);
  }
}

TEST(NnRecurrent, GruOfRandomShapes) {
  Random random(67);
  for (uint32_t i = 0; i < 160; ++i) {
    const Dims shape = randomShape(random);
    const int64_t units = random.between(1, 20);
    const json attributes = {{"direction", std::array{"forward", "backward", "both"}[i % 3]},
                             {"resetAfter", i % 4 < 2},
                             {"gate", i % 2 == 0 ? "sigmoid" : "hard_sigmoid"}};
    SCOPED_TRACE(testing::PrintToString(shape) + std::to_string(units) + attributes.dump());
    expectAgreement(recurrent("gru", shape, units, attributes, i), i);
  }
}

TEST(NnRecurrent, LongSequencesOfManyUnits) {
  // Several blocks of steps ahead, both directions; and a kernel in 16 bits.
  for (const char* op : {"lstm", "gru"}) {
    expectAgreement(recurrent(op, {300, 70}, 130, {{"direction", "both"}}, 1, StoredAs::kF16));
  }
}

TEST(NnRecurrent, ManySequences) {
  // More of them than steps are summed ahead, which are a part of all, and not a divisor of them.
  for (const char* op : {"lstm", "gru"}) {
    expectAgreement(recurrent(op, {90, 31, 7}, 20, {{"direction", "both"}}, 1, StoredAs::kF16));
  }
}

// The steps of `x` in runs of `stepsOfRun`, with a state.
std::vector<float> inRuns(const ModelBuilder& model, const std::vector<float>& x,
                          int64_t stepsOfRun, int64_t inputs, NetworkState& state,
                          Network& network) {
  std::vector<float> result;
  FloatBuffer in(static_cast<size_t>(stepsOfRun * inputs));
  FloatBuffer out(network.outputs()[0].elementCount());
  EXPECT_FALSE(model.tensors.empty());
  for (size_t at = 0; at < x.size(); at += in.size()) {
    std::copy_n(x.begin() + static_cast<std::ptrdiff_t>(at), in.size(), in.data());
    const float* inputPointers[] = {in.data()};
    float* outputPointers[] = {out.data()};
    EXPECT_TRUE(network.run(inputPointers, outputPointers, &state).ok());
    result.insert(result.end(), out.span().begin(), out.span().end());
  }
  return result;
}

TEST(NnRecurrent, StateIsCarriedFromRunToRunOfAStream) {
  constexpr int64_t kInputs = 5;
  constexpr int64_t kSteps = 24;
  for (const char* op : {"lstm", "gru"}) {
    SCOPED_TRACE(op);
    const ModelBuilder whole = recurrent(op, {kSteps, kInputs}, 7, json::object());
    const ModelBuilder parts = recurrent(op, {4, kInputs}, 7, {{"carriesState", true}});
    const auto first = Random(3).floats(kSteps * kInputs);
    const auto second = Random(4).floats(kSteps * kInputs);
    const auto expected = [&](const std::vector<float>& x) {
      RefTensor input({kSteps, kInputs});
      std::ranges::copy(x, input.values.begin());
      return Reference(whole).run({{"x", input}}).at("y").values;
    };
    auto runner = Runner::compile(parts.bytes());
    ASSERT_TRUE(runner.ok()) << runner.status().message();
    Network& network = *runner.value().network;
    auto state = network.createState();
    auto other = network.createState();
    ASSERT_TRUE(state.ok() && other.ok());

    // Two streams of one network, whose runs alternate.
    std::vector<float> got;
    std::vector<float> gotOther;
    for (size_t at = 0; at < first.size(); at += 4 * kInputs) {
      const auto piece = [&](const std::vector<float>& x) {
        return std::vector<float>(x.begin() + static_cast<std::ptrdiff_t>(at),
                                  x.begin() + static_cast<std::ptrdiff_t>(at + 4 * kInputs));
      };
      const auto a = inRuns(parts, piece(first), 4, kInputs, state.value(), network);
      const auto b = inRuns(parts, piece(second), 4, kInputs, other.value(), network);
      got.insert(got.end(), a.begin(), a.end());
      gotOther.insert(gotOther.end(), b.begin(), b.end());
    }
    EXPECT_LE(peakError(got, expected(first)), kFloatLimit);
    EXPECT_LE(peakError(gotOther, expected(second)), kFloatLimit);

    // A stream that begins hears nothing of the one before.
    state.value().reset();
    EXPECT_LE(
        peakError(inRuns(parts, second, 4, kInputs, state.value(), network), expected(second)),
        kFloatLimit);

    // Without a state each run is a stream.
    std::copy_n(first.begin(), 4 * kInputs, runner.value().inputs[0].data());
    ASSERT_TRUE(runner.value().run().ok());
    ASSERT_TRUE(runner.value().run().ok());
    auto start = expected(first);
    start.resize(runner.value().outputs[0].size());
    EXPECT_LE(peakError(runner.value().outputs[0].span(), start), kFloatLimit);
  }
}

TEST(NnRecurrent, AStateOfAnotherNetworkIsRefused) {
  auto with = Runner::compile(recurrent("gru", {4, 5}, 7, {{"carriesState", true}}).bytes());
  auto without = Runner::compile(recurrent("gru", {4, 5}, 7, json::object()).bytes());
  ASSERT_TRUE(with.ok() && without.ok());
  auto state = without.value().network->createState();
  ASSERT_TRUE(state.ok());
  const float* inputs[] = {with.value().inputs[0].data()};
  float* outputs[] = {with.value().outputs[0].data()};
  const Status status = with.value().network->run(inputs, outputs, &state.value());
  EXPECT_EQ(status.code(), StatusCode::kInternal);
  EXPECT_NE(status.message().find("a state of 7 floats, got one of 0"), std::string::npos)
      << status.message();
}

TEST(NnRecurrent, NamesWhatDoesNotFit) {
  expectFault(recurrent("lstm", {4}, 2, json::object()), "got [4]");
  ModelBuilder model = recurrent("lstm", {4, 3}, 2, json::object());
  model.tensors[1].shape = {2, 8};
  expectFault(model, "'r' has the shape [2, 8], expected [4 * units, units]");
  model = recurrent("lstm", {4, 3}, 2, json::object());
  model.graph["inputs"][0]["shape"] = {4, 5};
  expectFault(model, "'k' has the shape [8, 3], expected [8, 5]");
  model = recurrent("gru", {4, 3}, 2, json::object());
  model.tensors[3].shape = {3, 2};
  expectFault(model, "'rb' has the shape [3, 2], expected [6]");
  model = recurrent("gru", {4, 3}, 2, json::object());
  model.graph["nodes"][0]["attributes"] = {{"direction", "both"}};
  expectFault(model, "expected [6 * units, units]");
  expectFault(recurrent("lstm", {4, 3}, 2, {{"direction", "up"}}),
              "'direction' 'up' is unknown (known: 'forward', 'backward', 'both')",
              StatusCode::kUnsupported);
  expectFault(recurrent("gru", {4, 3}, 2, {{"gate", "step"}}), "'gate' 'step' is unknown",
              StatusCode::kUnsupported);
  expectFault(recurrent("gru", {4, 3}, 2, {{"direction", "both"}, {"carriesState", true}}),
              "'carriesState' is true, but only what runs forward");
  expectFault(recurrent("gru", {4, 3}, 2, {{"resetAfter", 1}}), "'resetAfter'");
}

}  // namespace
}  // namespace divisi::nn::test
