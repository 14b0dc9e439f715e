// Dense layers: products with a kernel of the file.
#include "base/text.h"
#include "nn/graph/weights.h"
#include "nn/operators/checks.h"
#include "nn/operators/operator_table.h"
#include "nn/product/blocked_product.h"

namespace divisi::nn {
namespace {

// Kernels of fewer weights, and those of few rows of input, are kept in float32: expanding them at
// each run would take longer than the product.
constexpr size_t kFewestCompact = size_t{1} << 16;
constexpr size_t kFewestRows = 16;

Result<Shape> denseShape(const NodeShapes& shapes) {
  const Shape& input = *shapes.inputs[0];
  const Weight& kernel = shapes.node.weights[0];
  const Shape& shape = kernel.tensor->shape;
  if (shape.size() != 2 || shape[1] != input.back()) {
    return badModel(shapes.where + ": the weight " + quote(kernel.name) + " has the shape " +
                    shapeText(shape) + ", expected [outputs, " + std::to_string(input.back()) +
                    "]");
  }
  Status status = needPackable(kernel, shapes.where);
  if (status.ok()) status = needWeight(shapes.node.weights[1], {shape[0]}, shapes.where);
  if (!status.ok()) return status;
  Shape result = input;
  result.back() = shape[0];
  return checked(std::move(result), shapes.where);
}

size_t rowsOf(const Shape& shape) { return size(elementsIn(shape) / shape.back()); }

class DenseStep final : public Step {
 public:
  DenseStep(const StepRequest& request, PanelKernel kernel, FloatBuffer bias)
      : Step(request.node.inputs, {request.node.output}),
        rows_(rowsOf(request.shapes[request.node.output])),
        outputs_(bias.size()),
        isRelu_(request.node.attributes.activation == Activation::kRelu),
        kernel_(std::move(kernel)),
        bias_(std::move(bias)) {}

  [[nodiscard]] size_t scratchElements() const override { return denseScratch(kernel_); }

  Status run(std::span<float* const> values, float* scratch) override {
    multiplyDense({.first = values[inputs()[0]], .rows = rows_, .stride = kernel_.depth()}, kernel_,
                  outputs_, {.bias = bias_.data(), .relu = isRelu_}, values[outputs()[0]], scratch);
    return {};
  }

 private:
  size_t rows_;
  size_t outputs_;
  bool isRelu_;
  PanelKernel kernel_;
  FloatBuffer bias_;
};

Result<std::unique_ptr<Step>> makeDense(const StepRequest& request) {
  const auto failed = [&](const Status& status) {
    return Status(status.code(), request.where + ": " + status.message());
  };
  auto source = kernelSource(request.file, request.node.weights[0]);
  if (!source.ok()) return failed(source.status());
  auto bias = expand(request.file, request.node.weights[1]);
  if (!bias.ok()) return failed(bias.status());
  const Shape& shape = request.node.weights[0].tensor->shape;
  source.value().outputs = size(shape[0]);
  source.value().channels = size(shape[1]);
  const bool expands = size(shape[0] * shape[1]) < kFewestCompact ||
                       rowsOf(request.shapes[request.node.output]) < kFewestRows;
  PanelKernel kernel;
  if (!kernel.create(source.value(), {}, expands)) {
    return failed(outOfMemory("the weight " + quote(request.node.weights[0].name)));
  }
  return std::unique_ptr<Step>(
      std::make_unique<DenseStep>(request, std::move(kernel), std::move(bias.value())));
}

}  // namespace

std::span<const Operator> denseLayers() {
  static const std::vector<Operator> rows = {
      {.name = "dense",
       .weights = {"kernel", "bias"},
       .read = readActivation,
       .shape = denseShape,
       .makeStep = makeDense,
       .takesRelu = true},
  };
  return rows;
}

}  // namespace divisi::nn
