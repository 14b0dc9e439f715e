#include "nn/network/convolution_step.h"

#include "nn/graph/weights.h"
#include "nn/product/panel_kernel.h"

namespace divisi::nn {
namespace {

class ConvolutionStep final : public Step {
 public:
  ConvolutionStep(const FusedNode& node, std::unique_ptr<FusedConvolution> convolution)
      : Step(node.sources, {node.output}),
        convolution_(std::move(convolution)),
        sources_(node.sources.size()) {}

  [[nodiscard]] size_t scratchElements() const override { return convolution_->scratchElements(); }

  Status run(std::span<float* const> values, float* scratch) override {
    for (size_t i = 0; i < sources_.size(); ++i) sources_[i] = values[inputs()[i]];
    convolution_->run(sources_, values[outputs().front()], scratch);
    return {};
  }

 private:
  std::unique_ptr<FusedConvolution> convolution_;
  std::vector<const float*> sources_;  // kept so that run() allocates nothing
};

// Reads weights until one fails.
class Reader {
 public:
  Reader(std::span<const std::byte> file, const std::string& where) : file_(file), where_(where) {}

  [[nodiscard]] const Status& status() const { return status_; }

  FloatBuffer read(const Weight& weight) {
    if (!status_.ok()) return {};
    return taken(expand(file_, weight));
  }

  QuantisedWeight readQuantised(const Weight& weight) {
    if (!status_.ok()) return {};
    return taken(nn::readQuantised(file_, weight));
  }

  KernelSource source(const Weight& weight) {
    if (!status_.ok()) return {};
    return taken(kernelSource(file_, weight));
  }

  ChannelAffine affine(const std::optional<Node>& node) {
    ChannelAffine result;
    if (!node) return result;
    result.scale = vector(node->weights[0]);
    result.offset = vector(node->weights[1]);
    return result;
  }

  std::vector<float> vector(const Weight& weight) {
    FloatBuffer buffer = read(weight);
    return {buffer.span().begin(), buffer.span().end()};
  }

 private:
  template <typename T>
  T taken(Result<T> result) {
    if (result.ok()) return std::move(result.value());
    status_ = Status(result.status().code(), where_ + ": " + result.status().message());
    return {};
  }

  std::span<const std::byte> file_;
  const std::string& where_;
  Status status_;
};

}  // namespace

Result<std::unique_ptr<Step>> makeConvolutionStep(const FusedNode& node,
                                                  std::span<const std::byte> file,
                                                  const std::string& where) {
  Reader reader(file, where);
  FusedOperators operators;
  operators.input = reader.affine(node.affineBefore);
  operators.inputSlope = node.slopeBefore;
  operators.relu = node.convolution.attributes.activation == Activation::kRelu;
  operators.output = reader.affine(node.affineAfter);
  const std::vector<float> bias = reader.vector(node.convolution.weights[1]);
  // Where it pays, a kernel stays as narrow as in the file; elsewhere it is small and expanded.
  const Weight& weight = node.convolution.weights[0];
  const ConvolutionKind kind = FusedConvolution::kindFor(node.geometry);
  ConvolutionWeights weights = {.bias = bias};
  FloatBuffer kernel;
  QuantisedWeight quantised;
  if (kind == ConvolutionKind::kDirect) {
    weights.source = reader.source(weight);
  } else if (kind == ConvolutionKind::kWinograd && weight.tensor->dtype == DType::kI8) {
    quantised = reader.readQuantised(weight);
    weights.bytes = quantised.values;
    weights.scales = quantised.scales;
  } else {
    kernel = reader.read(weight);
    weights.floats = kernel.span();
  }
  if (!reader.status().ok()) return reader.status();

  auto convolution = FusedConvolution::create(node.geometry, weights, operators);
  if (!convolution) return Status(StatusCode::kOutOfMemory, where + ": no memory for its weights");
  return std::unique_ptr<Step>(std::make_unique<ConvolutionStep>(node, std::move(convolution)));
}

}  // namespace divisi::nn
