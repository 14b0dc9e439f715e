#include "nn/filtered_step.h"

#include "nn/weights.h"

namespace divisi::nn {
namespace {

class FilteredStep final : public Step {
 public:
  FilteredStep(const FilteredNode& node, std::unique_ptr<FilteredConvolution> convolution)
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
  std::unique_ptr<FilteredConvolution> convolution_;
  std::vector<const float*> sources_;  // kept so that run() allocates nothing
};

// Reads weights until one fails.
class Reader {
 public:
  Reader(std::span<const std::byte> file, const std::string& where) : file_(file), where_(where) {}

  [[nodiscard]] const Status& status() const { return status_; }

  TensorBuffer read(const Weight& weight) {
    if (!status_.ok()) return {};
    auto buffer = expand(file_, weight);
    if (buffer.ok()) return std::move(buffer.value());
    status_ = Status(buffer.status().code(), where_ + ": " + buffer.status().message());
    return {};
  }

  ChannelAffine affine(const std::optional<Node>& node) {
    ChannelAffine result;
    if (!node) return result;
    result.scale = vector(node->weights[0]);
    result.offset = vector(node->weights[1]);
    return result;
  }

  std::vector<float> vector(const Weight& weight) {
    TensorBuffer buffer = read(weight);
    return {buffer.span().begin(), buffer.span().end()};
  }

 private:
  std::span<const std::byte> file_;
  const std::string& where_;
  Status status_;
};

}  // namespace

Result<std::unique_ptr<Step>> makeFilteredStep(const FilteredNode& node,
                                               std::span<const std::byte> file,
                                               const std::string& where) {
  Reader reader(file, where);
  FilteredConvolution::Fused fused;
  fused.input = reader.affine(node.affineBefore);
  fused.inputSlope = node.slopeBefore;
  fused.relu = node.convolution.attributes.activation == Activation::kRelu;
  fused.output = reader.affine(node.affineAfter);
  const std::vector<float> bias = reader.vector(node.convolution.weights[1]);
  TensorBuffer kernel = reader.read(node.convolution.weights[0]);
  if (!reader.status().ok()) return reader.status();

  auto convolution =
      FilteredConvolution::create(node.geometry, {.floats = kernel.span()}, bias, std::move(fused));
  if (!convolution) return Status(StatusCode::kOutOfMemory, where + ": no memory for its weights");
  return std::unique_ptr<Step>(std::make_unique<FilteredStep>(node, std::move(convolution)));
}

}  // namespace divisi::nn
