// Runs a model of the tests through the core and through the reference, and compares.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/float_buffer.h"
#include "divisi/model.h"
#include "nn/network/network.h"
#include "nn/reference.h"

namespace divisi::nn::test {

/// A network with buffers for its ports.
struct Runner {
  std::unique_ptr<Network> network;
  std::vector<FloatBuffer> inputs;
  std::vector<FloatBuffer> outputs;

  static Result<Runner> compile(const std::vector<std::byte>& bytes,
                                const NetworkOptions& options = {}) {
    auto model = Model::open(bytes);
    if (!model.ok()) return model.status();
    auto network = Network::compile(model.value(), options);
    if (!network.ok()) return network.status();
    Runner runner;
    runner.network = std::move(network.value());
    for (const Port& port : runner.network->inputs()) {
      runner.inputs.emplace_back(port.elementCount());
    }
    for (const Port& port : runner.network->outputs()) {
      runner.outputs.emplace_back(port.elementCount());
    }
    return runner;
  }

  Status run() {
    std::vector<const float*> in;
    std::vector<float*> out;
    for (const FloatBuffer& buffer : inputs) in.push_back(buffer.data());
    for (FloatBuffer& buffer : outputs) out.push_back(buffer.data());
    return network->run(in, out);
  }
};

/// Largest absolute difference, as a part of the reference's largest absolute value.
inline double peakError(std::span<const float> got, const std::vector<double>& expected) {
  double worst = 0;
  double peak = 0;
  for (size_t i = 0; i < expected.size(); ++i) {
    const double difference = std::abs(static_cast<double>(got[i]) - expected[i]);
    // A NaN must not slip through a comparison.
    worst = std::isnan(difference) ? INFINITY : std::max(worst, difference);
    peak = std::max(peak, std::abs(expected[i]));
  }
  return peak > 0 ? worst / peak : worst;
}

/// Float32 sums of a few thousand products keep five digits of the peak.
inline constexpr double kFloatLimit = 1e-5;

/// Random inputs through a model, and through the definition of the same or an equal one; every
/// output must agree.
inline void expectAgreementWith(const ModelBuilder& definition, const ModelBuilder& model,
                                uint32_t seed = 1, double limit = kFloatLimit) {
  auto runner = Runner::compile(model.bytes());
  ASSERT_TRUE(runner.ok()) << runner.status().message();
  Random random(seed);
  std::map<std::string, RefTensor> inputs;
  const auto& ports = runner.value().network->inputs();
  for (size_t i = 0; i < ports.size(); ++i) {
    RefTensor tensor(ports[i].shape);
    const auto values = random.floats(tensor.values.size());
    std::copy(values.begin(), values.end(), tensor.values.begin());
    std::copy(values.begin(), values.end(), runner.value().inputs[i].data());
    inputs[ports[i].name] = tensor;
  }
  Status status = runner.value().run();
  ASSERT_TRUE(status.ok()) << status.message();
  const auto expected = Reference(definition).run(inputs);
  const auto& outputs = runner.value().network->outputs();
  ASSERT_EQ(outputs.size(), expected.size());
  for (size_t i = 0; i < outputs.size(); ++i) {
    const RefTensor& want = expected.at(outputs[i].name);
    ASSERT_EQ(outputs[i].shape, want.shape) << outputs[i].name;
    EXPECT_LE(peakError(runner.value().outputs[i].span(), want.values), limit)
        << "output " << outputs[i].name;
  }
}

inline void expectAgreement(const ModelBuilder& model, uint32_t seed = 1,
                            double limit = kFloatLimit) {
  expectAgreementWith(model, model, seed, limit);
}

}  // namespace divisi::nn::test
